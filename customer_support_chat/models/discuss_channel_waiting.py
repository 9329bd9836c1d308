"""A visitor who waits for a person: passed on in time, and never lost."""

from datetime import timedelta

from odoo import fields, models
from odoo.http import request
from odoo.tools import html2plaintext

from odoo.addons.customer_support.tools.thanks import is_only_thanks


class DiscussChannel(models.Model):
    _name = "discuss.channel"
    _inherit = ["discuss.channel", "support.due.job.mixin"]

    _due_job_column = "support_due_at"

    is_support_away = fields.Boolean(
        "Nobody was free",
        readonly=True,
        copy=False,
        help="The chat began while no agent was free: it takes a message.",
    )
    support_waiting_since = fields.Datetime(
        "Waiting for a person since",
        readonly=True,
        copy=False,
        help="The oldest line of the visitor that no person has answered.",
    )
    support_answered_at = fields.Datetime(
        "First answered on",
        readonly=True,
        copy=False,
        help="When a person answered for the first time.",
    )
    support_first_wait = fields.Integer(
        "First wait (seconds)",
        readonly=True,
        copy=False,
        help="From the visitor's first line for a person to that person's first.",
    )
    support_due_at = fields.Datetime(
        "Goes to the next agent at", readonly=True, copy=False
    )
    support_cart_id = fields.Many2one(
        "sale.order",
        "Cart",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="customer_support.group_support_agent",
        help="What was in the visitor's cart when the visitor wrote last.",
    )

    _support_due_idx = models.Index("(support_due_at) WHERE support_due_at IS NOT NULL")
    _support_queue_idx = models.Index(
        "(livechat_channel_id, support_waiting_since)"
        " WHERE support_waiting_since IS NOT NULL AND support_answered_at IS NULL"
    )

    # --- what is said ---------------------------------------------------------

    def message_post(self, **kwargs):
        """Let each spoken line start or end a wait, and reach the chat's ticket."""
        message = super().message_post(**kwargs)
        if len(self) == 1 and self.channel_type == "livechat":
            # sudo: discuss.channel, mail.message: guests write without rights
            self.sudo()._handle_support_line(message.sudo())
        return message

    def _handle_support_line(self, line):
        if line.message_type not in ("comment", "email"):
            return
        kind = self._get_line_author_kind(line)
        ticket = self._find_support_ticket()
        repeated = self.env.context.get("support_ticket_message_id")
        if ticket and repeated:
            # What was answered in the ticket stands there already.
            ticket._link_chat_line(line, self.env["mail.message"].browse(repeated))
        elif ticket:
            ticket._add_chat_lines()
        if kind == "human":
            self._end_support_wait()
        elif kind == "customer":
            self._handle_visitor_line(line)

    def _handle_visitor_line(self, line):
        self._remember_cart()
        if self._is_with_bot():
            return
        if self.is_support_away and not self.livechat_agent_history_ids:
            self._take_message(line)
        else:
            self._start_support_wait()

    def _is_with_bot(self):
        """Whether a bot talks with the visitor, and no person yet."""
        return bool(
            self.chatbot_current_step_id and not self.livechat_agent_history_ids
        )

    def _remember_cart(self):
        if not request:
            return
        cart_id = self.livechat_channel_id._get_visitor_cart_id()
        if cart_id and cart_id != self.support_cart_id.id:
            self.support_cart_id = cart_id

    # --- the wait -------------------------------------------------------------

    def _start_support_wait(self):
        if self.support_waiting_since:
            return
        now = fields.Datetime.now()
        values = {"support_waiting_since": now}
        seconds = self.livechat_channel_id.support_answer_seconds
        if seconds and not self.support_answered_at:
            values["support_due_at"] = now + timedelta(seconds=seconds)
        self.write(values)
        if not self.support_answered_at:
            self._push_own_queue_place()

    def _end_support_wait(self):
        """A person has answered."""
        since = self.support_waiting_since
        if not since:
            return
        values = {"support_waiting_since": False, "support_due_at": False}
        first = not self.support_answered_at
        if first:
            now = fields.Datetime.now()
            values["support_answered_at"] = now
            values["support_first_wait"] = int((now - since).total_seconds())
        self.write(values)
        if first:
            self._push_queue_places()

    def _add_members(self, **kwargs):
        """A visitor who leaves the bot for a person starts to wait for that person."""
        members = super()._add_members(**kwargs)
        for member in members.filtered(lambda m: m.livechat_member_type == "agent"):
            # sudo: discuss.channel: whoever adds an agent starts the wait for one
            channel = member.channel_id.sudo()
            answered = channel.support_answered_at or channel.livechat_end_dt
            if not answered and channel._get_customer_lines():
                channel._start_support_wait()
        return members

    # --- nobody answers -------------------------------------------------------

    def _run_due(self, now):
        """Pass a chat that nobody has answered on; without anybody make it a ticket."""
        agent = self._find_next_agent()
        if agent and not self.livechat_end_dt:
            self._hand_over_to(agent)
            seconds = self.livechat_channel_id.support_answer_seconds
            self.support_due_at = seconds and now + timedelta(seconds=seconds)
            return
        self.support_due_at = False
        if not self._find_support_ticket() and self._get_customer_lines():
            self._make_unanswered_ticket()

    def _find_next_agent(self):
        """An agent who is free and has not been asked in this chat yet (or none)."""
        livechat = self.livechat_channel_id
        asked = self.livechat_agent_history_ids.partner_id
        free = livechat.available_operator_ids.filtered(
            lambda user: user.partner_id not in asked
        )
        if not free:
            return free
        return livechat._get_operator(
            lang=self.livechat_lang_id.code,
            country_id=self.country_id.id,
            expertises=self.livechat_expertise_ids,
            users=free,
        )

    def _hand_over_to(self, agent):
        """Give the chat to ``agent`` (``res.users``) instead of who did not answer."""
        before = self.channel_member_ids.filtered(
            lambda m: m.livechat_member_type == "agent"
        ).partner_id
        # In silence: the name above the chat changes, the visitor need not know why.
        self._add_members(
            users=agent,
            create_member_params={"livechat_member_type": "agent"},
            post_joined_message=False,
        )
        for partner in before:
            self._action_unfollow(partner=partner, post_leave_message=False)
        visitor = self._find_visitor_partner() or self._get_visitor_guest()
        self.write(
            {
                "livechat_operator_id": agent.partner_id.id,
                "name": f"{visitor.name} {agent.livechat_username or agent.name}",
            }
        )
        self._broadcast(agent.partner_id.ids)

    def _make_unanswered_ticket(self):
        """Make a ticket of a chat that nobody answered, and tell the visitor."""
        ticket = self._make_support_ticket()
        if self.livechat_end_dt:
            # The visitor has left: what would be said here, a mail says.
            ticket._send_acknowledgement()
        else:
            self._say_for_store(self._get_promise_words(ticket))
        return ticket

    # --- messages taken while nobody is free ----------------------------------

    def _take_message(self, line):
        """Make a ticket of the first line, and say by when it is answered."""
        ticket = self._find_support_ticket()
        if not ticket:
            self._make_unanswered_ticket()
        elif self._find_typed_address(html2plaintext(line.body or "")):
            text = self.with_context(lang=self._get_visitor_lang()).env._(
                "Thank you. We answer to %(email)s.", email=ticket.email_from
            )
            self._say_for_store(text)

    def _get_promise_words(self, ticket):
        """What the visitor is told when the chat has become a ticket."""
        _ = self.with_context(lang=self._get_visitor_lang()).env._
        until = ticket._get_promised_time()
        words = [_("Your message is our ticket #%s.", ticket.number)]
        if until:
            words.append(_("We answer by %s.", until))
        else:
            words.append(_("We answer as soon as possible."))
        if ticket.email_normalized:
            words.append(
                _(
                    "You can go: the answer also reaches you by e-mail at %s.",
                    ticket.email_from,
                )
            )
        else:
            words.append(
                _(
                    "Please leave your e-mail address here, so that the answer reaches"
                    " you also when you have left."
                )
            )
        return " ".join(words)

    def _say_for_store(self, text):
        """Say something in the chat in the name of the store.

        :param str text: plain text, in the visitor's language
        """
        return self.with_context(mail_post_autofollow_author_skip=True).message_post(
            author_id=self._get_desk_partner().id,
            body=text,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    # --- the end --------------------------------------------------------------

    def write(self, vals):
        ended = self.browse()
        if vals.get("livechat_end_dt"):
            ended = self.filtered(lambda channel: not channel.livechat_end_dt)
        result = super().write(vals)
        for channel in ended.filtered("support_waiting_since"):
            # sudo: discuss.channel: visitors end chats without rights
            channel.sudo()._handle_end_of_wait()
        return result

    def _handle_end_of_wait(self):
        """A chat ended while the visitor waited: the case goes on as a ticket."""
        lost = not self._find_support_ticket() and not self._ended_with_thanks()
        self.write({"support_waiting_since": False, "support_due_at": False})
        if lost:
            self._make_unanswered_ticket()
        self._push_queue_places()

    def _ended_with_thanks(self):
        lines = self._get_customer_lines()
        text = html2plaintext(lines[-1:].body or "")
        return bool(self.support_answered_at) and is_only_thanks(text)
