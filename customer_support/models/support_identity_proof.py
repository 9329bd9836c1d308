"""Which orders a sender has proven to be his, each by itself and for a day."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.constants import GC_UNLINK_LIMIT

LASTS = timedelta(hours=24)


class SupportIdentityProof(models.Model):
    """A sender has shown that one order is his: that order, and no other."""

    _name = "support.identity.proof"
    _description = "Proven Order of a Sender"
    _order = "id desc"
    _rec_name = "order_id"

    identity_id = fields.Many2one(
        "support.identity", "Sender", required=True, ondelete="cascade", index=True
    )
    order_id = fields.Many2one(
        "sale.order", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    proven_at = fields.Datetime("Proven on", required=True, index=True)

    _once = models.UniqueIndex("(identity_id, order_id)")

    @api.autovacuum
    def _gc_ended_proofs(self):
        """Forget the proofs that count no more."""
        domain = [("proven_at", "<=", fields.Datetime.now() - LASTS)]
        ended = self.search(domain, limit=GC_UNLINK_LIMIT)
        ended.unlink()
        return len(ended), len(ended) == GC_UNLINK_LIMIT


class SupportIdentity(models.Model):
    _inherit = "support.identity"

    proof_ids = fields.One2many(
        "support.identity.proof",
        "identity_id",
        "Proven orders",
        readonly=True,
        help="Orders that this sender confirmed with a code; each counts for a day.",
    )

    def _prove_order(self, order):
        """Note that this sender has proven one order; twice is the same as once.

        :param order: ``sale.order``
        """
        self.ensure_one()
        self.env.execute_query(
            SQL(
                """INSERT INTO support_identity_proof
                               (identity_id, order_id, company_id, proven_at)
                        VALUES (%s, %s, %s, %s)
                   ON CONFLICT (identity_id, order_id)
                   DO UPDATE SET proven_at = EXCLUDED.proven_at
                     RETURNING id""",
                self.id,
                order.id,
                order.company_id.id,
                fields.Datetime.now(),
            )
        )
        self.invalidate_recordset(["proof_ids"])

    def _get_proven_orders(self):
        """The orders that this sender has proven and may be told about.

        :return: ``sale.order`` in sudo, the newest proof first
        """
        # sudo: support.identity.proof: the proof is what allows to read the order
        proofs = self.env["support.identity.proof"].sudo()
        domain = [
            ("identity_id", "in", self.ids),
            ("proven_at", ">", fields.Datetime.now() - LASTS),
        ]
        return proofs.search(domain, order="proven_at desc, id desc").order_id
