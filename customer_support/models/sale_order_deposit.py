from odoo import models


class SaleOrder(models.Model):
    """Deposits that were invoiced before the goods are set off against them."""

    _inherit = "sale.order"

    def _create_support_invoice(self):
        """Invoice what the order allows, less the deposits that cover no more.

        :return: the draft ``account.move``
        """
        self.ensure_one()
        order = self.with_context(support_set_off_deposits=True)
        goods = order._get_invoiceable_lines().filtered(lambda x: not x.display_type)
        deposits = order._get_invoiceable_lines(final=True).filtered("is_downpayment")
        value = sum(line._get_support_price(line.qty_to_invoice) for line in goods)
        # A larger deposit would make a credit note of it.
        covers = value + sum(deposits.mapped(_get_deposit)) >= 0
        return order._create_invoices(final=bool(deposits) and covers)

    def _get_invoiceable_lines(self, final=False):
        """Leave out goods to credit where only deposits are meant to be set off."""
        lines = super()._get_invoiceable_lines(final=final)
        if final and self.env.context.get("support_set_off_deposits"):
            return lines.filtered(
                lambda line: (
                    line.is_downpayment or line.display_type or line.qty_to_invoice > 0
                )
            )
        return lines


def _get_deposit(line):
    """What setting off a deposit takes from an invoice (below zero)."""
    invoiced = line.invoice_lines.filtered(lambda x: x.parent_state == "posted")
    return -sum(invoiced.mapped("price_total"))
