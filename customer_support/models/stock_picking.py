import json

from odoo import fields, models
from odoo.tools import format_date


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = [
        "stock.picking",
        "support.document.mixin",
        "support.action.result.mixin",
    ]

    _support_ticket_field = "picking_id"
    _support_form_view = "customer_support.stock_picking_view_form_support"

    def _prepare_support_ticket_values(self):
        order = self.sale_id
        return super()._prepare_support_ticket_values() | {
            "partner_id": (order.partner_id or self.partner_id).id,
            "sale_order_id": order.id,
        }

    def _filter_support_deliveries(self):
        """Keep what goes to the customer and comes back, without the steps inside."""
        return self.filtered(
            lambda p: "customer" in (p.location_dest_id.usage, p.location_id.usage)
        ).sorted("id")

    def _prepare_support_values(self, ticket):
        """Return what the panel shows of this delivery, ready to display.

        :param ticket: the case, which may be about this very delivery
        """
        self.ensure_one()
        promised = self.date_deadline or self.scheduled_date
        return {
            "id": self.id,
            "name": self.name,
            "is_chosen": ticket.picking_id == self,
            "is_return": self.location_id.usage == "customer",
            "state": self.state,
            "state_label": self._get_support_label("state"),
            # sudo: delivery.carrier: only its name, which the customer sees as well.
            "carrier": self.sudo().carrier_id.name or "",
            "tracking_ref": self.carrier_tracking_ref or "",
            "tracking": self._get_support_tracking_links(),
            "promised": promised and format_date(self.env, promised),
            "done": self.date_done and format_date(self.env, self.date_done),
            "is_late": self._is_support_late(promised),
            "lots": [
                f"{lot.product_id.display_name}: {lot.name}"
                # What is only reserved may still change.
                for lot in self.move_line_ids.lot_id
                if self.state == "done"
            ],
        }

    def _is_support_late(self, promised):
        """Tell whether it came, or has still not come, after the promised day."""
        if not promised or self.state == "cancel":
            return False
        arrived = self.date_done if self.state == "done" else fields.Datetime.now()
        return bool(arrived) and self._get_support_day(arrived) > (
            self._get_support_day(promised)
        )

    def _get_support_day(self, moment):
        return fields.Datetime.context_timestamp(self, moment).date()

    def _get_support_tracking_links(self):
        """Return the tracking links of this delivery as [{"name", "url"}].

        A carrier gives one link, or several as a JSON list of (name, link).
        """
        # sudo: stock.picking: the carrier builds a link that the customer sees too.
        url = self.sudo().carrier_tracking_url or ""
        try:
            links = json.loads(url)
        except ValueError:
            links = [(self.carrier_tracking_ref, url)]
        if not isinstance(links, list):
            links = [(self.carrier_tracking_ref, url)]
        return [
            {"name": name, "url": link}
            for name, link, *__ in links
            if str(link).startswith(("https://", "http://"))
        ]
