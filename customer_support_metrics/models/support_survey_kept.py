"""Figures of the past stay as they were when a ticket is deleted."""

from odoo import api, models


class SupportSurveyInvitation(models.Model):
    _inherit = "support.survey.invitation"

    @api.model
    def _keep_without_ticket(self, tickets):
        """Leave of the questions about these tickets what figures count, and nobody.

        What stays says when, whose work, which channel and reason, and the score. What
        never counted goes with its ticket: else it would count from now on.

        :param tickets: ``support.ticket`` that are about to be deleted
        """
        asked = self.search([("ticket_id", "in", tickets.ids)])
        kept = asked.filtered(
            lambda one: (
                one.sent_at
                and not one.ticket_id.exclusion
                and not one.ticket_id.merged_into_id
            )
        )
        (asked - kept).unlink()
        kept.user_input_id.unlink()
        kept.write(
            {
                "partner_id": False,
                "email": False,
                "lang": False,
                "order_id": False,
                "chat_id": False,
                "rating_id": False,
                "comment": False,
                "token": False,
                "send_at": False,
            }
        )


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def unlink(self):
        self.check_access("unlink")
        # sudo: support.survey.invitation: goes with the ticket, as far as it may
        self.env["support.survey.invitation"].sudo()._keep_without_ticket(self)
        return super().unlink()
