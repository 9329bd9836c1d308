from ast import literal_eval

from markupsafe import Markup

from odoo import models
from odoo.tools import formataddr, html_sanitize

from ..tools import mail_classification as classification
from ..tools.mail_headers import decode_words
from ..tools.mail_text import (
    BODY_LIMIT,
    count_visible,
    get_visible_text,
    text_to_html,
)
from .support_incoming_mail import TICKET_MODEL
from .support_incoming_mail_delivery import AGENT, CUSTOMER, HELD_AGENT

# Share of the visible text that cleaning may take (hidden previews, white space).
TOLERATED_LOSS = 0.05
TOLERATED_CHARACTERS = 40


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
        ticket = tickets.message_new(values, self._prepare_defaults(team))
        self._suggest_mentioned_tickets(case, ticket)
        message = self._post(case, ticket, body, attachments, "mail.mt_comment")
        self._note_for_agents(case, ticket)
        return ticket, message

    def _append(self, case, role):
        """Add the mail to the ticket it answers; return the message."""
        body, attachments = self._render(case)
        subtype = "mail.mt_comment"
        is_answer_to_note = case.answered.is_internal
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
            ticket = ticket.with_context(support_no_clock=True)
        ticket.message_update(self._prepare_message_dict(case, body))
        message = self._post(case, ticket, body, attachments, subtype, role)
        self._note_for_agents(case, ticket)
        return message

    def _record_automatic(self, case, role):
        """Keep an automatic answer as a note that moves nothing."""
        reason = "auto_reply"
        if case.kind.kind == classification.AUTO_GENERATED:
            reason = "auto_generated"
        values = {"state": "suppressed", "reason": reason}
        if role not in (CUSTOMER, AGENT, HELD_AGENT):
            return values
        body, attachments = self._render(case)
        ticket = self._get_poster(case.ticket).with_context(support_no_clock=True)
        message = self._post(case, ticket, body, attachments, "mail.mt_note")
        return {**values, "mail_message_id": message.id}

    def _record_bounce(self, case):
        """Mark the notification as failed and say so on the ticket.

        :return: the ticket, or none when the mail was not about one
        """
        references = classification.get_returned_ids(case.mail)
        message = self._find_answered_message(references)
        tickets = self.env[TICKET_MODEL]
        if not message:
            return tickets
        addresses = classification.get_bounced_addresses(case.mail)
        # Only addresses that we wrote to: whoever knows a Message-Id can forge this.
        failed = [a for a in addresses if a in self._get_written_to(message)]
        for address in failed:
            self._handle_bounce(case, message, address)
        if message.model != TICKET_MODEL or not failed:
            return tickets
        ticket = tickets.browse(message.res_id).exists()
        status = classification.get_bounce_status(case.mail)
        text = self.env._("A mail to %(address)s could not be delivered. %(status)s")
        ticket._log_mail_note([text % {"address": a, "status": status} for a in failed])
        return ticket

    def _handle_bounce(self, case, message, address):
        """Let Odoo mark the bounce as it does for every model."""
        domain = [("email_normalized", "=", address)]
        self.env["mail.thread"]._routing_handle_bounce(
            None,
            {
                "bounced_email": address,
                "bounced_partner": self.env["res.partner"].search(domain),
                "bounced_msg_ids": [message.message_id],
                "bounced_message": message,
                "body": text_to_html(case.mail.text[:2000]),
                # Written to the log by Odoo: left out on purpose.
                "email_from": "",
                "to": "",
                "message_id": self.message_id,
            },
        )

    def _get_written_to(self, message):
        notifications = message.notification_ids
        addresses = set(notifications.res_partner_id.mapped("email_normalized"))
        addresses |= set(notifications.mapped("mail_email_address"))
        mails = self.env["mail.mail"].search([("mail_message_id", "=", message.id)])
        addresses |= set(mails.recipient_ids.mapped("email_normalized"))
        texts = [*mails.mapped("email_to"), message.outgoing_email_to]
        for text in filter(None, texts):
            addresses |= {a for a in addresses if a} | set(_split_addresses(text))
        return addresses - {False, None, ""}

    # ------------------------------------------------------------------
    # Values
    # ------------------------------------------------------------------

    def _get_default_team(self):
        """Return the team of a mail that names no team's address."""
        return self.env["support.team"]._get_default_team()

    def _get_poster(self, records):
        """Act as OdooBot, as the gateway does: nobody becomes a follower by this."""
        # sudo: support.ticket: the mail was accepted by the steps before
        return records.with_user(self.env.ref("base.user_root")).with_context(
            mail_create_nosubscribe=True,
            mail_create_nolog=True,
            mail_post_autofollow=False,
            mail_post_autofollow_author_skip=True,
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
        sender = formataddr((envelope.sender_name, envelope.sender))
        return {
            "message_type": "email",
            "message_id": envelope.message_id,
            "subject": envelope.subject[:500],
            "email_from": sender if envelope.sender else "",
            "from": sender if envelope.sender else "",
            "to": ",".join(envelope.to[:50]),
            "cc": "",
            "recipients": ",".join(envelope.recipients[:50]),
            "references": " ".join(envelope.references),
            "in_reply_to": case.mail.get_header("in-reply-to")[:1000],
            "body": body,
            "date": self.received_at,
        }

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
        author = ticket.partner_id if role == CUSTOMER else self.env["res.partner"]
        if role == AGENT:
            author = self._find_staff(case.sender).partner_id
        elif author and author.email_normalized != case.sender:
            author = self._find_follower_author(case, ticket)
        told = set(case.mail.envelope.recipients)
        followers = ticket.message_partner_ids.mapped("email_normalized")
        return ticket.message_post(
            author_id=author.id or False,
            email_from=values["email_from"] or False,
            body=body,
            subject=values["subject"],
            message_type="email",
            subtype_xmlid=subtype,
            message_id=self._get_free_message_id(case),
            # Receipt, not the sender's clock: deadlines follow from it.
            date=self.received_at,
            parent_id=case.answered.id if case.answered else False,
            attachments=attachments,
            # They have the mail already.
            incoming_email_to=",".join(a for a in followers if a in told) or False,
        )

    def _find_follower_author(self, case, ticket):
        followers = ticket.message_partner_ids
        return followers.filtered(lambda p: p.email_normalized == case.sender)[:1]

    def _get_free_message_id(self, case):
        """Return the mail's Message-Id, or a new one when it is taken."""
        message_id = case.mail.envelope.message_id or f"<{self.content_key}@no-id>"
        domain = [("message_id", "=", message_id), ("model", "=", TICKET_MODEL)]
        if self.env["mail.message"].search_count(domain, limit=1):
            return f"<{self.content_key}.{self.attempts}@released>"
        return message_id

    # ------------------------------------------------------------------
    # Text and files
    # ------------------------------------------------------------------

    def _render(self, case):
        """Return the body as safe HTML and the files as message_post takes them."""
        files = [
            (file.name, file.content, {"cid": file.cid} if file.cid else {})
            for file in case.mail.attachments
        ]
        bodies = [self._render_body(case, part, files) for part in case.mail.bodies]
        if case.mail.problems:
            files.append(self._attach_original(case))
        body = Markup("<br/>").join(bodies)
        if not body and not files:
            body = Markup("<p>%s</p>") % self.env._("(empty message)")
        return body, files

    def _attach_original(self, case):
        case.notes.append(
            self.env._("Parts of this mail could not be read: see the original.")
        )
        return ("original.eml", self._get_raw_bytes(), {})

    def _render_body(self, case, part, files):
        if not part.html.strip():
            return self._render_text(case, part.text, files)
        cleaned = html_sanitize(part.html, sanitize_tags=False, strip_classes=True)
        before = count_visible(part.html)
        lost = before - count_visible(html_sanitize(cleaned, sanitize_style=True))
        is_whole = lost <= max(TOLERATED_CHARACTERS, TOLERATED_LOSS * before)
        if is_whole and len(cleaned) <= BODY_LIMIT:
            return cleaned
        # The parser or the cleaner dropped words: show them as text, keep the page.
        files.append(("original.html", part.html.encode(), {}))
        case.notes.append(
            self.env._("The formatting of this mail was removed: see original.html.")
        )
        return self._render_text(case, part.text or get_visible_text(part.html), files)

    def _render_text(self, case, text, files):
        if len(text) > BODY_LIMIT:
            files.append(("message.txt", text.encode(), {}))
            case.notes.append(
                self.env._("This mail is very long: see message.txt for all of it.")
            )
            text = text[:BODY_LIMIT]
        return Markup(text_to_html(text))

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


def _split_addresses(text):
    return [part.strip("<>\"'(),;").lower() for part in text.split() if "@" in part]
