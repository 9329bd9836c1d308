from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _has_support_stock(self):
        """Tell whether it is known how many are there: of a kit by its parts."""
        self.ensure_one()
        is_kit = "is_kits" in self._fields and self.sudo().is_kits
        return self.is_storable or is_kit

    def _prepare_support_stock(self, company):
        """Return whether stock is kept of this product and how much of it is free.

        :param company: whose warehouses count
        """
        self.ensure_one()
        # sudo: product.product: a figure of this company's own warehouses; a kit's
        # stock is worked out from bills of material, which an agent may not read.
        product = self.sudo().with_context(allowed_company_ids=company.ids)
        return {
            "is_storable": self.is_storable,
            "free": product.free_qty if self.is_storable else 0.0,
            "stock_uom": self.uom_id.name,
        }

    def _prepare_support_values(self, company):
        """Return what the panel shows of a product that was asked about."""
        return {
            "id": self.id,
            "name": self.display_name,
            **self._prepare_support_stock(company),
        }
