"""Handing a conversation on: the ticket, what was answered, and the log."""

from odoo import api, fields, models
from odoo.tools import email_normalize

from odoo.addons.customer_support.tools.author_kind import BOT

from ..tools.bot import BotReply, one_line, to_html

MAX_TICKETS_AN_HOUR = {"identity": 3, "ip": 20}


class SupportBot(models.AbstractModel):
    _inherit = "support.bot"

    @api.model
    def _act_create_ticket(self, session, context):
        """Make a ticket of the conversation, with its words and the answers given."""
        ticket = context.ticket or session.ticket_id
        if not ticket:
            keys = {"identity": context.identity.id, "ip": context.ip}
            codes = self.env["support.one.time.code"]
            if not codes._is_within_limits("bot_ticket", keys, MAX_TICKETS_AN_HOUR):
                return self._say(
                    self.env._("These were many questions. Please try again later.")
                )
            ticket = self._create_ticket(session, context)
            session.ticket_id = ticket
        self._post_answers(session, context, ticket)
        self._link_order(session, context)
        if session._note_progress(f"create_support_ticket:{ticket.id}"):
            self._log(session, context, "ticket", ticket=ticket)
        return self._say(self._get_ticket_words(ticket))

    @api.model
    def _get_ticket_words(self, ticket):
        promised = ticket._get_promised_time()
        if promised:
            return self.env._(
                "I have noted this as number %(number)s. A person answers by %(time)s.",
                number=ticket.number,
                time=promised,
            )
        return self.env._(
            "I have noted this as number %(number)s. A person will answer.",
            number=ticket.number,
        )

    @api.model
    def _create_ticket(self, session, context):
        """The ticket of a live chat.

        :return: ``support.ticket`` in sudo
        """
        title = one_line(session.question) or self.env._("Chat with the bot")
        ticket = context.chat._make_support_ticket(title)
        # sudo: support.ticket: the visitor's own case; all values are checked or ours
        ticket = ticket.sudo()
        ticket.write(self._prepare_ticket_sender(session, context, ticket))
        return ticket

    @api.model
    def _prepare_ticket_sender(self, session, context, ticket):
        """Who asks: proven by a login, else only what was said."""
        values = {"identity_id": ticket.identity_id.id or context.identity.id}
        if not ticket.partner_id:
            email = email_normalize(self._get_contact_email(session, context))
            values["email_from"] = email or ticket.email_from
        return values

    @api.model
    def _link_order(self, session, context):
        """Link the order that the sender has proven, unless the case has one."""
        ticket = context.ticket or session.ticket_id
        order = self._get_proven_order(session, context)
        if not ticket or not order or ticket.sale_order_id:
            return
        # sudo: support.ticket: the order is proven by the code
        ticket = ticket.sudo()
        if order.company_id != ticket.company_id:
            return
        values = {"sale_order_id": order.id}
        if not ticket._get_customer():
            values["claimed_partner_id"] = order.partner_id.id
        elif not ticket.new(values, origin=ticket)._is_order_of_customer():
            return
        ticket.with_context(support_author_kind=BOT).write(values)

    # --- answers given --------------------------------------------------------------

    @api.model
    def _post_answers(self, session, context, ticket):
        """Note on the ticket what the sender answered, for colleagues."""
        lines = self._get_answer_lines(session, context)
        if not lines or not session._note_progress(f"answers:{len(lines)}:{ticket.id}"):
            return
        # sudo: support.ticket: a note on the visitor's own case
        ticket.sudo().with_context(support_author_kind=BOT).message_post(
            body=to_html([BotReply("\n".join(lines))]),
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            author_id=self._get_bot_partner(session).id,
        )

    @api.model
    def _get_answer_lines(self, session, context):
        proven = self._get_proven_order(session, context)
        _ = self.env._
        pairs = [
            (_("Chosen"), ", ".join(self._get_chosen(session, context))),
            (_("Question"), one_line(session.question, 500)),
            (_("Order, confirmed by code"), proven.name),
            (_("Order named, not confirmed"), not proven and session.order_ref),
            (_("E-mail given"), session.contact_email or session.order_email),
            (_("Products to send back"), one_line(session.products)),
        ]
        return [
            f"{label}: {one_line(answer, 500)}" for label, answer in pairs if answer
        ]

    @api.model
    def _get_chosen(self, session, context):
        if not context.chat:
            return session.answer_ids.mapped("name")
        # sudo: chatbot.message: what the visitor chose in his own chat
        messages = context.chat.sudo().chatbot_message_ids.sorted("id")
        return messages.user_script_answer_id.mapped("name")

    @api.model
    def _get_bot_partner(self, session):
        # sudo: chatbot.script: the name under which the bot speaks
        speaker = session.sudo().script_id.operator_partner_id
        return speaker or self.env.ref("base.partner_root")

    # --- a person -------------------------------------------------------------------

    @api.model
    def _hand_over(self, session, context):
        """A person goes on; the bot is silent from now on."""
        ticket = context.ticket or session.ticket_id
        if ticket:
            self._post_answers(session, context, ticket)
        session.state = "handed_over"
        self._log(session, context, "handed_over")

    @api.model
    def _log(self, session, context, what, order=None, ticket=None):
        """Log that the bot did something, on the ticket if there is one.

        :param str what: order_status, return_page, return, articles, ticket,
            handed_over or stopped
        """
        # sudo: support.ticket: the log is written by the system alone
        ticket = (ticket or context.ticket or session.ticket_id).sudo()
        payload = {"what": what, "turns": session.turn_count}
        if order:
            payload["order"] = order.id
        if ticket:
            ticket._record_event("bot", author_kind="bot", payload=payload)
            return
        self.env["support.ticket.event"].sudo().create(
            {
                "kind": "bot",
                "author_kind": "bot",
                "at": fields.Datetime.now(),
                "user_id": self.env.uid,
                "company_id": context.company.id,
                "channel_id": context.channel.id,
                "payload": payload,
            }
        )
