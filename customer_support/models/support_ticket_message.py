"""The conversation of a ticket: who wrote what, and what that sets in motion."""

from odoo import models
from odoo.tools import email_normalize, formataddr, plaintext2html

from ..tools.author_kind import CUSTOMER, get_told_author_kind, is_without_clock
from ..tools.incoming_message import WrittenAt

SPOKEN_TYPES = ("comment", "email")
MANAGER = "customer_support.group_support_manager"


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    # --- out --------------------------------------------------------------------

    def message_post(self, **kwargs):
        """Post on the ticket; a public answer always goes to the customer."""
        kwargs = self._as_own_words(kwargs)
        if self._is_public_answer(kwargs):
            kwargs.update(self._prepare_customer_recipient(kwargs))
        return super().message_post(**kwargs)

    def _as_own_words(self, values):
        """What is posted, in public in nobody else's name than the user's own.

        Odoo believes colleagues who say in a call that somebody else is the author.
        Managers may say so: whoever brings conversations in from elsewhere is one.

        :param dict values: what ``message_post`` was called with
        """
        if (
            self.env.su
            or not self._is_public(values)
            or self.env.user.has_group(MANAGER)
        ):
            return values
        return {**values, "author_id": self.env.user.partner_id.id}

    def _is_public_answer(self, values):
        self.ensure_one()
        if values.get("message_type") != "comment" or not self._is_public(values):
            return False
        author = self.env.user.partner_id
        if values.get("author_id") is not None:
            author = author.browse(values["author_id"])
        return bool(author) and not self._is_requester(author)

    def _is_public(self, values):
        comment = "mail.mt_comment"
        if values.get("subtype_xmlid"):
            return values["subtype_xmlid"] == comment
        return values.get("subtype_id") == self.env.ref(comment).id

    def _prepare_customer_recipient(self, values):
        """Recipients with the customer added: the partner, or the bare address."""
        partners = list(values.get("partner_ids") or [])
        # sudo: res.partner: an agent answers customers of every kind
        customer = self.sudo().partner_id
        if customer:
            return {"partner_ids": list({*partners, customer.id})}
        addressed = self.env["res.partner"].sudo().browse(partners)
        if not self.email_normalized or self.email_normalized in addressed.mapped(
            "email_normalized"
        ):
            return {}
        others = values.get("outgoing_email_to")
        return {"outgoing_email_to": ", ".join(filter(None, [others, self.email_from]))}

    def _get_reply_context(self):
        """What of the context belongs to a reply, for one that is sent later.

        :return: dict that can be kept as JSON; ``_restore_reply_context`` reads it
        """
        return {}

    def _restore_reply_context(self, kept, is_edited=False):
        """The context in which a reply leaves that was kept.

        :param dict kept: what ``_get_reply_context`` gave when it was written
        :param bool is_edited: whether its text was changed since
        :return: dict
        """
        return {}

    def _notify_get_reply_to(self, default=None, author_id=False):
        # sudo: support.team: agents and customers need not read the team's alias
        teams = self.sudo().team_id
        replies = teams._notify_get_reply_to(default=default, author_id=author_id)
        return {ticket.id: replies.get(ticket.sudo().team_id.id) for ticket in self}

    def _track_subtype(self, initial_values):
        self.ensure_one()
        if "stage_id" in initial_values:
            return self.env.ref("customer_support.mt_ticket_stage")
        return super()._track_subtype(initial_values)

    # --- in ---------------------------------------------------------------------

    def _append(self, message):
        """Add a customer's message to the conversation, at the time it was written.

        :param message: ``tools.incoming_message.IncomingMessage``; its text is plain
        :return: the ``mail.message``
        """
        self.ensure_one()
        # sudo: res.partner: the author is named, never shown
        customer = self.sudo().partner_id
        sender = message.sender_name or message.sender_key
        if message.email:
            sender = formataddr((message.sender_name, message.email))
        written_at = WrittenAt(message.sent_at)
        return self.with_context(support_written_at=written_at).message_post(
            date=message.sent_at,
            body=plaintext2html(message.body),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=customer.id,
            email_from=customer.email_formatted or sender,
            attachments=message.attachments,
        )

    def _get_written_at(self):
        """When the customer wrote the message that is being added; None means now."""
        told = self.env.context.get("support_written_at")
        return told.moment if isinstance(told, WrittenAt) else None

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        self._record_message(message)
        return result

    def _record_message(self, message):
        """Let a posted message move the clocks of the ticket."""
        self.ensure_one()
        author_kind = self._get_message_author_kind(message)
        if not author_kind:
            return
        public = not message.subtype_id.internal and not message.is_internal
        user = message.author_id.user_ids[:1] or self.env.user
        details = {"author_kind": author_kind, "message": message, "user": user}
        if is_without_clock(self.env) or (author_kind in ("bot", "rule") and public):
            self._record_event("auto_message", **details)
        elif not public:
            self._record_event("note", **details)
        elif author_kind == "customer":
            details["at"] = self._get_written_at()
            self._record_customer_message(message, details)
        else:
            self._record_event("reply", **details)
            self._start_work(user)

    def _get_message_author_kind(self, message):
        """Who speaks in ``message``: human, customer, bot or rule; False for nobody.

        System messages (field changes, stage mails) speak for nobody: they are no
        answer and no question.
        """
        if message.message_type not in SPOKEN_TYPES or not message.subtype_id:
            return False
        forced = get_told_author_kind(self.env)
        if forced:
            return forced
        author = message.author_id
        odoobot_id = self.env["ir.model.data"]._xmlid_to_res_id("base.partner_root")
        if author.id == odoobot_id:
            return "rule"
        if not author or author.partner_share or self._is_requester(author):
            return "customer"
        return "human"

    def _is_requester(self, who):
        """Whether a partner or an e-mail address is the one who asked.

        :param who: ``res.partner`` or str
        """
        self.ensure_one()
        ticket = self.sudo()  # sudo: support.ticket: compared, never shown
        if isinstance(who, str):
            address = email_normalize(who, strict=False)
            known = {ticket.email_normalized, ticket.partner_id.email_normalized}
            return bool(address) and address in known
        return bool(who) and who == ticket.partner_id

    def _may_write(self, partner):
        """Whether ``partner`` takes part in the conversation of this ticket."""
        self.ensure_one()
        return self._is_requester(partner) or partner in self.message_partner_ids

    def _record_customer_message(self, message, details):
        reopens = self._should_reopen(message)
        self._record_event(
            "customer_message",
            payload={} if reopens else {"needs_answer": False},
            **details,
        )
        # sudo: support.ticket: the customer's message, not the customer, moves the case
        ticket = self.sudo()
        if reopens and ticket.stage_kind not in ("new", "open"):
            ticket.with_context(support_author_kind=CUSTOMER)._set_stage_kind("open")

    def _should_reopen(self, message):
        """Whether a customer's message needs an answer; False leaves a case closed."""
        return True

    def _start_work(self, agent):
        """After the first answer: the case is in progress and has an agent."""
        ticket = self.sudo()  # sudo: support.ticket: a follower may answer as well
        if not ticket.user_id and agent in ticket.team_id.member_ids:
            ticket.user_id = agent
        if ticket.stage_kind == "new":
            ticket._set_stage_kind("open")
