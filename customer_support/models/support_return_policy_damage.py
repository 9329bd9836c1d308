"""What customers get at once when something arrives damaged."""

from odoo import fields, models


class SupportReturnPolicy(models.Model):
    _inherit = "support.return.policy"

    self_exchange = fields.Boolean(
        "Exchange at Once",
        help="Customers who send a photo of what arrived damaged, is the wrong product"
        " or does not work may exchange it for the same product themselves.",
    )
    reserve_hours = fields.Integer(
        "Keep the Replacement (Hours)",
        default=72,
        required=True,
        help="How long the other product is kept for a customer who exchanges by"
        " himself, while nothing has come back; 0 means until it is sent.",
    )
    replacement_limit = fields.Float(
        "New Products at Once up to",
        digits="Product Price",
        help="Customers who send a photo of what is our fault get it once more, without"
        " sending anything back, up to this value with tax, in the company's currency."
        " 0 means never.",
    )

    _damage_not_negative = models.Constraint(
        "CHECK (reserve_hours >= 0 AND replacement_limit >= 0)",
        "A number of hours or an amount is 0 or more.",
    )

    def _replaces_at_once(self, price, order):
        """Whether goods of an order are sent again without a return.

        :param float price: what the goods cost, with tax, in the order's currency
        :param order: ``sale.order``
        """
        if not self or not self.replacement_limit:
            return False
        currency = order.company_id.currency_id
        worth = order.currency_id._convert(
            price, currency, order.company_id, fields.Date.today()
        )
        return currency.compare_amounts(worth, self.replacement_limit) <= 0
