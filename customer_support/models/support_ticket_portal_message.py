"""What the customer writes to a ticket: on a page of ours, or by an own call."""

import re

from odoo import models
from odoo.tools import SQL, formataddr, plaintext2html

FORM_KEY = re.compile(r"[0-9a-f]{32}")


def clean_support_context(context):
    """The context without the marks by which our own code tells who speaks."""
    return {
        name: value
        for name, value in context.items()
        if not name.startswith("support_")
    }


class SupportTicket(models.Model):
    _inherit = "support.ticket"

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
        sender = ticket.partner_name or ""
        if ticket.email_normalized:
            sender = formataddr((sender, ticket.email_normalized))
        message_id = ticket._prepare_form_message_id(form_key)
        if message_id:
            ticket._wait_for_other_posts()
        return ticket.message_post(
            body=plaintext2html(text),
            author_id=author.id,
            email_from=author.email_formatted or sender,
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
                    "raw": self._mask_file(file.name, file.content),
                    "mimetype": file.mimetype,
                    "res_model": "mail.compose.message",
                    "res_id": 0,
                }
                for file in files
            ]
        )
