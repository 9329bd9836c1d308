"""What an agent offers to a customer who asks before buying."""

from odoo import models
from odoo.exceptions import UserError


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def action_open_cart_link(self):
        """Open the dialog that sends a link which fills the customer's cart.

        :return: an action
        """
        return self._open_offer("cart")

    def action_create_quotation(self):
        """Open the dialog that makes a quotation and sends its link.

        :return: an action
        :raises UserError: when nobody knows yet who the customer is
        """
        if not self.partner_id:
            raise UserError(
                self.env._(
                    "A quotation is made out to a customer: please confirm who wrote "
                    "this first. A link that fills the cart works for everybody."
                )
            )
        return self._open_offer("quotation")

    def _open_offer(self, kind):
        self.ensure_one()
        self.check_access("write")
        titles = {
            "cart": self.env._("Send a Filled Cart"),
            "quotation": self.env._("Send a Quotation"),
        }
        return {
            "type": "ir.actions.act_window",
            "name": titles[kind],
            "res_model": "support.offer",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id, "default_kind": kind},
        }
