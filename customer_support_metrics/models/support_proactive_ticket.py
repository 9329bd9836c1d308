"""Complaints about the parcels of a running incident join its ticket by themselves."""

from odoo import api, fields, models, tools

JOINING_REASONS = ("customer_support.reason_where_is_my_order",)


class SupportProactiveIncident(models.Model):
    _inherit = "support.proactive.incident"

    @api.model
    @tools.ormcache()
    def _get_running_ids(self):
        """Ids of the incidents that run; mostly none: then a ticket costs nothing."""
        # sudo: support.proactive.incident: customers open tickets as well
        return tuple(self.sudo().search([("state", "=", "running")]).ids)


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    proactive_notice_ids = fields.One2many(
        "support.proactive.notice",
        "ticket_id",
        "Proactive messages",
        readonly=True,
        groups="customer_support.group_support_agent",
    )

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        if any(vals.get("sale_order_id") for vals in vals_list):
            tickets._join_incidents()
        return tickets

    def write(self, vals):
        result = super().write(vals)
        if vals.get("sale_order_id") or vals.get("reason_id"):
            self._join_incidents()
        return result

    def _join_incidents(self):
        """Put complaints about a parcel of a running incident under its ticket."""
        running = self.env["support.proactive.incident"]._get_running_ids()
        # sudo: support.ticket, support.proactive.notice: customers open tickets as well
        tickets = self.sudo() if running else self.browse()
        tickets = tickets.filtered(lambda ticket: ticket._may_join_incident())
        if not tickets:
            return
        notices = tickets.env["support.proactive.notice"].search(
            [
                ("incident_id", "in", running),
                ("order_id", "in", tickets.sale_order_id.ids),
            ],
            order="id desc",
        )
        by_order = notices.grouped("order_id")
        for ticket in tickets.filtered(lambda one: one.sale_order_id in by_order):
            ticket._join_incident_of(by_order[ticket.sale_order_id])

    def _may_join_incident(self):
        """Whether this is a customer's complaint that belongs to no other case."""
        if not self.sale_order_id or self.parent_id or self.child_ids:
            return False
        if self.closed_at or self.exclusion or self.merged_into_id:
            return False
        reason = self.reason_id
        joining = [
            self.env.ref(name, raise_if_not_found=False) for name in JOINING_REASONS
        ]
        return not reason or reason.is_complaint or reason in joining

    def _join_incident_of(self, notices):
        """Join the newest of these messages' incidents that is about the parcel."""
        for notice in notices:
            parcel, incident = self.picking_id, notice.incident_id
            if parcel in (notice.picking_id, parcel.browse()) or (
                incident._still_applies(parcel)
            ):
                self.parent_id = incident.ticket_id
                return

    def _record_customer_message(self, message, details):
        if self.exclusion == "internal" and self.sudo().proactive_notice_ids:
            # The case of an apology becomes a customer's case with the first answer.
            # sudo: support.ticket: the message, not its author, does this
            self.sudo().exclusion = False
        return super()._record_customer_message(message, details)
