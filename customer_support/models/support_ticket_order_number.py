"""The order that a guest names by number and address."""

import re

from odoo import api, models
from odoo.fields import Domain

from ..tools.order_reference import (
    get_last_digits,
    get_order_references,
    is_reference_to,
)
from .support_commerce_mixin import ORDER_CONTACTS

MAX_ORDERS = 200


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    @api.model
    def _find_order_by_number(self, text, email):
        """Find the order with a number, if an address stands on it.

        :param str text: the number as typed, maybe with words around it; "42" is S00042
        :param str email: normalized
        :return: one ``sale.order`` of the present company, in sudo; empty for none and
            when the number fits several
        """
        # sudo: sale.order: the domain keeps to orders on which that address stands
        orders = self.env["sale.order"].sudo()
        # Here any number counts: it was asked for.
        numbers = get_order_references(text) or re.findall(r"\d{1,10}", text or "")[:1]
        owners = self._find_order_owners(None, email) if numbers and email else None
        if not owners:
            return orders
        orders = orders.search(
            Domain.OR(Domain(name, "in", owners.ids) for name in ORDER_CONTACTS)
            & Domain.OR(
                Domain("name", "ilike", get_last_digits(number)) for number in numbers
            )
            & Domain("company_id", "=", self.env.company.id)
            # Carts and drafts: nobody was given their number.
            & Domain("state", "in", ("sent", "sale", "cancel")),
            limit=MAX_ORDERS,
        )
        for number in numbers:
            named = orders.filtered(lambda o, it=number: is_reference_to(it, o.name))
            if len(named) == 1:
                return named
        return orders.browse()
