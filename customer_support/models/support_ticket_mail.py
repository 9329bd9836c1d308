import re

from babel.dates import format_date, format_time
from markupsafe import Markup
from pytz import timezone, utc

from odoo import api, models
from odoo.tools import email_normalize
from odoo.tools.misc import babel_locale_parse, hmac

from ..tools.author_kind import RULE, is_without_clock
from ..tools.mail_classification import is_no_reply_address
from .mail_mail import ValuesByRecord

ACKNOWLEDGEMENT_SECONDS = 3600
_NUMBER_IN_TEXT = re.compile(r"(?<!\w)#?(\d{3,12})(?!\w)")


class SupportTicket(models.Model):
    """E-mail of a ticket: what comes in becomes values, what goes out is marked."""

    _inherit = "support.ticket"

    # --- in ---------------------------------------------------------------------

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Make a ticket of a mail.

        Beside Odoo's keys, the spool gives what it found out about the sender:
        ``support_partner_id`` when proven, ``support_claimed_partner_id`` when not,
        ``support_sender_name``, ``support_lang`` and ``support_text`` (subject and
        plain text, in which an order number is looked for).
        """
        values = self._prepare_mail_values(msg_dict)
        values.update(custom_values or {})
        # Not super(): it reads the description of every field to find two of them.
        ticket = self.with_context(default_user_id=False).create(values)
        ticket._link_mentioned_order(msg_dict.get("support_text") or "")
        return ticket

    @api.model
    def _prepare_mail_values(self, msg_dict):
        """Return the values that a mail gives to its new ticket."""
        values = {
            "name": msg_dict.get("subject") or self.env._("(no subject)"),
            "channel_id": self._get_channel_id("email"),
            "email_from": msg_dict.get("email_from"),
            "partner_id": msg_dict.get("support_partner_id"),
            "claimed_partner_id": msg_dict.get("support_claimed_partner_id"),
            "partner_name": msg_dict.get("support_sender_name"),
            "lang": self._find_language(msg_dict.get("support_lang")),
        }
        # What is empty is left out: the field's own default knows better.
        return {name: value for name, value in values.items() if value}

    @api.model
    def _find_language(self, code):
        """Return the installed language of a code such as pt, pt-BR or pt_BR."""
        code = (code or "").partition(",")[0].strip().replace("-", "_")
        installed = [lang for lang, _name in self._get_languages()]
        same = [lang for lang in installed if lang.lower() == code.lower()]
        short = code.partition("_")[0].lower()
        like = [lang for lang in installed if lang.partition("_")[0] == short]
        return next(iter(same + like), False) if code else False

    def _link_mentioned_order(self, text):
        """Link the order whose number stands in the text, if it is the sender's."""
        for ticket in self.filtered(lambda t: t.partner_id and not t.sale_order_id):
            order = ticket._find_order_by_reference(
                text, ticket.partner_id, ticket.email_normalized
            )
            if order:
                ticket.sale_order_id = order

    @api.model
    def _find_by_mentioned_number(self, text):
        """Return the tickets whose numbers a subject mentions, to suggest them."""
        numbers = _NUMBER_IN_TEXT.findall(text)[:5]
        return self.search([("number", "in", numbers)]) if numbers else self.browse()

    @api.model
    def _routing_check_route(self, message, message_dict, route, raise_exception=True):
        """A mail that also went to the spool reaches no ticket by Odoo's own way."""
        if self.env.context.get("support_spooled"):
            return ()
        return super()._routing_check_route(
            message, message_dict, route, raise_exception=raise_exception
        )

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """Compare the indexed address, instead of searching in every text."""
        return [("email_normalized", "=", email_from_normalized)]

    # --- out --------------------------------------------------------------------

    @api.model
    def _get_desk_marker(self):
        """Return the sign by which we know our own mail when it comes back."""
        # sudo: ir.config_parameter: a keyed hash leaves, never the key
        env = self.env(su=True)
        return hmac(env, "customer_support.desk", "mail")[:32]

    @api.model
    def _prepare_automatic_headers(self, kind="auto-generated"):
        """Return the headers of a mail that no person wrote: no machine answers it.

        :param str kind: ``auto-replied`` for the answer to a mail
        """
        return {
            "Auto-Submitted": kind,
            "X-Auto-Response-Suppress": "All",
            "X-Support-Desk": self._get_desk_marker(),
        }

    def _notify_by_email_get_headers(self, headers=None):
        headers = super()._notify_by_email_get_headers(headers=headers)
        headers["X-Support-Desk"] = self._get_desk_marker()
        return headers

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        for recipient in recipients:
            # A customer without a contact is written to in the ticket's language.
            if not recipient["id"] and not recipient.get("lang"):
                recipient["lang"] = self.lang
        return recipients

    def _notify_thread_with_out_of_office(
        self, message, recipients_data, msg_vals=False, **kwargs
    ):
        """No out-of-office mail to an answering machine."""
        if is_without_clock(self.env):
            return self.env["mail.message"]
        return super()._notify_thread_with_out_of_office(
            message, recipients_data, msg_vals=msg_vals, **kwargs
        )

    def _log_mail_note(self, lines):
        """Leave one internal note for the agents; it moves no clock.

        :param lines: str or Markup, one for each paragraph
        """
        body = Markup("").join(Markup("<p>%s</p>") % line for line in lines)
        for ticket in self if lines else ():
            ticket._message_log(body=body)

    # --- acknowledgement --------------------------------------------------------

    def _send_acknowledgement(self):
        """Tell the customers that their messages arrived, and until when we answer.

        One mail to an address in an hour at most, none to an address that nobody
        reads; neither subject nor text of the customer are repeated, so that nobody
        can send words of his own through us.

        :return: the ``mail.mail`` records, waiting to be sent
        """
        mails = self.env["mail.mail"]
        wanted = self._filter_acknowledged()
        groups = wanted.grouped(lambda t: t._get_acknowledgement_template())
        for template, tickets in groups.items():
            mails |= tickets._create_acknowledgements(template)
        if mails:
            cron = self.env.ref("mail.ir_cron_mail_scheduler_action")
            # sudo: ir.cron: sends the mail queue earlier
            cron.sudo()._trigger()
        return mails

    def _get_acknowledgement_template(self):
        # sudo: support.team, mail.template: a guest's form is acknowledged as well
        team, templates = self.sudo().team_id, self.env["mail.template"].sudo()
        if not team.send_acknowledgement:
            return templates
        if team.acknowledgement_template_id:
            return team.acknowledgement_template_id
        standard_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "customer_support.mail_template_acknowledgement", raise_if_not_found=True
        )
        return templates.browse(standard_id)

    def _filter_acknowledged(self):
        """The tickets whose customers are told now; it is counted for each address."""
        by_address = {}
        for ticket in self:
            if ticket._get_acknowledgement_template() and ticket._may_acknowledge():
                by_address.setdefault(email_normalize(ticket.email_from), ticket)
        strangers = by_address.keys() - self._filter_own_addresses(list(by_address))
        # sudo: support.rate.limit: counts, shows nothing
        rate_limit = self.env["support.rate.limit"].sudo()
        # The mail is sent by the commit: a try that fails must not use up the limit.
        told = rate_limit._hit_each_with_transaction(
            "acknowledgement", strangers, 1, ACKNOWLEDGEMENT_SECONDS
        )
        return self.browse(
            ticket.id for address, ticket in by_address.items() if address in told
        )

    def _may_acknowledge(self):
        """Whether the customer of this ticket may be told by mail at all."""
        address = email_normalize(self.email_from)
        return bool(address) and not is_no_reply_address(address)

    @api.model
    def _filter_own_addresses(self, addresses):
        """Return those of these normalized addresses whose mail comes back to us.

        :rtype: set[str]
        """
        # sudo: mail.alias.domain: no record is shown
        domains = self.env["mail.alias.domain"].sudo()
        found = domains._find_aliases(addresses)
        # Odoo compares the part before the @ with that of all others as well: what
        # looks like ours among many is looked at again by itself.
        return {a for a in found if addresses == [a] or domains._find_aliases([a])}

    def _create_acknowledgements(self, template):
        # sudo: mail.template: creates these mails, for these tickets
        tickets = self.sudo().with_context(support_author_kind=RULE)
        headers = self._prepare_automatic_headers("auto-replied")
        values = {
            "recipient_ids": [],
            "headers": repr(headers),
            "message_type": "auto_comment",
            "auto_delete": False,
        }
        template = template.with_context(
            support_keep_compiled=True,
            support_mail_values=tickets._prepare_acknowledgement_values(),
        )
        return template.send_mail_batch(tickets.ids, email_values=values)

    def _prepare_acknowledgement_values(self):
        """What is each mail's own: to whom it goes, and what it answers."""
        replies = self._notify_get_reply_to()
        asked = self._find_first_mails()
        return ValuesByRecord(
            {
                ticket.id: {
                    "email_to": ticket.email_from,
                    # The store speaks, whoever's request sends the mail.
                    "author_id": ticket.company_id.partner_id.id,
                    "reply_to": replies[ticket.id] or False,
                    "references": asked.get(ticket.id, ""),
                }
                for ticket in self
            }
        )

    def _find_first_mails(self):
        """Return the Message-Id of each ticket's first mail, by ticket id."""
        domain = [
            ("model", "=", self._name),
            ("res_id", "in", self.ids),
            ("message_type", "=", "email"),
        ]
        names = ["res_id", "message_id"]
        messages = self.env["mail.message"].search_fetch(domain, names, order="id desc")
        return {message.res_id: message.message_id for message in messages}

    def _get_promised_time(self):
        """Return until when the first answer is promised, in the customer's words.

        In the customer's time zone, else that of the team's working hours; an empty
        text when nothing is promised.
        """
        self.ensure_one()
        promised_at = self._get_planned_call_back().ends_at or self.response_deadline
        if not promised_at:
            return ""
        # sudo: res.partner, support.team: the customer learns the time, no more
        ticket = self.sudo()
        zone = timezone(
            ticket.partner_id.tz
            or ticket.team_id.resource_calendar_id.tz
            or ticket.company_id.partner_id.tz
            or "UTC"
        )
        local = utc.localize(promised_at).astimezone(zone)
        locale = babel_locale_parse(self.lang or self.env.lang or "en_US")
        day = format_date(local, "full", locale=locale)
        return f"{day}, {format_time(local, 'short', locale=locale)}"

    def _get_acknowledgement_link(self):
        """Return the portal page of the ticket for a customer who has a login.

        Without a login there is no link: one that opens the ticket for whoever holds
        it would travel with every forwarded mail.
        """
        self.ensure_one()
        # sudo: res.users: whether there is a login, no more
        has_login = bool(self.sudo().partner_id.user_ids)
        return f"{self.get_base_url()}{self.access_url}" if has_login else ""
