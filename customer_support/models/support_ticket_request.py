from markupsafe import Markup

from odoo import api, fields, models


class SupportTicket(models.Model):
    """What other departments are asked about a case."""

    _inherit = "support.ticket"

    request_ids = fields.One2many("support.request", "ticket_id", "Requests")
    open_request_count = fields.Integer(
        "Open requests", compute="_compute_request_count"
    )
    request_count = fields.Integer("All requests", compute="_compute_request_count")

    @api.depends("request_ids.state")
    def _compute_request_count(self):
        for ticket in self:
            requests = ticket.request_ids
            ticket.request_count = len(requests)
            ticket.open_request_count = len(
                requests.filtered(lambda request: request.state == "open")
            )

    def action_view_requests(self):
        """Open the requests of this ticket."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_support.support_request_action"
        )
        return {
            **action,
            "domain": [("ticket_id", "=", self.id)],
            "context": {"default_ticket_id": self.id},
        }

    def action_new_request(self):
        """Open the form of a new request about this ticket."""
        return {**self.action_view_requests(), "views": [(False, "form")]}

    def _log_request_note(self, title, request, text=""):
        """Leave an internal note about a request; the agent of the case is told.

        :param str title: with places among %(agent)s, %(department)s, %(request)s
        :param str text: plain, shown below the title
        """
        self.ensure_one()
        names = {
            "agent": self.env.user.name,
            "department": request.department_id.name,
            "request": request._get_html_link(title=request.name),
        }
        body = Markup("<p>%s</p>") % (Markup(title) % names)
        if text:
            body += Markup("<blockquote>%s</blockquote>") % text
        self.message_post(
            body=body,
            message_type="notification",
            subtype_xmlid="mail.mt_note",
            partner_ids=(self.user_id.partner_id - self.env.user.partner_id).ids,
        )
