"""What a customer's message does to a closed case: reopen it, go on in a new one, or
nothing when it only thanks."""

from datetime import timedelta

from markupsafe import Markup

from odoo import fields, models

from ..tools.author_kind import CUSTOMER
from ..tools.own_words import get_own_words, has_picture
from ..tools.thanks import is_only_thanks


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    previous_ticket_id = fields.Many2one(
        "support.ticket",
        "Goes on from",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="The customer wrote about that case after the time in which a closed case"
        " opens again.",
    )
    next_ticket_ids = fields.One2many(
        "support.ticket", "previous_ticket_id", "Went on in"
    )

    # --- thanks -------------------------------------------------------------------

    def _should_reopen(self, message):
        """A closed case stays closed when the customer only thanks."""
        if not super()._should_reopen(message):
            return False
        # sudo: mail.message: the customer's own words
        message = message.sudo()
        if not self.closed_at or message.attachment_ids or has_picture(message.body):
            return True
        return not self._is_only_thanks(get_own_words(message.body))

    def _is_only_thanks(self, text):
        """Whether a text thanks for this case and says no more.

        :param str text: plain, without the quoted history
        """
        # sudo: res.partner, res.users: names that may be addressed, not shown
        ticket = self.sudo()
        names = (ticket.partner_id.name, ticket.partner_name, ticket.user_id.name)
        return is_only_thanks(text, filter(None, names))

    # --- the window -----------------------------------------------------------------

    def _is_reopen_window_over(self):
        """Whether this case was closed so long ago that a new one begins."""
        closed_at = self.closed_at
        return bool(closed_at) and self._get_reopen_until() < fields.Datetime.now()

    def _get_reopen_until(self):
        """Until when a customer's message reopens this closed case (UTC)."""
        settings = self.env["res.config.settings"]._get_support_parameters()
        return self.closed_at + timedelta(days=settings["reopen_days"])

    def _get_running_case(self):
        """The case in which the customer's matter goes on: this one, or a later one.

        It is a closed one beyond its window when nothing goes on yet.
        """
        self.ensure_one()
        ticket = self._get_survivor()
        while ticket._is_reopen_window_over():
            # sudo: support.ticket: the same customer's case, found for a guest too
            later = ticket.sudo().next_ticket_ids.sorted("id")[-1:]
            if not later:
                break
            ticket = later.with_env(ticket.env)._get_survivor()
        return ticket

    def _continue_for_customer(self):
        """The case that takes a customer's message: a new one when the window is over.

        :return: the ``support.ticket``, in sudo; this one when it still reopens
        """
        # sudo: support.ticket: customers open cases of their own by writing
        ticket = self.sudo()._get_running_case()
        if not ticket._is_reopen_window_over():
            return ticket
        # A second click waits here, and then finds the case that the first one made.
        ticket._wait_for_other_posts()
        creator = ticket.with_context(
            support_author_kind=CUSTOMER, mail_create_nosubscribe=True
        )
        following = creator.create(ticket._prepare_continuation_values())
        ticket._record_continuation(following)
        # Who took part in the old case takes part in the new one.
        others = ticket.message_partner_ids.filtered("partner_share")
        following.message_subscribe(others.ids)
        following._log_mail_note([ticket._get_continuation_note()])
        return following.with_env(ticket.env)

    def _record_continuation(self, following):
        """Log that this closed case goes on in another one.

        It also makes whoever does the same right now start again, and find it.
        """
        self._record_event(
            "continued", author_kind="customer", payload={"ticket": following.id}
        )

    def _get_continuation_note(self):
        """What agents read in the case that goes on from this one."""
        text = self.env._("Goes on from %s, which was closed long ago.")
        return Markup(text) % self._get_html_link()

    def _get_case_for(self, text, files=()):
        """The case that takes what the customer writes on the page of this one.

        :param str text: plain
        :param files: what is attached; whoever sends files wants something
        """
        running = self.sudo()._get_running_case()
        if running._is_reopen_window_over() and not files:
            if running._is_only_thanks(text):
                return running
        return running._continue_for_customer()

    def _prepare_continuation_values(self):
        """The values of a new case about the matter of this one."""
        self.ensure_one()
        team = self.team_id if self.team_id.active else self.env["support.team"]
        return {
            "name": self.name,
            "previous_ticket_id": self.id,
            "partner_id": self.partner_id.id,
            "claimed_partner_id": self.claimed_partner_id.id,
            "partner_name": self.partner_name,
            "email_from": self.email_from,
            "phone": self.phone,
            "lang": self.lang,
            "team_id": (team or team._get_default_team(self.company_id)).id,
            "channel_id": self._get_channel_id("portal"),
            "reason_id": self.reason_id.id,
            "sale_order_id": self.sale_order_id.id,
            "website_id": self.website_id.id,
        }
