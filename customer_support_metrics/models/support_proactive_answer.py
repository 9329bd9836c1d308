"""A customer answers a proactive message: one ticket, tied to order and delivery."""

from markupsafe import Markup

from odoo import api, models

NOTICE_MODEL = "support.proactive.notice"


class SupportIncomingMail(models.Model):
    _inherit = "support.incoming.mail"

    @api.model
    def _answers_other_model(self, message):
        """An answer to a notice is for the desk: nobody else waits for it."""
        return message.model != NOTICE_MODEL and super()._answers_other_model(message)

    def _prepare_case(self):
        case = super()._prepare_case()
        notice = None if case.ticket else self._find_answered_notice(case)
        if notice and notice.ticket_id:
            # The second answer goes where the first one went.
            case.ticket = notice.ticket_id._get_survivor()
            case.answered = self.env["mail.message"]
        return case

    def _find_answered_notice(self, case):
        """The notice that a mail answers, if its sender is who got it."""
        message = self._find_answered_message(case.mail.envelope.references)
        notices = self.env[NOTICE_MODEL]
        if message.model != NOTICE_MODEL:
            return notices
        notice = notices.browse(message.res_id).exists()
        return notice if notice.email == case.sender else notices

    def _prepare_case_defaults(self, case, values):
        """Tie the new ticket to what the notice was about, for a proven sender."""
        defaults = super()._prepare_case_defaults(case, values)
        notice = self._find_answered_notice(case)
        if not notice or case.ticket:
            return defaults
        if values["support_partner_id"]:
            return {**defaults, **notice._prepare_ticket_tie()}
        case.notes.append(
            self.env._(
                "This mail answers a message about order %s. Nothing proves who sent"
                " it, so the order is not tied to the ticket.",
                notice.order_id.name,
            )
        )
        return defaults

    def _create_ticket(self, case):
        notice = not case.ticket and self._find_answered_notice(case)
        ticket, message = super()._create_ticket(case)
        if notice:
            notice._take_answer(ticket)
        return ticket, message


class SupportProactiveNotice(models.Model):
    _inherit = NOTICE_MODEL

    def _take_answer(self, ticket):
        """Remember the ticket, and show the agent what the customer answers."""
        self.ticket_id = ticket
        sent = self.env["mail.message"].search(
            [("model", "=", NOTICE_MODEL), ("res_id", "=", self.id)],
            order="id desc",
            limit=1,
        )
        if sent:
            title = self.env._("The customer answers this message of the store:")
            ticket._message_log(
                body=Markup("<p>%s</p><blockquote>%s</blockquote>") % (title, sent.body)
            )
