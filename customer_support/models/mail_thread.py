import logging
import xmlrpc.client
from functools import partial

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..tools.mail_headers import read_envelope
from .support_attempt_mixin import CONFLICT_RETRIES
from .support_incoming_mail import TICKET_MODEL

_logger = logging.getLogger(__name__)


class MailThread(models.AbstractModel):
    """Both ways in, the mailbox and the pipe, pass here: keep what is ours."""

    _inherit = "mail.thread"

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        """Commit support mail to the spool, hand every other mail on.

        Support mail is not interpreted here: it returns as soon as its bytes are
        safe, and raises when they are not, so that the caller keeps the mail.

        :raise AccessError: for customers: who hands mail over says who wrote it
        """
        if not (self.env.su or self.env.user._is_internal()):
            raise AccessError(self.env._("Only a mail server hands mail over."))
        if thread_id or custom_values:
            # A program that names the record or its values is no mail server.
            return super().message_process(
                model,
                message,
                custom_values,
                save_original,
                strip_attachments,
                thread_id,
            )
        raw = self._support_get_bytes(message)
        envelope = read_envelope(raw)
        # sudo: support.incoming.mail: the gateway's user need have no role of support;
        # the spool takes bytes and gives nothing back
        spool = self.env["support.incoming.mail"].sudo()
        claim = spool._claim(envelope, model)
        arguments = (model, message, custom_values, save_original, strip_attachments)
        keep = partial(spool._spool, raw, envelope)
        if claim.is_nobodys and self._support_is_fetched():
            return self._support_offer(super().message_process, arguments, keep, claim)
        keep(claim)
        if not claim.is_passed_on:
            return False
        thread = self.with_context(support_spooled=True) if claim.is_ours else self
        return thread._support_pass_on(
            super(MailThread, thread).message_process, arguments
        )

    def _support_offer(self, process, arguments, keep, claim):
        """Hand on a mailbox's mail that names no address of ours; what Odoo refuses
        waits for a person.

        It may be a bounce or a mail to the catch-all, which Odoo answers. Anything else
        has no route, and Odoo would take it for handled, so that nobody ever read it.
        """
        try:
            result = self._support_pass_on(process, arguments)
        except Exception as error:
            # Each mail of a mailbox has its transaction, which may be broken.
            self.env.cr.rollback()
            keep(claim.as_unrouted())
            _logger.info("A fetched mail has no route: %s", type(error).__name__)
            return False
        keep(claim)
        return result

    def _support_is_fetched(self):
        return bool(self.env.context.get("default_fetchmail_server_id"))

    def _support_pass_on(self, process, arguments):
        """Hand a mail to its own model; from a mailbox, again after a conflict.

        Odoo takes a mailbox's mail for handled also when another one was written at the
        same moment, say to the same alias. A caller by RPC repeats it by itself.
        """
        tries = CONFLICT_RETRIES if self._support_is_fetched() else 1
        for tries_left in reversed(range(tries)):
            try:
                result = process(*arguments)
                # Else the conflict would be found by the commit, outside of here.
                self.env.cr.flush()
                return result
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                if not tries_left:
                    raise
                # Each mail of a mailbox has its transaction, and this is all of it.
                self.env.cr.rollback()

    @api.model
    def _support_get_bytes(self, message):
        if isinstance(message, xmlrpc.client.Binary):
            return bytes(message.data)
        return message.encode() if isinstance(message, str) else bytes(message)

    @api.model
    def message_parse(self, message, save_original=False):
        """Keep a mail for us and another alias from being dropped as a duplicate.

        Our ticket may already hold its Message-Id when the other model gets it
        (again); `_message_parse_post_process` puts the true one back.
        """
        msg_dict = super().message_parse(message, save_original=save_original)
        if self.env.context.get("support_spooled"):
            # sudo: mail.message: counts messages by id, shows nothing
            messages = self.env["mail.message"].sudo()
            domain = [("message_id", "=", msg_dict["message_id"])]
            known = messages.search(domain).mapped("model")
            if known and set(known) == {TICKET_MODEL}:
                msg_dict["message_id"] += "-other"
        return msg_dict

    def _message_parse_post_process(self, message, message_dict, routes):
        values = super()._message_parse_post_process(message, message_dict, routes)
        if self.env.context.get("support_spooled") and message.get("Message-Id"):
            values["message_id"] = message["Message-Id"].strip()
        return values
