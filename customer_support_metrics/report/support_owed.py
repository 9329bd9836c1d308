from odoo import fields, models

from .support_owed_lines import get_owed_lines


class SupportOwed(models.Model):
    """Money that a customer has to get, as it stands now; nothing is stored."""

    _name = "support.owed"
    _description = "Money Owed to a Customer"
    _auto = False
    _rec_name = "name"
    _order = "since, id"
    # What is written before this is read.
    _depends = {
        "support.ticket": ["company_id", "team_id", "user_id", "channel_id"],
        "support.ticket.action": [
            *("ticket_id", "state", "kind", "by_hand_amount", "by_hand_paid_by"),
            *("currency_id", "executed_at", "order_id"),
        ],
        "support.promise": [
            *("ticket_id", "state", "kind", "move_id", "transaction_id", "action_id"),
            "due_at",
        ],
        "account.move": [
            *("state", "move_type", "payment_state", "amount_residual_signed"),
            *("support_action_id", "invoice_date", "partner_id", "amount_total_signed"),
        ],
        "account.move.line": [
            *("move_id", "quantity", "price_total", "support_credited_line_id"),
            "sale_line_ids",
        ],
        "payment.transaction": ["state", "operation", "amount", "support_action_id"],
        "stock.move": ["state", "quantity", "sale_line_id", "date"],
        "stock.picking": ["state", "support_action_id"],
    }

    name = fields.Char("Number", readonly=True)
    kind = fields.Selection(
        [
            ("credit_note", "Credit note not paid out"),
            ("refund", "Refund under way"),
            ("return", "Return without credit"),
            ("promise", "Promise without a refund"),
        ],
        "What",
        readonly=True,
    )
    since = fields.Date(
        readonly=True, help="For a promise the day until which it is promised."
    )
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    ticket_id = fields.Many2one("support.ticket", readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    team_id = fields.Many2one("support.team", readonly=True)
    agent_id = fields.Many2one("res.users", readonly=True)
    channel_id = fields.Many2one("support.channel", readonly=True)
    reason_id = fields.Many2one("support.reason", readonly=True)
    amount = fields.Monetary(
        readonly=True,
        help="With tax, in the currency of the company. 0 for a promise that names"
        " no amount.",
    )
    res_model = fields.Char("Kind of document", readonly=True)
    res_id = fields.Many2oneReference(
        "Document", model_field="res_model", readonly=True
    )

    @property
    def _table_query(self):
        return get_owed_lines(self.env.tz.zone)

    def action_open_document(self):
        """Open what the customer waits for."""
        self.ensure_one()
        document = self.env[self.res_model].browse(self.res_id)
        view = document.get_formview_id()
        return document._get_records_action(views=[(view, "form")])
