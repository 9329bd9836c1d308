"""Answers that leave by a messaging channel instead of by e-mail."""

from markupsafe import Markup

from odoo import api, fields, models


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    answer_identity_id = fields.Many2one(
        "support.identity",
        "Answer by",
        index="btree_not_null",
        copy=False,
        domain="[('channel_id.is_messaging', '=', True), '|',"
        " ('id', 'in', [answer_identity_id, identity_id]), '&',"
        " ('is_verified', '=', True), '&',"
        " ('partner_id', '!=', False), ('partner_id', '=', partner_id)]",
        help="Where your answers go. Empty: by e-mail and in the customer portal.",
    )
    answer_thread_key = fields.Char(
        "Post", copy=False, readonly=True, help="The public post of this conversation."
    )
    answer_is_public = fields.Boolean(compute="_compute_answer_state")
    answer_has_templates = fields.Boolean(compute="_compute_answer_state")
    answer_window_ends_at = fields.Datetime(compute="_compute_answer_state")
    is_answer_window_closed = fields.Boolean(compute="_compute_answer_state")
    answer_status = fields.Char(
        "Last answer",
        compute="_compute_answer_status",
        help="What the network tells about your last answer.",
    )
    channel_event_ids = fields.One2many("support.channel.event", "ticket_id")

    @api.depends("answer_identity_id.last_message_at")
    def _compute_answer_state(self):
        for ticket in self:
            channel = ticket._get_answer_channel()
            identity = ticket.sudo().answer_identity_id
            ends_at = channel and channel._get_window_end(identity)
            provider = channel._get_provider() if channel else None
            ticket.answer_is_public = provider is not None and provider._is_public
            ticket.answer_has_templates = (
                provider is not None and provider._has_templates
            )
            ticket.answer_window_ends_at = ends_at
            ticket.is_answer_window_closed = bool(
                channel and channel._is_window_closed(identity)
            )

    @api.depends("channel_event_ids.state", "channel_event_ids.delivery")
    def _compute_answer_status(self):
        """In the words of the outbox: agents do not read its rows."""
        # sudo: support.channel.event: the state of this ticket's own answer
        events = self.sudo().env["support.channel.event"]
        for ticket in self:
            domain = [("ticket_id", "=", ticket.id), ("kind", "=", "answer")]
            last = (
                events.search(domain, order="id desc", limit=1) if ticket.id else events
            )
            name = "delivery" if last.state == "done" else "state"
            words = dict(last._fields[name]._description_selection(self.env))
            ticket.answer_status = words.get(last[name]) if last else False

    def _is_over_for_good(self):
        """Whether a customer's message does not go on in this case."""
        return not self or self.exclusion == "spam" or self._is_reopen_window_over()

    def _append(self, message):
        """Note which way the customer writes now: the answers take the same way."""
        posted = super()._append(message)
        event_id = self.env.context.get("support_channel_event")
        if event_id:
            event = self.env["support.channel.event"].browse(event_id)
            event.message_id = posted
            self._note_way_in(event, message)
        return posted

    def _note_way_in(self, event, message):
        if self._stays_private(event):
            return
        identity = event.identity_id
        values = {}
        if self.answer_identity_id != identity:
            values["answer_identity_id"] = identity.id
        if (self.answer_thread_key or "") != message.thread_key:
            values["answer_thread_key"] = message.thread_key or False
        if values:
            self.write(values)
        # sudo: support.channel: whether a bot speaks, which answers where it is asked
        has_bot = event.channel_id.sudo().bot_script_id.active
        if not has_bot or self.env["support.bot"]._is_with_person(self):
            self._follow_preference()

    def _stays_private(self, event):
        """Whether a comment came to a case that was taken out of the public.

        What is being written there must not end in public. An agent who wants that
        chooses the comment's author in "Answer by".
        """
        is_begun_here = self.identity_id == event.identity_id
        return event.is_public and is_begun_here and not self.answer_is_public

    # --- out --------------------------------------------------------------------

    def _get_answer_channel(self):
        """The messaging channel that takes our answers; empty means e-mail."""
        self.ensure_one()
        # sudo: support.identity, support.channel: a follower may answer as well
        channel = self.sudo().answer_identity_id.channel_id
        return channel if channel.is_messaging else channel.browse()

    def _get_reply_context(self):
        template = self.env.context.get("support_message_template")
        kept = {"support_message_template": template} if template else {}
        return {**super()._get_reply_context(), **kept}

    def _restore_reply_context(self, kept, is_edited=False):
        context = super()._restore_reply_context(kept, is_edited)
        template = kept.get("support_message_template")
        # With other words it is no approved message any more.
        if template and not is_edited:
            context["support_message_template"] = template
        return context

    def _prepare_customer_recipient(self, values):
        if self._get_answer_channel():
            return {}
        return super()._prepare_customer_recipient(values)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """The customer is told once: where he writes, and not by mail as well."""
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        if not self or not self._get_answer_channel():
            return recipients
        customer = self.sudo().partner_id
        return [one for one in recipients if not customer or one["id"] != customer.id]

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        self._deliver_by_channel(message)
        return result

    def _deliver_by_channel(self, message):
        """Hand a public answer to the channel, in the agent's own transaction."""
        if message.is_internal or message.subtype_id.internal:
            return
        channel = self._get_answer_channel()
        if not channel:
            # sudo: support.channel: where the case began, for a follower too; one that
            # began on a network goes on by e-mail when the agent has chosen so.
            channel = self.sudo().channel_id.filtered(lambda c: not c.is_messaging)
        kind = self._get_message_author_kind(message)
        if kind in ("human", "bot", "rule"):
            channel._deliver(self, message)

    def _note_failed_answer(self, text):
        """A red note, and something to do for whoever answers this ticket."""
        for ticket in self:
            ticket._message_log(
                body=Markup('<p class="text-danger fw-bold">%s</p>') % text
            )
            agent = ticket.user_id or ticket.team_id.leader_id
            if agent:
                ticket.activity_schedule(
                    "mail.mail_activity_data_warning", summary=text, user_id=agent.id
                )

    def action_open_send_template(self):
        """Write to the customer outside the time in which one may write freely."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send an approved message"),
            "res_model": "support.send.template",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    def action_answer_by_mail(self):
        """Answer by e-mail and in the portal from now on."""
        self.check_access("write")
        self.answer_identity_id = False
