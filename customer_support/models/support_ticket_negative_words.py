from odoo import fields, models
from odoo.tools import html2plaintext

from ..tools.negative_words import find_negative_words

LOOKED_AT = 20000


class SupportTicket(models.Model):
    """Whether the customer sounds upset, for rules, filters and colleagues."""

    _inherit = "support.ticket"

    has_negative_words = fields.Boolean(
        "Customer is upset",
        readonly=True,
        copy=False,
        help="A message or the subject has words such as lawyer, scam or péssimo.",
    )

    def _record_customer_message(self, message, details):
        result = super()._record_customer_message(message, details)
        if not self.sudo().has_negative_words:
            self._look_for_negative_words(message)
        return result

    def _look_for_negative_words(self, message):
        text = html2plaintext(message.body or "")[:LOOKED_AT]
        if find_negative_words(f"{self.name}\n{text}"):
            # sudo: support.ticket: found in the message of a customer
            self.sudo().has_negative_words = True
