from odoo import models

from ..tools import mail_classification as classification
from ..tools.mail_headers import find_addresses
from .support_incoming_mail import TICKET_MODEL


class SupportIncomingMail(models.Model):
    """Mail that tells that a mail of ours could not be delivered."""

    _inherit = "support.incoming.mail"

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
        """Mark the bounce as Odoo's gateway does for every model.

        Not by its own method: that writes the customer's address to the log.
        """
        partners = self.env["res.partner"].search([("email_normalized", "=", address)])
        for records in self._find_bounced_records(message, address):
            records._message_receive_bounce(address, partners)
        notifications = message.notification_ids.filtered(
            lambda n: n.res_partner_id in partners or n.mail_email_address == address
        )
        notifications.write(
            {
                "notification_status": "bounce",
                "failure_type": "mail_bounce",
                "failure_reason": case.mail.text[:2000],
            }
        )

    def _find_bounced_records(self, message, address):
        """Yield the recordsets that keep count of what bounces."""
        models = self.env["ir.model"].search([("is_mail_blacklist", "=", True)])
        for model in models.mapped("model"):
            if model in self.env and not self.env[model]._abstract:
                yield self.env[model].search([("email_normalized", "=", address)])
        if message.model == TICKET_MODEL:
            yield self.env[TICKET_MODEL].browse(message.res_id).exists()

    def _get_written_to(self, message):
        notifications = message.notification_ids
        addresses = set(notifications.res_partner_id.mapped("email_normalized"))
        addresses |= set(notifications.mapped("mail_email_address"))
        mails = self.env["mail.mail"].search([("mail_message_id", "=", message.id)])
        addresses |= set(mails.recipient_ids.mapped("email_normalized"))
        for text in (*mails.mapped("email_to"), message.outgoing_email_to):
            addresses |= set(find_addresses(text or ""))
        return addresses - {False, None, ""}
