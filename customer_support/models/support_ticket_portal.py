"""What the customer sees of a ticket, and who may see it by a link."""

import re
from datetime import timedelta
from uuid import uuid4

from babel.dates import format_skeleton, format_time

from odoo import api, fields, models
from odoo.tools import SQL, consteq, formataddr, plaintext2html
from odoo.tools.misc import babel_locale_parse, get_lang
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

FORM_KEY = re.compile(r"[0-9a-f]{32}")

# Fields that say whose ticket it is: another value makes the old links void.
OWNER_FIELDS = frozenset(
    ("partner_id", "claimed_partner_id", "email_from", "merged_into_id")
)
DEFAULT_TOKEN_DAYS = 90

# All that customers may read by themselves; the rest is for colleagues, and not
# even to be guessed at by searching or sorting.
CUSTOMER_FIELDS = frozenset(
    (
        "access_url",
        "access_warning",
        "closed_at",
        "company_id",
        "create_date",
        "display_name",
        "email_from",
        "id",
        "name",
        "number",
        "partner_id",
        "partner_name",
        "phone",
        "stage_id",
        "stage_kind",
    )
)

STATUS_LABELS = {
    "new": _lt("We have received your message"),
    "open": _lt("We are working on it"),
    "waiting": _lt("We are waiting for your answer"),
    "on_hold": _lt("We are waiting for somebody else"),
    "solved": _lt("Solved"),
    "cancelled": _lt("Closed"),
}
STATUS_TONES = {
    "new": "info",
    "open": "primary",
    "waiting": "warning",
    "on_hold": "secondary",
    "solved": "success",
    "cancelled": "secondary",
}


def clean_support_context(context):
    """The context without the marks by which our own code tells who speaks."""
    return {
        name: value
        for name, value in context.items()
        if not name.startswith("support_")
    }


