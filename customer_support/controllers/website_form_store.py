"""What of the store the form offers, and what of it a visitor may name."""

from odoo.fields import Command
from odoo.http import request

from .support_form_input import get_id, get_text

MAX_ORDERS_SHOWN = 20


class FormStore:
    """Part of the form: reasons, orders, their lines, deliveries and the product."""

    def _get_customer(self):
        """Who asks, from the login alone; none for a guest."""
        user = request.env.user
        return user.partner_id.browse() if user._is_public() else user.partner_id

    def _read_documents(self, form):
        """Keep of order, lines, delivery and product what the visitor may name."""
        order = self._find_order(get_id(form.params, "order_id"))
        product = request.website._find_support_product(
            get_id(form.params, "product_id")
        )
        picking = self._find_picking(order, get_id(form.params, "picking_id"))
        form.values.update(
            order_id=str(order.id or ""),
            picking_id=str(picking.id or ""),
            product_id=str(product.id or ""),
            quantity_by_line=self._read_lines(form, order),
        )

    def _read_lines(self, form, order):
        """Map the id of each chosen line to its quantity in question."""
        quantity_by_line = {}
        chosen = request.httprequest.form.getlist("line_ids")
        for line in self._get_order_lines(order):
            if str(line.id) not in chosen:
                continue
            text = get_text(form.params, f"quantity_{line.id}") or "1"
            quantity = float(text) if text.isascii() and text.isdigit() else 0
            if not 0 < quantity <= max(line.product_uom_qty, 1):
                form.errors[f"quantity_{line.id}"] = request.env._(
                    "%(product)s: please give a quantity up to %(count)s.",
                    product=line.product_id.display_name,
                    count=int(line.product_uom_qty),
                )
            quantity_by_line[line.id] = quantity
        return quantity_by_line

    def _find_reason(self, reason_id):
        # sudo: support.reason: published reasons are public on this form
        reasons = request.env["support.reason"].sudo()
        return reasons.search(
            [("id", "=", reason_id), ("website_published", "=", True)], limit=1
        )

    def _get_order_domain(self):
        """Orders that the visitor may name: those of the own company or person."""
        customer = self._get_customer()
        return [
            ("partner_id", "child_of", customer.commercial_partner_id.id or 0),
            ("state", "=", "sale"),
            ("company_id", "=", request.website.company_id.id),
        ]

    def _find_order(self, order_id):
        # sudo: sale.order: read of the customer's own orders, by the domain
        orders = request.env["sale.order"].sudo()
        if not order_id or not self._get_customer():
            return orders
        return orders.search([("id", "=", order_id), *self._get_order_domain()])

    def _find_orders(self):
        # sudo: sale.order: read of the customer's own orders, by the domain
        orders = request.env["sale.order"].sudo()
        if not self._get_customer():
            return orders
        return orders.search(
            self._get_order_domain(), limit=MAX_ORDERS_SHOWN, order="date_order desc"
        )

    def _get_order_lines(self, order):
        """Lines that a customer can have a problem with."""
        return order.order_line.filtered(
            lambda line: not line.display_type and not line.is_delivery
        )

    def _find_picking(self, order, picking_id):
        return order.picking_ids.filtered(lambda picking: picking.id == picking_id)

    def _prepare_document_values(self, form):
        """Order, affected lines, delivery and product, as `_read_form` allowed."""
        order = self._find_order(get_id(form.values, "order_id"))
        quantity_by_line = form.values["quantity_by_line"]
        lines = self._get_order_lines(order).filtered(
            lambda line: line.id in quantity_by_line
        )
        return {
            "sale_order_id": order.id,
            "picking_id": get_id(form.values, "picking_id") or False,
            "product_id": get_id(form.values, "product_id") or False,
            "line_ids": [
                Command.create(
                    {
                        "sale_line_id": line.id,
                        "product_id": line.product_id.id,
                        "product_uom_id": line.product_uom_id.id,
                        "quantity": quantity_by_line[line.id],
                    }
                )
                for line in lines
            ],
        }

    def _get_reason_groups(self):
        """Pairs of a heading (empty for single ones) and the reasons below it."""
        # sudo: support.reason: published reasons are public on this form
        reasons = request.env["support.reason"].sudo()
        reasons = reasons.search([("website_published", "=", True)])
        parents = reasons.parent_id
        groups = []
        for root in reasons.filtered(lambda reason: reason.parent_id not in reasons):
            leaves = reasons.filtered(
                lambda reason, path=root.parent_path: (
                    reason not in parents and reason.parent_path.startswith(path)
                )
            )
            groups.append((reasons.browse() if leaves == root else root, leaves))
        return groups
