from datetime import timedelta

from odoo import api, fields, models

from .support_incoming_mail_sender import CUSTOMER

# A mail server that keeps a mail back delivers the next one first.
LATE = timedelta(hours=2)
MAILS_COMPARED = 20


class SupportIncomingMail(models.Model):
    """A mail whose own answer was faster than itself: both are one case."""

    _inherit = "support.incoming.mail"

    def _step_overtaken(self, case):
        """A customer's mail that a later one of the same customer answers already."""
        faster = self._find_faster_answer(case)
        if not faster.ticket_id:
            return None
        case.ticket = ticket = faster.ticket_id._get_survivor()
        if self._get_role(case) != CUSTOMER:
            case.ticket = None
            return None
        case.answered = self.env["mail.message"]
        message = self._append(case, CUSTOMER)
        return {
            "state": "done",
            "outcome": "appended",
            "ticket_id": ticket.id,
            "mail_message_id": message.id,
        }

    def _find_faster_answer(self, case):
        """The mail that answers this one and has become a ticket; empty if none."""
        message_id = case.mail.envelope.message_id
        if not message_id or case.kind.is_automatic:
            return self.browse()
        return self._find_late_answers(self.email_from).filtered(
            lambda mail: message_id in (mail.references or "").split()
        )[:1]

    @api.model
    def _find_late_answers(self, email_from):
        """The newest mails of an address that answer others and became tickets."""
        domain = [("email_from", "=", email_from), *self._get_late_answers_domain()]
        return self.search(domain, order="id desc", limit=MAILS_COMPARED)

    @api.model
    def _get_late_answers_domain(self):
        return [
            ("outcome", "=", "ticket_created"),
            ("received_at", ">=", fields.Datetime.now() - LATE),
            ("references", "!=", False),
        ]
