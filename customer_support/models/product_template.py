from odoo import models
from odoo.fields import Domain


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "support.document.mixin"]

    def _compute_support_ticket_count(self):
        """Count the tickets that ask about a product or name a line of it."""
        self.support_ticket_count = 0
        for product, count in self.env["support.ticket"]._read_group(
            [("product_id.product_tmpl_id", "in", self.ids)],
            ["product_id"],
            ["__count"],
        ):
            product.product_tmpl_id.support_ticket_count += count
        for template, count in self.env["support.ticket.line"]._read_group(
            # A ticket that also asks about the product has been counted above.
            Domain("product_id.product_tmpl_id", "in", self.ids)
            & ~Domain("ticket_id.product_id.product_tmpl_id", "in", self.ids),
            ["product_id.product_tmpl_id"],
            ["ticket_id:count_distinct"],
        ):
            template.support_ticket_count += count

    def _get_support_ticket_domain(self):
        return Domain("product_id.product_tmpl_id", "in", self.ids) | Domain(
            "line_ids.product_id.product_tmpl_id", "in", self.ids
        )

    def _prepare_support_ticket_values(self):
        return {"product_id": self.product_variant_id.id}
