"""What is asked before a ticket is closed by its button."""

from odoo import models


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def action_close(self):
        """Solve; from the form (context ``support_ask_before_close``) ask first.

        :return: the dialog that asks, if there is something to ask
        """
        if len(self) == 1 and self.env.context.get("support_ask_before_close"):
            if not self.closed_at and self._has_questions_before_close():
                return self.env["support.close.ticket"]._get_action(self)
        return super().action_close()

    def _has_questions_before_close(self):
        """Whether something is still open that the agent should know of."""
        self.ensure_one()
        return bool(
            self._get_open_children()
            or self.open_request_count
            or self._get_open_checks()
        )
