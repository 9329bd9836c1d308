"""What is asked before a ticket is closed by its button."""

from odoo import models

from .support_ticket_stage_resolution import CLOSE_CONFIRMED


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def action_close(self):
        """Solve; ask staff first where goods or money are missing.

        From the form (context ``support_ask_before_close``) all else that is still open
        is asked about as well.

        :return: the dialog that asks, if there is something to ask
        """
        if self._is_asked_before_close():
            return self.env["support.close.ticket"]._get_action(self)
        return super().action_close()

    def _is_asked_before_close(self):
        """Whether the user should see first what is still open.

        A customer who says that all is well is believed, and machines read no dialogs.
        """
        user, context = self.env.user, self.env.context
        confirmed = context.get("support_close_confirmed") is CLOSE_CONFIRMED
        if user.share or confirmed:
            return False
        open_tickets = self.filtered(lambda ticket: not ticket.closed_at)
        if context.get("support_ask_before_close") and len(open_tickets) == 1:
            return open_tickets._has_questions_before_close()
        return not user._is_superuser() and bool(open_tickets._get_open_points())

    def _has_questions_before_close(self):
        """Whether something is still open that the agent should know of."""
        self.ensure_one()
        return bool(
            self._get_open_points()
            or self._get_open_children()
            or self.open_request_count
            or self._get_open_checks()
            or self.promise_ids.filtered(lambda promise: promise.state == "open")
        )
