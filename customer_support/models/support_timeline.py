"""Everything that was said with a customer, over all channels, in the order of time."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL, html2plaintext
from odoo.tools.mail import email_split_tuples

PREVIEW_LENGTH = 400
# The icon of each kind of channel; any other one is a speech bubble.
ICONS = {
    "email": "envelope-o",
    "web_form": "wpforms",
    "portal": "user-circle-o",
    "phone": "phone",
    "backoffice": "pencil-square-o",
}


class SupportTimeline(models.Model):
    """One line for each public message and each call of a ticket.

    It reads the log of the tickets, so that it holds what the clocks have counted and
    no note of colleagues. The rules of the tickets are repeated for it: nobody reads
    more here than in the tickets themselves.
    """

    _name = "support.timeline"
    _description = "Said with a Customer"
    _inherit = "support.exported.mixin"
    _auto = False
    _order = "at desc, id desc"
    _rec_name = "ticket_id"
    _depends = {
        "support.ticket.event": [
            *("ticket_id", "kind", "at", "message_id", "author_kind", "channel_id"),
        ],
        "support.ticket": ["partner_id", "team_id", "user_id", "company_id"],
        "mail.message": ["author_id", "email_from", "body", "message_type"],
    }

    at = fields.Datetime("Moment", readonly=True)
    kind = fields.Selection(
        [
            ("customer_message", "Customer"),
            ("reply", "We"),
            ("auto_message", "Automatic"),
        ],
        "Said by",
        readonly=True,
    )
    ticket_id = fields.Many2one("support.ticket", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    team_id = fields.Many2one("support.team", readonly=True)
    user_id = fields.Many2one("res.users", "Agent", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    message_id = fields.Many2one("mail.message", readonly=True)
    channel_id = fields.Many2one("support.channel", readonly=True)
    author_id = fields.Many2one("res.partner", readonly=True)
    email_from = fields.Char(readonly=True)
    body = fields.Html(readonly=True)
    author = fields.Char("Who", compute="_compute_author")
    preview = fields.Char("What", compute="_compute_preview")
    icon = fields.Char(compute="_compute_icon")
    channel_icon = fields.Html("By", compute="_compute_icon", sanitize=False)

    @property
    def _table_query(self):
        """Kept flat: the customer in a search reaches the index of the tickets."""
        return SQL(
            """SELECT event.id, event.at, event.kind, event.ticket_id,
                      ticket.partner_id, ticket.team_id, ticket.user_id,
                      ticket.company_id, event.message_id,
                      message.author_id, message.email_from, message.body,
                      %(channel)s AS channel_id
                 FROM support_ticket_event event
                 JOIN support_ticket ticket ON ticket.id = event.ticket_id
                 JOIN mail_message message ON message.id = event.message_id
                WHERE event.kind IN ('customer_message', 'reply', 'auto_message')
                  -- A call is question and answer at once: one line.
                  AND NOT EXISTS (
                      SELECT 1
                        FROM support_ticket_event earlier
                       WHERE earlier.message_id = event.message_id
                         AND earlier.kind IN
                             ('customer_message', 'reply', 'auto_message')
                         AND earlier.id < event.id)""",
            channel=self._get_channel_sql(),
        )

    @api.model
    def _get_channel_sql(self):
        """The channel of a message: that of its case, unless it was a mail."""
        return SQL(
            """CASE WHEN message.message_type = 'email'
                    THEN (SELECT id FROM support_channel
                           WHERE kind = 'email' ORDER BY sequence, id LIMIT 1)
                    ELSE event.channel_id END"""
        )

    @api.depends("author_id", "email_from")
    def _compute_author(self):
        for line in self:
            named = email_split_tuples(line.email_from or "")
            line.author = (
                line.author_id.name
                or (named and (named[0][0] or named[0][1]))
                or line.email_from
            )

    @api.depends("body")
    def _compute_preview(self):
        for line in self:
            words = html2plaintext(line.body or "", include_references=False).split()
            line.preview = " ".join(words)[:PREVIEW_LENGTH]

    @api.depends("channel_id")
    def _compute_icon(self):
        icons = self._get_channel_icons()
        for line in self:
            channel = line.channel_id
            line.icon = icons.get(channel.kind, "comment-o")
            line.channel_icon = Markup(
                '<i class="fa fa-fw fa-%s" role="img" title="%s" aria-label="%s"></i>'
            ) % (line.icon, channel.name or "", channel.name or "")

    @api.model
    def _get_channel_icons(self):
        """The names of the icons by kind of channel; other addons add theirs."""
        return ICONS

    def action_open_ticket(self):
        """Open the ticket in which this was said."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "support.ticket",
            "res_id": self.ticket_id.id,
            "views": [(False, "form")],
        }


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def action_view_timeline(self):
        """Show everything said with the customer of this case."""
        self.ensure_one()
        if self.partner_id:
            return self.partner_id.action_view_support_timeline()
        action = self.partner_id._prepare_support_timeline_action()
        # Nothing proves who it is: the cases of the same sender, or this one alone.
        # sudo: support.identity: the id alone
        sender = self.sudo().identity_id
        domain = [("ticket_id", "=", self.id)]
        if sender:
            domain = [("ticket_id.identity_id", "=", sender.id)]
        return {**action, "domain": domain}


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _prepare_support_timeline_action(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_support.support_timeline_action"
        )
        return {**action, "context": {}}

    def action_view_support_timeline(self):
        """Show everything said with this customer over all channels."""
        family = self._get_support_family()
        action = self._prepare_support_timeline_action()
        return {**action, "domain": [("partner_id", "in", family.ids)]}