def is_same_secret(secret, given):
    """Compare in constant time what a visitor gives, which may be any text."""
    return given.isascii() and consteq(secret, given)


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    claimed_order_ref = fields.Char(
        string="Order Named by the Sender",
        copy=False,
        help="Order number that a guest typed into the web form. Nobody has checked "
        "that the order is the sender's.",
    )

    def _has_field_access(self, field, operation):
        if not super()._has_field_access(field, operation):
            return False
        if operation == "read" and field.name in CUSTOMER_FIELDS:
            return True
        return self.env.su or self.env.user._is_internal()

    def write(self, vals):
        to_rotate = self.browse()
        if not OWNER_FIELDS.isdisjoint(vals):
            to_rotate = self.filtered(lambda ticket: ticket._has_other_owner(vals))
        result = super().write(vals)
        # sudo: support.ticket: links made for the former owner end, whoever
        # changes the owner
        for ticket in to_rotate.sudo():
            ticket.access_token = str(uuid4())
        return result

    def _has_other_owner(self, vals):
        """Whether `vals` give a ticket with links in use to somebody else."""
        # sudo: support.ticket: the token is hidden from agents
        if not self.sudo().access_token:
            return False
        return any(
            (self[name].id if self._fields[name].relational else self[name])
            != (vals[name] or False)
            for name in OWNER_FIELDS & vals.keys()
        )

    # ------------------------------------------------------------
    # Links
    # ------------------------------------------------------------

    def _is_portal_token(self, token):
        """Whether `token` opens this ticket today.

        A link ends some time after the case was closed (system parameter
        `customer_support.token_days_after_close`), when it was merged away, and
        when the requester changes.
        """
        # sudo: support.ticket: compares the secret, gives nothing away
        ticket = self.sudo()
        own_token = ticket.access_token
        if not token or not own_token or not is_same_secret(own_token, token):
            return False
        return not ticket._is_portal_link_over()

    def _is_portal_link_over(self):
        if self.merged_into_id:
            return True
        if not self.closed_at:
            return False
        # sudo: ir.config_parameter: one setting of ours
        parameters = self.env["ir.config_parameter"].sudo()
        days = parameters.get_param("customer_support.token_days_after_close")
        days = int(days) if (days or "").isdigit() else DEFAULT_TOKEN_DAYS
        return self.closed_at + timedelta(days=days) < fields.Datetime.now()

    def _find_portal_signer(self, signature, partner_id):
        """Return the partner whose signed link this is, if he still takes part.

        :param str signature: `hash` of a link in a mail
        :param int partner_id: `pid` of that link
        :return: `res.partner` in sudo, empty unless it is the customer or a follower
        """
        # sudo: support.ticket: the signature is checked against the hidden token
        ticket = self.sudo()
        partner = self.env["res.partner"].sudo().browse(partner_id)
        if not signature or not ticket.access_token or ticket._is_portal_link_over():
            return partner.browse()
        if not is_same_secret(ticket._sign_token(partner_id), signature):
            return partner.browse()
        takes_part = partner in ticket.partner_id | ticket.message_partner_ids
        return partner if takes_part else partner.browse()

    @api.model
    def _get_thread_with_access(self, thread_id, *, mode="read", **kwargs):
        """Close the routes of the generic chatter to customers and guests.

        They read and write on the pages of this addon, which check files and count
        tries; core's routes take any file and hold a link valid for ever.
        """
        if not self.env.user._is_internal():
            return self.browse()
        return super()._get_thread_with_access(thread_id, mode=mode, **kwargs)

    def message_post(self, **kwargs):
        """Take from a customer's own call (RPC) the text and his files, no more."""
        if self.env.su or self.env.user._is_internal():
            return super().message_post(**kwargs)
        self.check_access("read")
        allowed = {name: kwargs.get(name) for name in ("body", "attachment_ids")}
        # sudo: support.ticket: customers who may read it may write to us there, and
        # core looks at fields on the way that are hidden from them
        context = clean_support_context(self.env.context)
        ticket = self.sudo().with_context(context)  # pylint: disable=context-overridden
        return super(SupportTicket, ticket).message_post(
            **{name: value for name, value in allowed.items() if value},
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _may_show_order(self, user):
        """Whether the order's data may be shown to whoever opened this ticket.

        A login shows what it may read anyway. A link shows it when the address
        it was mailed to stands on the order: it may have been forwarded, and a
        sender's address alone proves nothing about an order.

        :param user: `res.users` that opened the page, maybe the public one
        """
        # sudo: sale.order: addresses of the order are compared, not shown
        order = self.sudo().sale_order_id
        if not order:
            return False
        if not user._is_public():
            return order.with_user(user).sudo(False).has_access("read")
        partners = order.partner_id | order.partner_invoice_id
        partners |= order.partner_shipping_id
        address = self.sudo().email_normalized
        return bool(address) and address in partners.mapped("email_normalized")

    # ------------------------------------------------------------
    # What the customer writes
    # ------------------------------------------------------------

    def _post_from_customer(self, text, author, files=(), form_key=""):
        """Add what a customer wrote on a page of ours to the conversation.

        The caller has checked that this visitor may write here, and the files.

        :param str text: plain text
        :param author: `res.partner`; empty for a guest, who has an address only
        :param files: `tools.uploaded_file.UploadedFile` each
        :param str form_key: of the form that is sent; sent twice, it posts once
        :return: the `mail.message`
        """
        # sudo: support.ticket: customers read their tickets and write to us there
        # (`_mail_post_access`), but change no field of them
        ticket = self.sudo()
        sender = ticket.partner_name or "", ticket.email_normalized or ""
        message_id = ticket._prepare_form_message_id(form_key)
        if message_id:
            ticket._wait_for_other_posts()
        return ticket.message_post(
            body=plaintext2html(text),
            author_id=author.id,
            email_from=author.email_formatted or formataddr(sender),
            attachment_ids=ticket._create_customer_files(files).ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            **({"message_id": message_id} if message_id else {}),
        )

    def _find_form_message(self, form_key):
        """Return the message that this very form has made already, if there is one.

        :param str form_key: what the page gave to the form
        """
        message_id = self._prepare_form_message_id(form_key)
        # sudo: mail.message: found by the key that only the visitor's page knows
        messages = self.env["mail.message"].sudo()
        if not message_id:
            return messages
        return messages.search([("message_id", "=", message_id)], limit=1)

    def _prepare_form_message_id(self, form_key):
        """Return the Message-Id of what a form posts, empty without a proper key."""
        if not FORM_KEY.fullmatch(form_key or ""):
            return ""
        # sudo: res.company: the domain of the store's addresses is no secret
        domain = self.sudo().company_id.alias_domain_id.name or "localhost"
        return f"<{form_key}.form.{self.id}@{domain}>"

    def _wait_for_other_posts(self):
        """Let posts to one ticket pass one by one.

        Whoever had to wait sees the ticket as it was before and is refused by the
        database; Odoo then repeats the request, which finds the first one's message.
        """
        self.flush_recordset()
        self.env.execute_query(
            SQL(
                "SELECT id FROM support_ticket WHERE id = %s FOR NO KEY UPDATE", self.id
            )
        )

    def _create_customer_files(self, files):
        """Keep files until the message that is about to be posted takes them."""
        # sudo: ir.attachment: visitors may not create files; these were checked
        attachments = self.env["ir.attachment"].sudo()
        # Pictures stay as they came: opening one may cost much (bombs).
        return attachments.with_context(image_no_postprocess=True).create(
            [
                {
                    "name": file.name,
                    "raw": file.content,
                    "mimetype": file.mimetype,
                    "res_model": "mail.compose.message",
                    "res_id": 0,
                }
                for file in files
            ]
        )

    # ------------------------------------------------------------
    # Plain words
    # ------------------------------------------------------------

    def _get_portal_status(self):
        """Return what the customer reads as the state of the case."""
        self.ensure_one()
        # sudo: support.stage: its words for customers
        label = self.sudo().stage_id.customer_label
        return label or str(STATUS_LABELS[self.stage_kind])

    def _get_portal_tone(self):
        """Return the Bootstrap colour name of the state."""
        return STATUS_TONES[self.stage_kind]

    def _get_tracking_links(self, picking):
        """Pairs of parcel number and link of a delivery; numbers may be empty.

        :param picking: `stock.picking` that the visitor may know of
        """
        # sudo: stock.picking: the caller shows this delivery to its customer
        picking = picking.sudo()
        pairs = picking.get_multiple_carrier_tracking()
        if not isinstance(pairs, list):
            number = picking.carrier_tracking_ref or ""
            pairs = [(number, picking.carrier_tracking_url or "")]
        return [pair for pair in pairs if pair[1].startswith(("http:", "https:"))]

    def _get_promised_at(self):
        """Return when a running promise to answer ends (UTC), or False."""
        self.ensure_one()
        if not self.is_waiting_agent:
            return False
        if not self.first_response_at:
            return self.response_deadline
        return self.next_reply_deadline

    def _get_portal_next_step(self):
        """Return one sentence: who is to do what, and until when."""
        self.ensure_one()
        kind = self.stage_kind
        if kind == "solved":
            return self.env._(
                "This case is solved. If it is not, just write to us here: it opens "
                "again."
            )
        if kind == "cancelled":
            return self.env._("This case is closed. You can still write to us here.")
        if not self.is_waiting_agent and kind == "waiting":
            return self.env._("Please answer below, so that we can go on.")
        if not self.is_waiting_agent and kind == "on_hold":
            return self.env._(
                "We need something from somebody else, such as the carrier. We write "
                "to you as soon as we know more."
            )
        return self._get_promise_sentence()

    def _get_promise_sentence(self):
        promised_at = self._get_promised_at()
        if promised_at and promised_at >= fields.Datetime.now():
            return self.env._(
                "We answer by %(moment)s.", moment=self._format_moment(promised_at)
            )
        if promised_at:
            return self.env._(
                "Our answer takes longer than we promised. We are sorry, and have not "
                "forgotten you."
            )
        if self.is_waiting_agent:
            return self.env._("We answer as soon as we can.")
        return self.env._("We have answered. You can write to us here at any time.")

    def _get_reader_zone(self):
        """Return the time zone of whoever reads the page, else that of the store."""
        # sudo: support.team, res.company: they give the store's time zone, no more
        ticket = self.sudo()
        return (
            self.env.user.tz
            or self.env.context.get("tz")
            or ticket.team_id.resource_calendar_id.tz
            or ticket.company_id.partner_id.tz
            or "UTC"
        )

    def _format_moment(self, moment):
        """Return a moment with weekday and time zone, such as "Mon, Nov 23, 10:00".

        :param datetime moment: in UTC
        """
        zone = self._get_reader_zone()
        local = fields.Datetime.context_timestamp(self.with_context(tz=zone), moment)
        locale = babel_locale_parse(get_lang(self.env).code)
        day = format_skeleton("MMMEd", local, locale=locale)
        return f"{day}, {format_time(local, 'short', locale=locale)}"
