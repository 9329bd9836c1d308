"""Numbers of cards and people do not stay readable in what customers write."""

from functools import partial

from odoo import api, models

from ..tools.number_masking import mask_numbers, mask_sender, may_hold_numbers
from ..tools.ticket_reference import TicketReference

MASKED = ("body", "subject", "email_from")


class MailMessage(models.Model):
    _inherit = "mail.message"

    res_id = TicketReference()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if masked := self._mask_support_values(vals, MASKED):
                if self._holds_customer_words(vals):
                    vals.update(masked)
        return super().create(vals_list)

    def write(self, vals):
        """What is corrected later is looked at again."""
        masked = self._mask_support_values(vals, MASKED)
        if masked and any(
            self._holds_customer_words({"model": one.model, "res_id": one.res_id})
            for one in self
        ):
            vals = {**vals, **masked}
        return super().write(vals)

    @api.model
    def _holds_customer_words(self, vals):
        """Whether a message stands in a conversation with a customer.

        :param dict vals: values of a new message
        """
        return vals.get("model") == "support.ticket"

    @api.model
    def _mask_support_values(self, vals, names):
        """Those of some values that may hold numbers, as the settings let them be kept.

        :param dict vals: values of a record
        :param names: of the fields that people write; the address of a sender stays
        :return: dict; empty for nearly all
        """
        mask = self._mask_support_numbers
        texts = {name: vals[name] for name in names if may_hold_numbers(vals.get(name))}
        return {
            name: mask_sender(text, mask) if name == "email_from" else mask(text)
            for name, text in texts.items()
        }

    @api.model
    def _mask_support_numbers(self, text):
        """The text as the settings of support let it be kept."""
        return self._get_support_mask()(text) if may_hold_numbers(text) else text

    @api.model
    def _get_support_mask(self, **options):
        """Return the function that masks a text as the settings say.

        :param options: of ``tools.number_masking.mask_numbers``
        """
        # sudo: ir.config_parameter: settings that are no secret
        get_param = self.env["ir.config_parameter"].sudo().get_param
        return partial(
            mask_numbers,
            cards=get_param("customer_support.mask_cards", "True") != "False",
            cpf=get_param("customer_support.mask_cpf") == "True",
            **options,
        )
