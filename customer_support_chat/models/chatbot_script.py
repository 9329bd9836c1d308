from odoo import fields, models


class ChatbotScript(models.Model):
    _inherit = "chatbot.script"

    support_max_turns = fields.Integer(
        "Turns without progress",
        default=10,
        help="After so many messages of a visitor that led nowhere, the bot stops and "
        "looks for a person; when nobody is there, it notes a ticket. 0 is no limit.",
    )

    def _has_support_steps(self):
        """Whether this bot uses steps of customer support; others stay as they are."""
        self.ensure_one()
        return any(step._is_support_step() for step in self.script_step_ids)

    def _get_menu_step(self):
        """The first question with answers to choose from; empty when there is none."""
        return self.script_step_ids.filtered(
            lambda step: step.step_type == "question_selection"
        )[:1]

    def _get_forward_step(self):
        """The first step that looks for a person; empty when there is none."""
        return self.script_step_ids.filtered("is_forward_operator")[:1]

    def _validate_email(self, email_address, discuss_channel):
        """Count an address that is none: a visitor cannot type nonsense for ever."""
        result = super()._validate_email(email_address, discuss_channel)
        if result["success"] or not self._has_support_steps():
            return result
        session, _context = discuss_channel._get_bot_session(self)
        if session._count_turn():
            return result
        # The next step is asked for then, which finds that it is over.
        return {**result, "success": True}
