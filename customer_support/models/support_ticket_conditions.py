"""What rules, filters and lists may ask about the order and customer of a ticket."""

from odoo import api, fields, models
from odoo.fields import Domain


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    order_currency_id = fields.Many2one(
        related="sale_order_id.currency_id", string="Currency of the order"
    )
    order_amount_total = fields.Monetary(
        related="sale_order_id.amount_total",
        currency_field="order_currency_id",
        string="Order amount",
        help="In the currency of the order, with taxes.",
    )
    customer_tag_ids = fields.Many2many(
        related="partner_id.category_id", string="Customer tags"
    )
    is_delivery_late = fields.Boolean(
        "Delivery is late",
        compute="_compute_is_delivery_late",
        search="_search_is_delivery_late",
        help="A delivery of the order should have left by now and has not.",
    )

    @api.model
    def _get_late_delivery_domain(self):
        """Which deliveries are late at this moment."""
        now = fields.Datetime.now()
        return Domain(
            [
                ("picking_type_code", "=", "outgoing"),
                ("state", "not in", ("done", "cancel")),
            ]
        ) & (
            Domain("date_deadline", "<", now)
            | Domain("date_deadline", "=", False) & Domain("scheduled_date", "<", now)
        )

    @api.depends("sale_order_id.picking_ids.state")
    def _compute_is_delivery_late(self):
        domain = self._get_late_delivery_domain()
        for ticket in self:
            # sudo: stock.picking: whether one is late, no more
            deliveries = ticket.sudo().sale_order_id.picking_ids
            ticket.is_delivery_late = bool(deliveries.filtered_domain(domain))

    def _search_is_delivery_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: stock.picking: as in the compute
        pickings = self.env["stock.picking"].sudo()
        late = pickings._search(self._get_late_delivery_domain())
        found = Domain("sale_order_id.picking_ids", "in", late)
        return found if True in value else ~found

    def _remind_of_unanswered(self):
        """Ask the agent, else the team leader, to answer a customer who waits."""
        activity = "mail.mail_activity_data_todo"
        summary = self.env._("The customer still waits for an answer")
        for ticket in self:
            user = ticket.user_id or ticket.team_id.leader_id
            if user and summary not in ticket.activity_ids.mapped("summary"):
                ticket.activity_schedule(activity, summary=summary, user_id=user.id)
