"""The label of a return: the carrier's own, else a slip to print."""

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from .support_due_job_mixin import conflicts_left_to_the_next_run

_logger = logging.getLogger(__name__)


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
        domain = [("support_label_state", "=", "to_make")]
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
        # Stock drops the carrier of a return; the label is made by that carrier.
        self.carrier_id = self.return_id.carrier_id
        try:
            with self.env.cr.savepoint():
                self.print_return_label()
        except UserError as error:
            # The carrier's words may name the customer: they stand in the chatter.
            _logger.warning("No return label for transfer %s", self.id)
            self.message_post(
                body=self.env._(
                    "%(carrier)s made no return label (%(error)s). The customer prints"
                    " a slip instead.",
                    carrier=self.carrier_id.name,
                    error=str(error),
                )
            )
            self.write({"support_label_state": "slip", "carrier_id": False})
            return
        self.support_label_state = "made"

    def _get_return_label(self):
        """The carrier's label, an ``ir.attachment``; empty for a slip."""
        self.ensure_one()
        return (
            self.return_label_ids
            if self.support_label_state == "made"
            else (self.env["ir.attachment"])
        )
