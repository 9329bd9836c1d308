"""A ticket that began as a live chat: it holds what was said there, once."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import email_normalize, formataddr, html2plaintext

from odoo.addons.mail.tools.discuss import Store


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    origin_channel_id = fields.Many2one(
        "discuss.channel",
        "Live chat",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The chat this ticket began with.",
    )

    _origin_channel_unique = models.UniqueIndex(
        "(origin_channel_id) WHERE origin_channel_id IS NOT NULL",
        "This chat is a ticket already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_origin_channel(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_origin_channel(vals)
        return super().write(vals)

    def _check_origin_channel(self, vals):
        """Refuse a link to a chat by people; turning a chat into a ticket makes it.

        :raise AccessError: unless the system writes
        """
        if vals.get("origin_channel_id") and not self.env.su:
            raise AccessError(
                self.env._("The chat of a ticket is linked by turning it into one.")
            )

    def _log_opening(self, events):
        result = super()._log_opening(events)
        for ticket in self.filtered("origin_channel_id"):
            ticket._add_chat_lines()
        return result

    def action_open_chat(self):
        """Open the chat this ticket began with in a chat window."""
        self.ensure_one()
        self.check_access("read")
        channel = self.origin_channel_id
        channel.check_access("read")
        Store(bus_channel=self.env.user).add(
            channel, extra_fields={"open_chat_window": True}
        ).bus_send()

    # --- the transcript -----------------------------------------------------------

    def _add_chat_lines(self):
        """Add the lines of the chat that do not stand here yet, and let them count.

        The clocks take each line at the moment it was said. What was said before the
        customer's first line, such as a greeting, answers nothing and counts nowhere.
        """
        self.ensure_one()
        # sudo: discuss.channel, mail.message: copied as a whole, whoever spoke last
        ticket = self.sudo()
        channel = ticket.origin_channel_id
        target = ticket._get_survivor()
        counts = bool(ticket.first_customer_at and ticket.customer_message_count)
        for line in self.env["support.chat.line"].sudo()._find_new_lines(channel):
            kind = channel._get_line_author_kind(line)
            message = target._copy_chat_line(line, kind)
            ticket._link_chat_line(line, message)
            counts = counts or kind == "customer"
            if counts:
                target._record_chat_line(message, kind)
            if kind == "customer":
                target._claim_typed_address(html2plaintext(line.body or ""))

    def _link_chat_line(self, line, message):
        """Remember that a line of the chat stands in this ticket as ``message``."""
        # sudo: support.chat.line: written by the system alone
        self.env["support.chat.line"].sudo().create(
            {
                "ticket_id": self.id,
                "source_id": line.id,
                "message_id": message.id,
            }
        )

    def _copy_chat_line(self, line, kind):
        """Write a line of the chat down as a message of the ticket; nobody is mailed.

        :param line: ``mail.message`` of the chat
        :param str kind: who spoke: customer, human, bot or rule
        """
        files = line.attachment_ids
        copies = files.copy({"res_model": self._name, "res_id": self.id})
        for file, copied in zip(files, copies, strict=True):
            copied.name = file.name
        # The same author as in the chat: a guest stays a guest.
        return self.env["mail.message"].create(
            {
                "model": self._name,
                "res_id": self.id,
                "record_name": self.display_name,
                "message_type": "comment",
                "subtype_id": self.env.ref("mail.mt_comment").id,
                "author_id": line.author_id.id,
                "author_guest_id": line.author_guest_id.id,
                "email_from": self._get_line_sender(line, kind),
                "date": line.date,
                "body": line.body or Markup(),
                "attachment_ids": copies.ids,
            }
        )

    def _get_line_sender(self, line, kind):
        if line.author_id:
            return line.author_id.email_formatted or line.author_id.name
        name = line.author_guest_id.name or self.partner_name or ""
        address = self.email_normalized if kind == "customer" else ""
        return formataddr((name, address)) if address else name

    def _record_chat_line(self, message, kind):
        """Let a line of the chat move the clocks, at the moment it was said."""
        user = message.author_id.user_ids[:1] or self.env.ref("base.public_user")
        details = {
            "author_kind": kind,
            "message": message,
            "user": user,
            "at": message.date,
        }
        if kind == "customer":
            self._record_customer_message(message, details)
        elif kind == "human":
            # A line is no letter: figures count all of a chat as one reply.
            self._record_event("reply", payload={"line": True}, **details)
            self._start_chat_work(user, message.date)
        else:
            self._record_event("auto_message", **details)

    def _start_chat_work(self, agent, at):
        """Work began with the first answer in the chat, not when it became a ticket."""
        if self.stage_kind == "new":
            self._record_event(
                "stage",
                author_kind="human",
                at=at,
                user=agent,
                payload={"stage_kind": "open"},
            )
        self._start_work(agent)

    # --- who it is ----------------------------------------------------------------

    def _claim_typed_address(self, text):
        """Take an address that a guest typed in the chat as where to answer.

        It proves nothing: whose address it is stays a claim.
        """
        if self.partner_id or self.email_normalized:
            return
        address = self.env["discuss.channel"]._find_typed_address(text)
        if address:
            self.write(self._prepare_claim_values(address))

    @api.model
    def _prepare_claim_values(self, address):
        """The values of a ticket whose sender typed ``address``, proving nothing."""
        # sudo: res.partner: finds whose address was typed; nothing of it is shown
        partners = self.env["res.partner"].sudo()
        claimed = partners.search(
            [("email_normalized", "=", email_normalize(address))], limit=1
        )
        return {"email_from": address, "claimed_partner_id": claimed.id}

    # --- out ------------------------------------------------------------------------

    def _say_in_open_chat(self, message):
        """Repeat a public answer in the chat while the visitor is still there.

        :param message: ``mail.message`` of this ticket
        :return: the line in the chat; empty when the chat is over
        """
        self.ensure_one()
        # sudo: discuss.channel: whoever may answer the ticket answers its chat
        channel = self.sudo().origin_channel_id
        if not channel or channel.livechat_end_dt:
            return self.env["mail.message"]
        return channel.with_context(support_ticket_message_id=message.id).message_post(
            body=message.body,
            author_id=message.author_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
