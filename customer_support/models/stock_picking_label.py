"""The label of a return: the carrier's own, else a slip to print."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .support_due_job_mixin import conflicts_left_to_the_next_run

_logger = logging.getLogger(__name__)

# After these pauses a carrier that made no label is asked again; then it is a slip.
LABEL_PAUSES = (timedelta(minutes=10), timedelta(minutes=30))


class StockPicking(models.Model):
    _inherit = "stock.picking"

    support_label_state = fields.Selection(
        [("to_make", "To be made"), ("made", "By the carrier"), ("slip", "Slip")],
        "Return label",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="Who the label of this return is from. Where the carrier makes none, the"
        " customer prints a slip with the store's address.",
    )
    support_label_tries = fields.Integer(
        "Asked for a label", copy=False, readonly=True, help="How often, in vain."
    )
    support_label_due = fields.Datetime("Ask for a label on", copy=False, readonly=True)

    def _request_support_label(self):
        """Ask the carrier of the delivery for return labels, if it makes them.

        The carrier is asked by a worker: nobody waits for it.
        """
        for picking in self:
            carrier = picking.return_id.carrier_id
            can_make = carrier.can_generate_return
            picking.support_label_state = "to_make" if can_make else "slip"
        if "to_make" in self.mapped("support_label_state"):
            self.env.ref("customer_support.ir_cron_support_return_label")._trigger()

    @api.model
    def _cron_make_support_labels(self):
        """Have the labels made; a carrier that cannot makes it a slip."""
        domain = [
            ("support_label_state", "=", "to_make"),
            "|",
            ("support_label_due", "=", False),
            ("support_label_due", "<=", fields.Datetime.now()),
        ]
        pickings = self.search(domain, limit=50)
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=self.search_count(domain))
        for picking in pickings:
            with conflicts_left_to_the_next_run(self.env):
                picking._make_support_label()
            if not progress._commit_progress(1):
                break

    def _make_support_label(self):
        # Each is locked by itself: the commit after the one before frees all.
        if not self.try_lock_for_update():
            return
        self.invalidate_recordset()
        if self.support_label_state != "to_make":
            return
        problem = self._ask_carrier_for_label()
        if not problem:
            self.support_label_state = "made"
        elif self.support_label_tries < len(LABEL_PAUSES):
            self._ask_for_label_later()
        else:
            self._make_support_slip(problem)

    def _ask_carrier_for_label(self):
        """Let the carrier make the label.

        :return: why there is none, in words; "" when it is there
        """
        # Stock drops the carrier of a return; the label is made by that carrier.
        self.carrier_id = self.return_id.carrier_id
        try:
            with self.env.cr.savepoint():
                self.print_return_label()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            # A connector may raise anything. The carrier's words may name the
            # customer: they stand in the chatter, not in the log.
            kind = type(error).__name__
            _logger.warning("No return label for transfer %s: %s", self.id, kind)
            if isinstance(error, UserError):
                return str(error)
            return self.env._("it could not be reached")
        self.invalidate_recordset(["return_label_ids"])
        return "" if self.return_label_ids else self.env._("nothing came")

    def _ask_for_label_later(self):
        due = fields.Datetime.now() + LABEL_PAUSES[self.support_label_tries]
        self.write(
            {
                "support_label_tries": self.support_label_tries + 1,
                "support_label_due": due,
            }
        )
        self.env.ref("customer_support.ir_cron_support_return_label")._trigger(due)

    def _make_support_slip(self, problem):
        """Give up: the customer prints a slip; the warehouse reads why."""
        self.message_post(
            body=self.env._(
                "%(carrier)s made no return label (%(error)s). The customer prints"
                " a slip instead.",
                carrier=self.carrier_id.name,
                error=problem,
            )
        )
        self.write({"support_label_state": "slip", "carrier_id": False})

    def _get_return_label(self):
        """The carrier's label, an ``ir.attachment``; empty for a slip."""
        self.ensure_one()
        return (
            self.return_label_ids
            if self.support_label_state == "made"
            else (self.env["ir.attachment"])
        )
