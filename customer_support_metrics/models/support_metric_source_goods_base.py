"""What was sold and delivered: what cases about goods are compared with."""

from odoo import api, models
from odoo.tools import SQL

# Goods that went to a customer; not the steps inside, nor those that came back.
_SENT = SQL("target.usage = 'customer' AND source.usage <> 'customer'")


def get_supplier(row, company):
    """Who sent the lot of a row, else the first vendor of its product, as ``SQL``.

    :param row: the ``SQL`` name of rows with lot_id and product_id
    :param company: the ``SQL`` of the company whose vendors count
    """
    return SQL(
        """coalesce(
            (SELECT receipt.partner_id FROM stock_move_line received
               JOIN stock_picking receipt ON receipt.id = received.picking_id
               JOIN stock_location origin ON origin.id = received.location_id
              WHERE received.lot_id = %(row)s.lot_id AND received.state = 'done'
                AND origin.usage = 'supplier'
              ORDER BY received.date DESC, received.id DESC LIMIT 1),
            (SELECT seller.partner_id FROM product_supplierinfo seller
               JOIN product_product made
                 ON made.product_tmpl_id = seller.product_tmpl_id
              WHERE made.id = %(row)s.product_id
                AND (seller.product_id IS NULL OR seller.product_id = made.id)
                AND (seller.company_id IS NULL OR seller.company_id = %(company)s)
              ORDER BY seller.sequence, seller.id LIMIT 1))""",
        row=row,
        company=company,
    )


class SupportMetric(models.AbstractModel):
    _inherit = "support.metric"

    @api.model
    def _count_units(self, _filters, bounds):
        """Units of all products that were sold in each period.

        :return: list of float, one a period
        """
        return self._get_totals(self._get_units_sold(bounds), bounds)

    @api.model
    def _count_units_by(self, group_by, bounds):
        """Units sold of each product, or delivered of each lot or supplier.

        :return: dict of (number of the period, id or False) and units
        """
        if group_by == "product":
            return self._get_counts(self._get_units_sold(bounds))
        sent = self._get_units_sent(bounds)
        group = SQL("sent.lot_id")
        if group_by == "supplier":
            group = get_supplier(SQL("sent"), SQL("sent.company_id"))
        return self._get_counts(
            SQL(
                """SELECT sent.bucket, %s AS group_id, sum(sent.count) AS count
                     FROM (%s) sent GROUP BY 1, 2""",
                group,
                sent,
            )
        )

    @api.model
    def _count_deliveries(self, _filters, bounds):
        """Deliveries with a carrier that left in each period."""
        return self._get_totals(self._get_deliveries(bounds), bounds)

    @api.model
    def _count_deliveries_by(self, _group_by, bounds):
        """The same of each carrier."""
        return self._get_counts(self._get_deliveries(bounds))

    # --- queries ----------------------------------------------------------------------

    @api.model
    def _get_units_sold(self, bounds):
        """Units on confirmed orders, in the product's own unit; no shipping."""
        return SQL(
            """SELECT %(bucket)s AS bucket, line.product_id AS group_id,
                      sum(line.product_uom_qty * unit.factor / own_unit.factor) AS count
                 FROM sale_order orders
                 JOIN sale_order_line line ON line.order_id = orders.id
                 JOIN product_product product ON product.id = line.product_id
                 JOIN product_template template
                   ON template.id = product.product_tmpl_id
                 JOIN uom_uom own_unit ON own_unit.id = template.uom_id
                 JOIN uom_uom unit
                   ON unit.id = coalesce(line.product_uom_id, template.uom_id)
                WHERE orders.state = 'sale' AND %(within)s
                  AND line.display_type IS NULL AND line.reward_id IS NULL
                  AND line.is_delivery IS NOT TRUE
                  AND line.is_downpayment IS NOT TRUE
                GROUP BY 1, 2""",
            bucket=self._get_bucket(SQL("orders.date_order"), bounds),
            within=self._get_within(SQL("orders"), SQL("orders.date_order"), bounds),
        )

    @api.model
    def _get_units_sent(self, bounds):
        return SQL(
            """SELECT %(bucket)s AS bucket, line.lot_id, line.product_id,
                      line.company_id, sum(line.quantity_product_uom) AS count
                 FROM stock_move move
                 JOIN stock_move_line line ON line.move_id = move.id
                 JOIN stock_location source ON source.id = line.location_id
                 JOIN stock_location target ON target.id = line.location_dest_id
                WHERE move.state = 'done' AND %(within)s AND %(sent)s
                GROUP BY 1, 2, 3, 4""",
            bucket=self._get_bucket(SQL("move.date"), bounds),
            within=self._get_within(SQL("move"), SQL("move.date"), bounds),
            sent=_SENT,
        )

    @api.model
    def _get_deliveries(self, bounds):
        return SQL(
            """SELECT %(bucket)s AS bucket, picking.carrier_id AS group_id,
                      count(*) AS count
                 FROM stock_picking picking
                 JOIN stock_location source ON source.id = picking.location_id
                 JOIN stock_location target ON target.id = picking.location_dest_id
                WHERE picking.state = 'done' AND picking.carrier_id IS NOT NULL
                  AND %(within)s AND %(sent)s
                GROUP BY 1, 2""",
            bucket=self._get_bucket(SQL("picking.date_done"), bounds),
            within=self._get_within(SQL("picking"), SQL("picking.date_done"), bounds),
            sent=_SENT,
        )

    @api.model
    def _get_bucket(self, moment, bounds):
        return SQL("width_bucket(%s, %s::timestamp[]) - 1", moment, bounds)

    @api.model
    def _get_within(self, table, moment, bounds):
        return SQL(
            "%s >= %s AND %s < %s AND %s.company_id IN %s",
            *(moment, bounds[0], moment, bounds[-1]),
            table,
            tuple(self.env.companies.ids),
        )

    @api.model
    def _get_counts(self, query):
        return {
            (row["bucket"], row["group_id"] or False): float(row["count"])
            for row in self._read_facts(query)
        }

    @api.model
    def _get_totals(self, query, bounds):
        totals = [0.0] * (len(bounds) - 1)
        for (number, _group), count in self._get_counts(query).items():
            totals[number] += count
        return totals
