"""Steps of a bot that act for customer support.

Questions are Odoo's own kinds of steps, since a visitor's browser waits for an answer
at these alone; a field on them says what the answer is for. Steps of our kinds act.
"""

from odoo import api, fields, models

INPUT_TYPES = ("free_input_single", "free_input_multi", "question_email")
PROOF_INPUTS = ("order_ref", "order_email", "code")
# What an order is confirmed for.
ORDER_ACTIONS = ("support_order_status", "support_return_options")


class ChatbotScriptStep(models.Model):
    _inherit = "chatbot.script.step"

    step_type = fields.Selection(
        selection_add=[
            ("support_send_code", "Send a code to the order's address"),
            ("support_order_status", "Show the state of orders"),
            ("support_return_options", "Show what can be returned"),
            ("support_start_return", "Start the return"),
            ("support_articles", "Answer from the help pages"),
            ("create_support_ticket", "Create Ticket"),
        ],
        ondelete={
            "support_send_code": "cascade",
            "support_order_status": "cascade",
            "support_return_options": "cascade",
            "support_start_return": "cascade",
            "support_articles": "cascade",
            "create_support_ticket": "cascade",
        },
    )
    support_input = fields.Selection(
        [
            ("order_ref", "Order number"),
            ("order_email", "E-mail address of the order"),
            ("code", "Code from the e-mail"),
            ("products", "Products to send back"),
            ("question", "Question"),
            ("contact_email", "E-mail address for the answer"),
        ],
        "The answer is",
        help="What the visitor types is used for this. The question is left out when "
        "the answer is known, for example for customers who are logged in.",
    )
    support_back_to_menu = fields.Boolean(
        "Then back to the first question",
        help="After this step the visitor can choose again.",
    )

    is_support_action = fields.Boolean(
        compute="_compute_is_support_action",
        help="The step does something and finds its own words.",
    )

    @api.depends("step_type")
    def _compute_is_support_action(self):
        actions = self.env["support.bot"]._get_actions()
        for step in self:
            step.is_support_action = step.step_type in actions

    def _is_support_step(self):
        return bool(self.support_input or self.is_support_action)

    def _asks_for_proof(self):
        """Whether this step only serves to confirm whose order it is."""
        return (
            self.support_input in PROOF_INPUTS or self.step_type == "support_send_code"
        )

    def _expects_answer(self):
        """Whether the script waits here for the visitor."""
        return self.step_type in (*INPUT_TYPES, "question_selection", "question_phone")

    # --- the way through the script -------------------------------------------------

    def _get_session(self):
        """The conversation that walks through the script, and who talks.

        :return: pair of ``support.bot.session`` in sudo and ``BotContext``; None where
            the script is only looked at
        """
        return self.env.context.get("support_bot_walk")

    def _with_session(self, session, context):
        return self.with_context(support_bot_walk=(session, context))

    def _fetch_next_step(self, selected_answer_ids):
        """Leave out what is known, go back to the menu, or take the way to a person."""
        walk = self._get_session()
        if not walk:
            return super()._fetch_next_step(selected_answer_ids)
        session, context = walk
        bot = context.identity.env["support.bot"]
        step, path = self, self._get_path(selected_answer_ids)
        # Each turn of the loop goes further down the script.
        while step:
            if session.state in ("handing_over", "stopping"):
                step = step._get_next_to_person()
            elif step.support_back_to_menu:
                return step.chatbot_script_id._get_menu_step()
            else:
                step = super(ChatbotScriptStep, step)._fetch_next_step(path)
            if step and bot._is_step_needed(step, session, context):
                return step
        return step

    def _get_path(self, answers):
        """The answers on the present way: those before a return to the menu are past.

        :param answers: ``chatbot.script.answer`` chosen, the latest first
        """
        path, before = answers.browse(), None
        for answer in answers:
            sequence = answer.script_step_id.sequence
            if before is not None and sequence >= before:
                break
            path, before = path | answer, sequence
        return path

    def _get_next_to_person(self):
        """The step after this one that follows the search for a person in vain."""
        forward = self.chatbot_script_id._get_forward_step()
        steps = self.chatbot_script_id.script_step_ids
        return steps.filtered(
            lambda step: (
                step.sequence > self.sequence
                and step.triggering_answer_ids == forward.triggering_answer_ids
            )
        )[:1]

    def _find_next_action(self):
        """The kind of the next step on this way that shows an order; may be None."""
        session, context = self._get_session() or (None, None)
        if not session:
            return None
        # Without the conversation every step of the way is looked at.
        step = self.with_context(support_bot_walk=None)
        path = self._get_path(self._get_chosen(session, context))
        while step and step.step_type not in ORDER_ACTIONS:
            step = step._fetch_next_step(path)
        return step.step_type if step else None

    def _get_chosen(self, session, context):
        """The answers chosen so far, the latest first."""
        if not context.chat:
            # sudo: chatbot.script.answer: what the sender chose
            return (
                session.answer_ids.sudo()
                .sorted("id", reverse=True)
                .sorted(lambda answer: -answer.script_step_id.sequence)
            )
        # sudo: chatbot.message: what the visitor chose in his own chat
        messages = context.chat.sudo().chatbot_message_ids.sorted("id", reverse=True)
        return messages.user_script_answer_id
