"""Numbers of cards and people do not stay readable in what customers write."""

from odoo import api, models

from ..tools.number_masking import mask_numbers, may_hold_numbers
from ..tools.ticket_reference import TicketReference


class MailMessage(models.Model):
    _inherit = "mail.message"

    res_id = TicketReference()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("body") and self._holds_customer_words(vals):
                vals["body"] = self._mask_support_numbers(vals["body"])
        return super().create(vals_list)

    @api.model
    def _holds_customer_words(self, vals):
        """Whether a message stands in a conversation with a customer.

        :param dict vals: values of a new message
        """
        return vals.get("model") == "support.ticket"

    @api.model
    def _mask_support_numbers(self, text):
        """The text as the settings of support let it be kept."""
        if not may_hold_numbers(text):
            return text
        # sudo: ir.config_parameter: settings that are no secret
        get_param = self.env["ir.config_parameter"].sudo().get_param
        return mask_numbers(
            text,
            cards=get_param("customer_support.mask_cards", "True") != "False",
            cpf=get_param("customer_support.mask_cpf") == "True",
        )
