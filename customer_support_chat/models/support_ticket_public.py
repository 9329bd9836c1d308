"""Answers that everybody can read: no word of an order in them."""

import re

from odoo import models
from odoo.exceptions import UserError

SHORTEST = 4


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def _get_private_words_refusal(self, text):
        """Why a text must not stand in public, naming the words; empty when it may.

        :param str text: plain
        """
        found = [word for word in self._get_private_words() if _contains(text, word)]
        found += re.findall(r"[\w.+-]+@[\w-]+\.[\w.]+", text)
        if not found:
            return ""
        return self.env._(
            "Everybody can read this answer, and it tells of the customer's order or"
            " person: %s. Take that out, or continue in private.",
            ", ".join(dict.fromkeys(found)),
        )

    def action_continue_private(self):
        """Take a public conversation out of the public: the next answer is private.

        :raise UserError: when the account has no channel for private messages here
        """
        self.ensure_one()
        self.check_access("write")
        channel = self._get_answer_channel()
        private = channel and channel._find_private_channel()
        if not private:
            raise UserError(
                self.env._(
                    "There is no channel for private messages of this account. An"
                    " administrator adds one under Configuration, Channels."
                )
            )
        # sudo: support.identity, support.ticket: the sender of this public comment, and
        # the same person on the private channel
        ticket = self.sudo()
        identity = ticket.answer_identity_id
        key = private._get_private_key(self, identity)
        ticket.answer_identity_id = self.env["support.identity"]._continue_private(
            private, key, identity
        )
        self.answer_thread_key = False

    def _get_private_words(self):
        """What of the case must not be told in public."""
        self.ensure_one()
        # sudo: sale.order, res.partner, stock.picking: compared with a text, not shown
        ticket = self.sudo()
        order, partner = ticket.sale_order_id, ticket.partner_id
        address = order.partner_shipping_id
        words = [
            order.name,
            order.client_order_ref,
            *order.picking_ids.mapped("name"),
            *order.picking_ids.mapped("carrier_tracking_ref"),
            *order.invoice_ids.mapped("name"),
            partner.phone,
            ticket.phone,
            partner.vat,
            address.street,
            address.zip,
        ]
        return [word for word in words if word and len(word) >= SHORTEST]


def _contains(text, word):
    """Whether a text holds a word, however it is written (spaces, case, dashes)."""
    strip = re.compile(r"[\W_]+")
    return strip.sub("", word).lower() in strip.sub("", text).lower()
