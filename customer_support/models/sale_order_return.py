from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _prepare_support_values(self, ticket):
        """Return what the panel shows, with the verdict of the return policy a line."""
        values = super()._prepare_support_values(ticket)
        lines = self.env["sale.order.line"].browse(
            line["id"] for line in values["lines"]
        )
        verdicts = self.env["support.return.policy"]._judge(lines, ticket.reason_id)
        for shown, line in zip(values["lines"], lines, strict=True):
            verdict = verdicts[line]
            shown["return_verdict"] = {
                "allowed": verdict.allowed,
                "summary": verdict.summary,
                "explanation": verdict.explanation,
            }
        return values

    def _get_support_return_zone(self):
        """Return the time zone on whose calendar the days of a return are counted.

        It is the customer's; the store's when his is not known.
        """
        self.ensure_one()
        company = self.company_id
        return (
            self.partner_id.tz
            or company.partner_id.tz
            or company.resource_calendar_id.tz
            or "UTC"
        )


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _get_support_return_terms(self):
        """Return what decides which return policy applies to this line.

        :return: category of the product, company, website, country of delivery
        """
        self.ensure_one()
        order = self.order_id
        return (
            self.product_id.categ_id,
            order.company_id,
            order.website_id,
            order.partner_shipping_id.country_id,
        )

    def _get_support_no_return_words(self):
        """Return why nothing of this line can ever be sent back, "" for goods."""
        self.ensure_one()
        if self.is_downpayment:
            return self.env._("Cannot be returned: it is a down payment.")
        if self.display_type or not self.product_id:
            return self.env._("Cannot be returned: it is not a product.")
        if self._is_delivery():
            return self.env._("Cannot be returned: it is the cost of shipping.")
        if self.reward_id:
            return self.env._("Cannot be returned: it comes from a promotion.")
        if self.product_id.type == "combo":
            return self.env._(
                "Cannot be returned as a whole: choose the products that it consists "
                "of."
            )
        if self.product_id.type == "service":
            return self.env._("Cannot be returned: it is a service.")
        return ""

    def _get_support_delivered_at(self):
        """Return when the last goods of this line went to the customer, or None.

        Goods delivered in parts have one period, from the last part on: this is what
        the customer expects, and what the law of the EU says.
        """
        self.ensure_one()
        moves = self._get_outgoing_moves()
        if moves:
            return max(move.picking_id.date_done or move.date for move in moves)
        # Delivered by hand, without any document of the warehouse.
        is_by_hand = not self.move_ids and self.qty_delivered > 0
        return self.order_id.date_order if is_by_hand else None
