from ast import literal_eval

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, models
from odoo.tools import formataddr

from ..tools import mail_classification as classification
from ..tools.author_kind import NO_CLOCK
from ..tools.mail_headers import decode_words, is_plain_message_id
from .support_incoming_mail import TICKET_MODEL
from .support_incoming_mail_sender import AGENT, CUSTOMER, HELD_AGENT


class SupportIncomingMail(models.Model):
    """The mail's way into a ticket, by Odoo's own message_new and message_post."""

    _inherit = "support.incoming.mail"

    def _create_ticket(self, case):
        """Make a ticket of the mail.

        :return: the ticket and its first message
        """
        team = self.team_id or self._get_default_team()
        company = team.company_id or self.env.company
        body, attachments = self._render(case)
        values = self._prepare_message_dict(case, body)
        values |= self._prepare_sender_values(case, company)
        tickets = self._get_poster(self.env[TICKET_MODEL].with_company(company))
        defaults = self._prepare_defaults(team)
        if case.ticket and not self.is_released:
            self._continue_closed(case, values, defaults)
        defaults |= self._prepare_case_defaults(case, values)
        ticket = tickets.message_new(values, defaults)
        if ticket.previous_ticket_id:
            ticket.previous_ticket_id._record_continuation(ticket)
        self._suggest_mentioned_tickets(case, ticket)
        first = ticket.with_context(support_first_message=True)
        message = self._post(case, first, body, attachments, "mail.mt_comment")
        self._note_for_agents(case, ticket)
        return ticket, message

    def _continue_closed(self, case, values, defaults):
        """Let a late answer begin a new case that points to the old one."""
        previous = case.ticket
        previous._wait_for_other_posts()
        defaults["previous_ticket_id"] = previous.id
        defaults["team_id"] = previous._prepare_continuation_values()["team_id"]
        # An unproven sender learns nothing of the order.
        if previous.partner_id.id == values["support_partner_id"]:
            defaults["sale_order_id"] = previous.sale_order_id.id
        case.notes.append(previous._get_continuation_note())
        case.answered = None

    def _prepare_case_defaults(self, case, values):
        """What else the ticket of a mail begins with; other addons add to it.

        :param MailCase case: the mail; a note for agents may be added to it
        :param dict values: who the sender is, see ``_prepare_sender_values``
        :return: values of ``support.ticket``
        """
        return {}

    def _append(self, case, role):
        """Add the mail to the ticket it answers; return the message."""
        body, attachments = self._render(case)
        subtype = "mail.mt_comment"
        is_answer_to_note = self._is_note(case.answered)
        if role == HELD_AGENT:
            case.notes.append(
                self.env._(
                    "This mail names the address of an agent, but nothing proves that "
                    "the agent sent it. It was not sent to the customer."
                )
            )
        if role == HELD_AGENT or (role == AGENT and is_answer_to_note):
            subtype = "mail.mt_note"
        ticket = self._get_poster(case.ticket)
        if role == HELD_AGENT:
            ticket = ticket.with_context(support_no_clock=NO_CLOCK)
        ticket.message_update(self._prepare_message_dict(case, body))
        message = self._post(case, ticket, body, attachments, subtype, role)
        self._note_for_agents(case, ticket)
        if role == HELD_AGENT:
            self._tell_held_agent(case, ticket)
        return message

    def _tell_held_agent(self, case, ticket):
        """Let the agent know, in the way he is told things, that nothing was sent."""
        agent = self._find_staff(case.sender)
        ticket = ticket.with_context(lang=agent.lang)
        ticket.message_notify(
            partner_ids=agent.partner_id.ids,
            subject=ticket.env._("Your answer was not sent: %s", ticket.name),
            body=ticket.env._(
                "A mail from your address answers this ticket, but nothing proves that "
                "you sent it, so the customer did not get it. It is kept as a note: "
                "answer in the ticket."
            ),
        )

    @api.model
    def _is_note(self, message):
        return message.is_internal or message.subtype_id.internal

    def _record_automatic(self, case, role):
        """Keep an automatic answer as a note that moves nothing."""
        reason = "auto_reply"
        if case.kind.kind == classification.AUTO_GENERATED:
            reason = "auto_generated"
        values = {"state": "suppressed", "reason": reason}
        if role not in (CUSTOMER, AGENT, HELD_AGENT):
            return values
        body, attachments = self._render(case)
        ticket = self._get_poster(case.ticket).with_context(support_no_clock=NO_CLOCK)
        message = self._post(case, ticket, body, attachments, "mail.mt_note")
        return {**values, "mail_message_id": message.id}

    # ------------------------------------------------------------------
    # Values
    # ------------------------------------------------------------------

    def _get_default_team(self):
        """Return the team of a mail that names no team's address."""
        return self.env["support.team"]._get_default_team()

    def _get_poster(self, records):
        """Act as OdooBot, as the gateway does: nobody becomes a follower by this."""
        # sudo: support.ticket: the mail was accepted by the steps before
        return records.with_user(SUPERUSER_ID).with_context(
            mail_create_nosubscribe=True,
            mail_create_nolog=True,
            mail_post_autofollow=False,
            mail_post_autofollow_author_skip=True,
            # Pictures stay as they came: opening one may cost much (bombs), or fail.
            image_no_postprocess=True,
            # Attached pages and drawings are kept as text: they may hold scripts.
            attachments_mime_plainxml=True,
        )

    def _prepare_defaults(self, team):
        """Return the values that the team's alias gives to new tickets."""
        defaults = literal_eval(team.alias_id.alias_defaults or "{}")
        return {**defaults, "team_id": team.id}

    def _prepare_message_dict(self, case, body):
        """Return what message_new and message_update expect from a parsed mail."""
        envelope = case.mail.envelope
        sender = self._format_sender(envelope)
        return {
            "message_type": "email",
            "message_id": envelope.message_id,
            "subject": envelope.subject[:500],
            "email_from": sender,
            "from": sender,
            "to": ",".join(envelope.to[:50]),
            "cc": "",
            "recipients": ",".join(envelope.recipients[:50]),
            "references": " ".join(envelope.references),
            "in_reply_to": case.mail.get_header("in-reply-to")[:1000],
            "body": body,
            "date": self.received_at,
        }

    @api.model
    def _format_sender(self, envelope):
        # An address with letters beyond ASCII may be none that can be encoded.
        if not envelope.sender or not envelope.sender.isascii():
            return envelope.sender
        return formataddr((envelope.sender_name, envelope.sender))

    def _prepare_sender_values(self, case, company):
        """Return who the sender is, for message_new; a claim stays a claim."""
        partner = self._find_sender_partner(case, company)
        is_proven = self._is_sender_proven(case)
        return {
            "support_partner_id": partner.id if is_proven else False,
            "support_claimed_partner_id": False if is_proven else partner.id,
            "support_sender_name": case.mail.envelope.sender_name,
            "support_lang": partner.lang or case.mail.get_header("content-language"),
            "support_text": f"{case.mail.envelope.subject}\n{case.mail.text[:20000]}",
        }

    def _post(self, case, ticket, body, attachments, subtype, role=CUSTOMER):
        """Post the mail as a message of its sender."""
        values = self._prepare_message_dict(case, body)
        author = self._get_author(case, ticket, role)
        told = set(case.mail.envelope.recipients)
        followers = ticket.message_partner_ids.mapped("email_normalized")
        return ticket.message_post(
            author_id=author.id or False,
            email_from=values["email_from"] or False,
            body=body,
            subject=values["subject"],
            # An agent's mail is an answer like one from the form: it goes to the
            # customer, which Odoo does for comments alone.
            message_type="comment" if role == AGENT else "email",
            subtype_xmlid=subtype,
            message_id=self._get_free_message_id(case),
            # Receipt, not the sender's clock: deadlines follow from it.
            date=self.received_at,
            parent_id=case.answered.id if case.answered else False,
            attachments=attachments,
            # They have the mail already.
            incoming_email_to=",".join(a for a in followers if a in told) or False,
        )

    def _get_author(self, case, ticket, role):
        """Return the contact that speaks in the message; none when unproven."""
        if role == AGENT:
            return self._find_staff(case.sender).partner_id
        if role == HELD_AGENT:
            return self.env["res.partner"]
        known = ticket.partner_id | ticket.message_partner_ids
        return known.filtered(lambda p: p.email_normalized == case.sender)[:1]

    def _get_free_message_id(self, case):
        """Return the mail's Message-Id, or another when it is odd or taken.

        Our answers repeat it in their headers: one that cannot be written there
        would keep every answer from being sent.
        """
        message_id = case.mail.envelope.message_id
        if not is_plain_message_id(message_id):
            message_id = f"<{self.content_key}@no-id>"
        if any(message.model == TICKET_MODEL for message in case.namesakes):
            return f"<{self.content_key}.{self.attempts}@released>"
        return message_id

    # ------------------------------------------------------------------
    # Notes for agents
    # ------------------------------------------------------------------

    def _note_for_agents(self, case, ticket):
        """Tell the agents, in one note, what they should know about the mail."""
        reply_to = [a for a in case.mail.envelope.reply_to if a != case.sender]
        if reply_to:
            text = self.env._(
                "The sender asks for answers to %s. They still go to the address the "
                "mail came from."
            )
            case.notes.append(text % ", ".join(reply_to[:3]))
        if case.notes:
            ticket._log_mail_note(case.notes)

    def _suggest_mentioned_tickets(self, case, ticket):
        """Link tickets whose number the mail mentions; a number opens no door."""
        envelope = case.mail.envelope
        mentioned = ticket._find_by_mentioned_number(decode_words(envelope.subject))
        for other in (mentioned - ticket)[:3]:
            text = self.env._("The subject mentions %s. Does it belong together?")
            case.notes.append(Markup(text) % other._get_html_link())
