"""A ticket holds the replies of new agents back until their mentor has read them."""

from markupsafe import Markup, escape

from odoo import fields, models

from .support_held_reply import RELEASED

# What goes along with a reply, apart from its text, files and recipients.
_KEPT = ("email_from", "outgoing_email_to", "parent_id", "reply_to")
_DEFERRED_KINDS = ("solved", "waiting", "on_hold")


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    held_reply_ids = fields.One2many("support.held.reply", "ticket_id", "Held replies")
    held_reply_count = fields.Integer(
        "Replies waiting for a mentor", compute="_compute_held_reply_count"
    )

    def _compute_held_reply_count(self):
        # sudo: support.held.reply: colleagues see that one waits, not more
        held = self.env["support.held.reply"].sudo()
        counts = dict(
            held._read_group(
                [("ticket_id", "in", self.ids), ("state", "=", "waiting")],
                ["ticket_id"],
                ["__count"],
            )
        )
        for ticket in self:
            ticket.held_reply_count = counts.get(ticket._origin, 0)

    def action_view_held_replies(self):
        """Show the replies of this ticket that wait, to those whom they concern."""
        self.ensure_one()
        self.check_access("read")
        held = self.held_reply_ids.search(
            [("ticket_id", "=", self.id), ("state", "=", "waiting")]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_support_metrics.support_held_reply_action"
        )
        if len(held) == 1:
            return {**action, "views": [(False, "form")], "res_id": held.id}
        return {**action, "domain": [("id", "in", held.ids)], "context": {}}

    # --- holding --------------------------------------------------------------------

    def message_post(self, **kwargs):
        """Keep a new agent's reply for the mentor instead of sending it.

        :return: the message, or the note that shows what waits
        """
        kwargs = self._as_own_words(kwargs)
        mentor = self._find_release_mentor(kwargs)
        if mentor:
            return self._hold_reply(mentor, kwargs)
        return super().message_post(**kwargs)

    def _find_release_mentor(self, values):
        """Who has to release this message; nobody for most.

        Bots and rules are told by their author, who is nobody of ours: what else the
        context says of them anybody could send along from a browser.

        :param dict values: what ``message_post`` was called with
        :return: ``res.users``
        """
        nobody = self.env["res.users"]
        if not self.env.su:
            # People write comments, whatever they call them in a call from outside.
            values = {**values, "message_type": "comment"}
        # sudo: support.team, support.agent: settings that the author need not read
        team = self.sudo().team_id
        if (
            not team.mentored_replies
            or self.env.context.get("support_released") is RELEASED
            or not self._is_public_answer(values)
        ):
            return nobody
        author = self.env.user.partner_id
        if values.get("author_id") is not None:
            author = author.browse(values["author_id"])
        agent = author.sudo().user_ids.filtered(lambda user: not user.share)[:1]
        return team._find_mentor(agent) if agent else nobody

    def _hold_reply(self, mentor, values):
        """Keep a reply, and show it to colleagues as a note.

        :return: the note, a ``mail.message``
        """
        self._check_placeholders_filled(values.get("body") or "")
        author = self.env.user.partner_id.browse(
            values.get("author_id") or self.env.user.partner_id.id
        )
        # sudo: res.users: whose reply it is
        agent = author.sudo().user_ids.filtered(lambda user: not user.share)[:1]
        body = values.pop("body", "") or ""
        if values.pop("body_is_html", False):
            body = Markup(body)
        note = self.message_post(
            **{
                **self._prepare_held_note(mentor, values),
                "body": Markup("<p>%s</p><div>%s</div>")
                % (
                    self.env._("Waits for %s, who releases it:", mentor.name),
                    escape(body),
                ),
            }
        )
        # sudo: support.held.reply, support.ticket: written by the system alone; the
        # agent has just been allowed to write a message here
        ticket = self.sudo()
        ticket.held_reply_ids.create(
            {
                "ticket_id": self.id,
                "user_id": agent.id,
                "mentor_id": mentor.id,
                "subject": values.get("subject"),
                "body": escape(body),
                "attachment_ids": note.attachment_ids.ids,
                "recipient_ids": values.get("partner_ids") or [],
                "post_values": {
                    name: values[name] for name in _KEPT if values.get(name)
                },
                "post_context": self._get_reply_context(),
            }
        )
        ticket._keep_for_author(agent)
        return note

    def _prepare_held_note(self, mentor, values):
        """What a held reply is posted with: no customer hears of it."""
        dropped = ("outgoing_email_to", "subtype_id", "subject", "email_layout_xmlid")
        return {
            **{name: value for name, value in values.items() if name not in dropped},
            "subtype_xmlid": "mail.mt_note",
            "partner_ids": mentor.partner_id.ids,
        }

    def _keep_for_author(self, agent):
        """Nobody else should answer meanwhile."""
        if not self.user_id and agent in self.team_id.member_ids:
            self.user_id = agent

    # --- what comes after -----------------------------------------------------------

    def _find_own_held(self):
        # sudo: support.held.reply: the user's own, whatever the ticket
        held = self.env["support.held.reply"].sudo()
        return held.search(
            [
                ("ticket_id", "in", self.ids),
                ("state", "=", "waiting"),
                ("user_id", "=", self.env.uid),
            ]
        )

    def _set_stage_kind(self, kind):
        """Let the next step of a case wait as long as its reply does."""
        if kind not in _DEFERRED_KINDS or not any(
            team.mentored_replies for team in self.sudo().team_id
        ):
            return super()._set_stage_kind(kind)
        held = self._find_own_held()
        held.next_kind = kind
        rest = self - self.browse(held.ticket_id.ids)
        return super(SupportTicket, rest)._set_stage_kind(kind)

    def _cancel_scheduled_replies(self, because):
        """Give held replies back as well when the case is over.

        A customer who writes first is told to the mentor, who decides.
        """
        result = super()._cancel_scheduled_replies(because)
        if because in ("closed", "merged"):
            # sudo: support.held.reply: whoever ends the case
            held = self.env["support.held.reply"].sudo()
            for one in held.search(
                [("ticket_id", "in", self.ids), ("state", "=", "waiting")]
            ):
                env = one.with_context(lang=one.user_id.lang).env
                one._return(
                    env._("The ticket was closed.")
                    if because == "closed"
                    else env._("The ticket was merged into another one."),
                    # Also when the customer has closed it.
                    author=self.env.ref("base.partner_root"),
                )
        return result
