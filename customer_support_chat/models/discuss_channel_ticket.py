"""Turning a live chat into a ticket."""

import re

from markupsafe import Markup
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError
from odoo.tools import email_normalize, html2plaintext

TYPED_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
COMMAND = "/ticket"
NAME_LENGTH = 80


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    support_ticket_ids = fields.One2many(
        "support.ticket",
        "origin_channel_id",
        "Ticket",
        groups="customer_support.group_support_agent",
    )
    # Set with the ticket: whoever writes a line at that moment starts again and
    # finds it, so that no line is left out.
    has_support_ticket = fields.Boolean(readonly=True, copy=False)

    def execute_command_ticket(self, **kwargs):
        """Make a ticket of this chat: ``/ticket Lamp arrived broken``."""
        self.ensure_one()
        if self.channel_type != "livechat":
            answer = self.env._("Only a live chat can become a ticket.")
        else:
            text = html2plaintext(kwargs.get("body") or "")
            title = text.removeprefix(COMMAND).strip()
            answer = self._answer_command_ticket(title)
        self.env.user._bus_send_transient_message(self, answer)

    def _answer_command_ticket(self, title):
        """Make the ticket and say which one it is, as Markup for the agent."""
        self._check_may_make_ticket()
        ticket = self._find_support_ticket()
        if ticket:
            text = self.env._("This chat is ticket %s already.")
        else:
            ticket = self._make_support_ticket(title, agent=self.env.user)
            text = self.env._("Made a ticket of this chat: %s")
        return Markup("%s") % text % ticket._get_html_link()

    def _check_may_make_ticket(self):
        """:raise AccessError: for others than support staff who may read the chat"""
        if not self.env.user.has_group("customer_support.group_support_agent"):
            raise AccessError(
                self.env._("Only support staff can make a ticket of a chat.")
            )
        self.check_access("read")

    def _find_support_ticket(self):
        """The ticket of this chat, in sudo; empty when there is none."""
        self.ensure_one()
        # sudo: support.ticket: whether there is one, whoever writes in the chat
        return self.sudo().support_ticket_ids[:1]

    def _make_support_ticket(self, title="", agent=None, **values):
        """Make the ticket of this chat, with all that was said in it.

        The caller has checked that the present user may have it made.

        :param str title: the subject; the customer's first words when empty
        :param agent: ``res.users`` who takes care of it, if a member of its team
        :param dict values: further values of the ticket
        :return: the ``support.ticket``, in sudo; the one it has when it is one already
        :raise ConcurrencyError: when somebody else made it just now; Odoo repeats the
            request then, which finds that one
        """
        self.ensure_one()
        existing = self._find_support_ticket()
        if existing:
            return existing
        # sudo: support.ticket: guests and cron make tickets too; the values are ours
        channel = self.sudo()
        tickets = channel.env["support.ticket"].with_context(
            mail_create_nosubscribe=True
        )
        vals = channel._prepare_support_ticket_values(title, agent) | values
        # Whoever adds a line right now has to start again and see the ticket.
        channel.has_support_ticket = True
        channel.flush_recordset()
        try:
            ticket = tickets.create(vals)
        except UniqueViolation as error:
            raise ConcurrencyError("This chat became a ticket a moment ago.") from error
        if channel.support_waiting_since:
            channel._push_queue_places()
        return ticket

    def _prepare_support_ticket_values(self, title, agent):
        lines = self._get_customer_lines()
        team = self._get_support_team()
        values = {
            "name": title or self._get_first_words(lines),
            "channel_id": self.env["support.ticket"]._get_channel_id("livechat"),
            "team_id": team.id,
            "origin_channel_id": self.id,
            "opened_at": lines[:1].date or fields.Datetime.now(),
            "website_id": self.livechat_visitor_id.website_id.id,
            "lang": self._get_visitor_lang(),
            **self._prepare_visitor_values(lines),
        }
        worker = self._find_support_worker(team, agent)
        if worker:
            values["user_id"] = worker.id
        return values | self._prepare_order_values(values, lines)

    def _get_customer_lines(self):
        """What the customer said, oldest first (``mail.message``)."""
        return self._get_spoken_lines().filtered(
            lambda line: self._get_line_author_kind(line) == "customer"
        )

    def _get_spoken_lines(self):
        return self.message_ids.filtered(
            lambda m: m.message_type in ("comment", "email")
        ).sorted("id")

    def _get_first_words(self, lines):
        for line in lines:
            words = " ".join(html2plaintext(line.body or "").split())
            if words:
                return words[:NAME_LENGTH]
        return self.env._("Live chat")

    def _get_line_author_kind(self, line):
        """Who speaks in a line of the chat: customer, human, bot or rule."""
        author = line.author_id
        if line.author_guest_id:
            return "customer"
        history = self.livechat_channel_member_history_ids.filtered(
            lambda h: h.partner_id == author
        )
        member_type = history[:1].livechat_member_type
        if member_type == "visitor":
            return "customer"
        if member_type == "bot":
            return "bot"
        if author == self._get_desk_partner() or author == self.env.ref(
            "base.partner_root"
        ):
            return "rule"
        return "customer" if author.partner_share else "human"

    def _get_desk_partner(self):
        """Who speaks for the store when no person does: the company."""
        return self._get_support_team().company_id.partner_id

    def _get_support_team(self):
        """The team that takes the tickets of this chat (``support.team``)."""
        return self.livechat_channel_id.support_team_id or self.env[
            "support.team"
        ]._get_default_team(website=self.livechat_visitor_id.website_id or None)

    def _find_support_worker(self, team, agent):
        """Who goes on with the ticket: ``agent``, else who answered last."""
        if not agent:
            answers = self._get_spoken_lines().filtered(
                lambda line: self._get_line_author_kind(line) == "human"
            )
            agent = answers[-1:].author_id.user_ids[:1]
        return agent if agent in team.member_ids else None

    # --- the visitor ----------------------------------------------------------

    def _find_visitor_partner(self):
        """The contact of a visitor who was logged in; a guest has none."""
        visitors = self.livechat_channel_member_history_ids.filtered(
            lambda h: h.livechat_member_type == "visitor"
        )
        return visitors.partner_id.filtered(lambda p: not p.is_public)[:1]

    def _get_visitor_guest(self):
        return self.livechat_customer_guest_ids[:1]

    def _get_visitor_lang(self):
        """The language in which the visitor uses the store (a code)."""
        return (
            self.livechat_lang_id.code
            or self._find_visitor_partner().lang
            or self._get_visitor_guest().lang
            or self._get_support_team().company_id.partner_id.lang
            or self.env.lang
        )

    def _prepare_visitor_values(self, lines):
        """The login proves who writes; an address typed in the chat is a claim."""
        partner = self._find_visitor_partner()
        if partner:
            return {"partner_id": partner.id}
        values = {"partner_name": self._get_visitor_guest().name}
        address = self._find_address_in(lines)
        if address:
            values |= self.env["support.ticket"]._prepare_claim_values(address)
        return values

    def _find_address_in(self, lines):
        """The first e-mail address that the visitor typed, or an empty text."""
        for line in lines:
            address = self._find_typed_address(html2plaintext(line.body or ""))
            if address:
                return address
        return ""

    @api.model
    def _find_typed_address(self, text):
        """The first e-mail address in a text, normalized, or an empty text."""
        found = TYPED_ADDRESS.search(text)
        return (found and email_normalize(found.group().rstrip("."))) or ""

    def _prepare_order_values(self, values, lines):
        """The order, if the customer is proven and it is clear which one it is."""
        if not values.get("partner_id"):
            return {}
        partner = self._find_visitor_partner()
        company = self._get_support_team().company_id
        text = "\n".join(html2plaintext(line.body or "") for line in lines)
        tickets = self.env["support.ticket"].with_company(company)
        order = tickets._find_order_by_reference(text, partner)
        if not order:
            orders = partner._find_support_orders(company, limit=2)
            order = orders if len(orders) == 1 else orders.browse()
        return {"sale_order_id": order.id} if order else {}
