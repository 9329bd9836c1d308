from odoo import models

from ..tools import mail_classification as classification
from ..tools.mail_headers import find_addresses
from ..tools.mail_text import text_to_html
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
        for text in (*mails.mapped("email_to"), message.outgoing_email_to):
            addresses |= set(find_addresses(text or ""))
        return addresses - {False, None, ""}
