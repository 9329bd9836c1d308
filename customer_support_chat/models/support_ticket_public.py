"""Answers that everybody can read: no word of an order in them."""

import re

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.customer_support.tools.order_reference import (
    get_last_digits,
    get_order_references,
    is_reference_to,
)

SHORTEST = 4
# The orders of a customer that are looked at, the latest first.
MAX_ORDERS = 50
# The orders of anybody that are compared with the numbers in one text.
MAX_NAMED = 1000
# A phone number is known by its last digits, with or without the codes before them.
PHONE_DIGITS = 8
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
# What may be a tracking number: a long word with digits in it.
_TRACKING = re.compile(r"(?<!\w)(?=[A-Z-]*\d)[A-Z\d-]{6,40}(?!\w)", re.IGNORECASE)


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def _get_private_words_refusal(self, text):
        """Why a text must not stand in public, naming the words; empty when it may.

        :param str text: plain
        """
        found = [word for word in self._get_private_words() if _contains(text, word)]
        found += self._find_order_words(text)
        found += _ADDRESS.findall(text)
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
        """What is known of the case and its customer that must not be told in public.

        The author of a public comment is proven seldom: whoever he may be counts too.
        """
        self.ensure_one()
        # sudo: sale.order, res.partner, stock.picking: compared with a text, not shown
        ticket = self.sudo()
        partners = ticket.partner_id | ticket.claimed_partner_id
        orders = ticket.sale_order_id | ticket._find_orders_of(partners)
        people = partners | orders.partner_shipping_id | orders.partner_invoice_id
        pickings = orders.picking_ids
        words = [
            *orders.mapped("name"),
            *orders.mapped("client_order_ref"),
            *pickings.mapped("name"),
            *",".join(filter(None, pickings.mapped("carrier_tracking_ref"))).split(","),
            *orders.invoice_ids.mapped("name"),
            *map(_get_phone_end, [ticket.phone, *people.mapped("phone")]),
            *people.mapped("vat"),
            *people.mapped("street"),
            *people.mapped("zip"),
        ]
        words = [word.strip() for word in words if word]
        return [word for word in words if len(word) >= SHORTEST]

    def _find_orders_of(self, partners):
        # Website visitors share one public contact: it owns nothing.
        owners = partners.filtered(lambda p: not p.is_public).commercial_partner_id
        domain = [("partner_id", "child_of", owners.ids), self._get_own_company_leaf()]
        return self.env["sale.order"].search(domain, order="id desc", limit=MAX_ORDERS)

    def _get_own_company_leaf(self):
        return ("company_id", "=", (self.company_id or self.env.company).id)

    def _find_order_words(self, text):
        """The words of a text by which an order of anybody is known.

        Mostly nobody has linked the order that a public comment is about.

        :param str text: plain
        """
        # sudo: sale.order, stock.picking: what the text names itself, whoever writes it
        ticket = self.sudo()
        return ticket._find_order_numbers(text) + ticket._find_tracking_numbers(text)

    def _find_order_numbers(self, text):
        references = get_order_references(text)
        orders = self.env["sale.order"].search(
            Domain.OR(Domain("name", "ilike", get_last_digits(r)) for r in references)
            & Domain([self._get_own_company_leaf()]),
            # Of all numbers that hold these digits the very one was given first.
            order="id",
            limit=MAX_NAMED,
        )
        names = orders.mapped("name")
        return [r for r in references if any(_names_order(r, name) for name in names)]

    def _find_tracking_numbers(self, text):
        words = {word.upper(): word for word in _TRACKING.findall(text)}
        pickings = self.env["stock.picking"].search(
            [
                ("carrier_tracking_ref", "in", [*words, *words.values()]),
                self._get_own_company_leaf(),
            ]
        )
        found = {ref.upper() for ref in pickings.mapped("carrier_tracking_ref")}
        return [word for upper, word in words.items() if upper in found]


def _names_order(reference, name):
    """Whether a word of a text is an order's number.

    A short form with letters is no more than a model: the phone S24 is not S00024.
    """
    if reference.isdigit():
        return is_reference_to(reference, name)
    return _strip(reference) == _strip(name)


def _get_phone_end(phone):
    return re.sub(r"\D", "", phone or "")[-PHONE_DIGITS:]


def _contains(text, word):
    """Whether a text holds a word, however it is written (spaces, case, dashes)."""
    return _strip(word) in _strip(text)


def _strip(text):
    return re.sub(r"[\W_]+", "", text).lower()
