from odoo import fields, models

from .support_cost_lines import get_cost_lines


class SupportCost(models.Model):
    """A cost of a case, read from the document that made it; nothing is stored.

    Of what no document says, such as the time of writing, there is an estimate, and it
    is marked as one.
    """

    _name = "support.cost"
    _description = "Cost of a Case"
    _auto = False
    _rec_name = "ticket_id"
    _order = "at desc, id desc"
    # What is written before this is read.
    _depends = {
        "support.ticket": [
            *("exclusion", "merged_into_id", "company_id", "team_id", "channel_id"),
            *("reason_id", "product_id", "sale_order_id"),
        ],
        "support.ticket.action": [
            *("ticket_id", "state", "kind", "amount", "currency_id", "order_id"),
            *("executed_at", "requested_by"),
        ],
        "support.ticket.event": [
            *("ticket_id", "kind", "author_kind", "user_id", "at", "payload"),
        ],
        "support.ticket.line": ["ticket_id", "product_id"],
        "account.move": ["state", "move_type", "support_action_id"],
        "account.move.line": ["balance", "display_type", "product_id"],
        "stock.picking": [
            *("state", "date_done", "carrier_price", "support_label_state"),
            "support_action_id",
        ],
        "stock.move": ["state", "value", "product_id"],
        "res.company": [
            *("support_hourly_cost", "support_touch_minutes", "support_return_cost"),
        ],
    }

    ticket_id = fields.Many2one("support.ticket", readonly=True)
    at = fields.Datetime("Day", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    team_id = fields.Many2one("support.team", readonly=True)
    agent_id = fields.Many2one(
        "res.users", readonly=True, help="Who asked for it, or wrote."
    )
    channel_id = fields.Many2one("support.channel", readonly=True)
    reason_id = fields.Many2one("support.reason", readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True)
    product_id = fields.Many2one(
        "product.product",
        readonly=True,
        help="Of the document; else the first product that the case is about.",
    )
    kind = fields.Selection(
        [
            ("refund", "Refund"),
            ("exchange", "Difference in price of an exchange"),
            ("voucher", "Voucher"),
            ("points", "Loyalty points"),
            ("goods", "Goods sent again"),
            ("goods_back", "Goods back in stock"),
            ("shipping", "Shipping"),
            ("return_shipping", "Return shipping"),
            ("work", "Work"),
        ],
        readonly=True,
    )
    amount = fields.Monetary(
        readonly=True,
        help="Without tax, in the currency of the company. What comes back is below"
        " zero.",
    )
    minutes = fields.Float(readonly=True, help="Of work.")
    is_estimate = fields.Boolean("Estimated", readonly=True)
    res_model = fields.Char("Kind of document", readonly=True)
    res_id = fields.Many2oneReference(
        "Document", model_field="res_model", readonly=True
    )

    @property
    def _table_query(self):
        return get_cost_lines()

    def action_open_document(self):
        """Open what this was counted from."""
        self.ensure_one()
        document = self.env[self.res_model].browse(self.res_id)
        view = document.get_formview_id()
        return document._get_records_action(views=[(view, "form")])
