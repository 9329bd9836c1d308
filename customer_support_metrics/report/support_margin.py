from odoo import fields, models
from odoo.tools import SQL

from .support_cost_lines import get_cost_lines


class SupportMargin(models.Model):
    """What is left of an order or a product after the cost of its cases."""

    _name = "support.margin"
    _description = "Margin after Support"
    _auto = False
    _rec_name = "order_id"
    _order = "at desc, id desc"
    # What is written before this is read.
    _depends = {
        "sale.order": ["state", "date_order", "currency_rate", "company_id"],
        "sale.order.line": [
            *("order_id", "product_id", "product_uom_qty", "product_uom_id"),
            *("price_subtotal", "display_type"),
        ],
        "product.product": ["standard_price"],
        "support.cost": ["amount", "order_id", "product_id"],
    }

    order_id = fields.Many2one("sale.order", readonly=True)
    at = fields.Datetime("Ordered on", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    revenue = fields.Monetary(readonly=True, help="Of the order, without tax.")
    goods_cost = fields.Monetary(
        "Cost of goods", readonly=True, help="At the cost price that holds today."
    )
    support_cost = fields.Monetary("Cost of cases", readonly=True)
    margin = fields.Monetary(
        "Margin after support",
        readonly=True,
        help="The revenue less the cost of the goods and of the cases about them.",
    )

    @property
    def _table_query(self):
        return get_margin_lines()

    def action_open_order(self):
        """Open the order behind this line."""
        self.ensure_one()
        view = self.order_id.get_formview_id()
        return self.order_id._get_records_action(views=[(view, "form")])


def get_margin_lines() -> SQL:
    """The ``SQL`` of lines of confirmed orders, and of the costs of their cases."""
    cost = SQL(
        """coalesce((product.standard_price->>orders.company_id::text)::float8, 0)
           * line.product_uom_qty * unit.factor / own_unit.factor"""
    )
    revenue = SQL("line.price_subtotal / coalesce(nullif(orders.currency_rate, 0), 1)")
    return SQL(
        """SELECT sold.*, sold.revenue - sold.goods_cost - sold.support_cost AS margin
             FROM (SELECT line.id::bigint * 2 AS id, orders.id AS order_id,
                          orders.date_order AS at, orders.company_id,
                          company.currency_id, orders.partner_id, line.product_id,
                          (%(revenue)s)::float8 AS revenue,
                          (%(cost)s)::float8 AS goods_cost, 0::float8 AS support_cost
                     FROM sale_order orders
                     JOIN res_company company ON company.id = orders.company_id
                     JOIN sale_order_line line ON line.order_id = orders.id
                     JOIN product_product product ON product.id = line.product_id
                     JOIN product_template template
                       ON template.id = product.product_tmpl_id
                     JOIN uom_uom own_unit ON own_unit.id = template.uom_id
                     JOIN uom_uom unit
                       ON unit.id = coalesce(line.product_uom_id, template.uom_id)
                    WHERE orders.state = 'sale' AND line.display_type IS NULL
                   UNION ALL
                   SELECT cost.id * 2 + 1, orders.id, orders.date_order,
                          orders.company_id, company.currency_id, orders.partner_id,
                          cost.product_id, 0, 0, cost.amount
                     FROM (%(costs)s) cost
                     JOIN sale_order orders ON orders.id = cost.order_id
                     JOIN res_company company ON company.id = orders.company_id
                    WHERE orders.state = 'sale') sold""",
        revenue=revenue,
        cost=cost,
        costs=get_cost_lines(),
    )
