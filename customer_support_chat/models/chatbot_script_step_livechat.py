"""Our steps in a live chat, where a visitor's browser asks for one after the other."""

from odoo import models
from odoo.tools import email_normalize, html2plaintext, is_html_empty

from ..tools.bot import BotReply, to_html


class ChatbotScriptStep(models.Model):
    _inherit = "chatbot.script.step"

    def _process_answer(self, discuss_channel, message_body):
        """Keep the answer, count it, and go on: maybe to a person."""
        if not self.chatbot_script_id._has_support_steps():
            return super()._process_answer(discuss_channel, message_body)
        session, context = discuss_channel._get_bot_session(self.chatbot_script_id)
        if session.state in ("stopped", "handed_over"):
            return self.browse()
        if self._expects_answer():
            if not session._count_turn():
                return self._stop(session, context)
            if not self._take_answer(session, context, message_body):
                return self
            if self._wants_person(session, context):
                return self._go_to_person(session)
        step = super(
            ChatbotScriptStep, self._with_session(session, context)
        )._process_answer(discuss_channel, message_body)
        return step.with_context(support_bot_walk=None)

    def _get_bot(self, context):
        """``support.bot`` with the visitor's rights, in the language of the step."""
        bot = context.identity.env["support.bot"]
        return bot.with_context(lang=self.env.context.get("lang"))

    def _take_answer(self, session, context, message_body):
        """Keep what was typed; False when the question is to be asked again."""
        text = html2plaintext(message_body or "", include_references=False).strip()
        if self.step_type == "question_email" and not email_normalize(text):
            session.note = self.env._("This does not look like an e-mail address.")
            return False
        return self._get_bot(context)._take_input(self, session, context, text)

    def _wants_person(self, session, context):
        if self.step_type != "question_selection":
            return False
        chosen = self._get_chosen(session, context)[:1]
        return chosen.script_step_id == self and chosen.support_hands_over

    # --- to a person ----------------------------------------------------------------

    def _stop(self, session, context):
        """Too many turns without progress: a person, else a ticket, and the end."""
        if session.state == "stopping":
            return self._find_ticket_step()
        self._get_bot(context)._log(session, context, "stopped")
        step = self._go_to_person(session)
        # A few more turns, to give an address for the answer.
        session.write({"state": "stopping" if step else "stopped", "idle_count": 0})
        return step

    def _go_to_person(self, session):
        forward = self.chatbot_script_id._get_forward_step()
        if forward:
            session.state = "handing_over"
        return forward or self._find_ticket_step()

    def _find_ticket_step(self):
        """The script's first step that makes a ticket; may be empty."""
        return self.chatbot_script_id.script_step_ids.filtered(
            lambda step: step.step_type == "create_support_ticket"
        )[:1]

    # --- saying and doing -------------------------------------------------------------

    def _process_step(self, discuss_channel):
        """Act, or ask, in plain text."""
        script = self.chatbot_script_id
        if not script._has_support_steps():
            return super()._process_step(discuss_channel)
        session, context = discuss_channel._get_bot_session(script)
        if self.is_forward_operator:
            operator = discuss_channel.livechat_operator_id
            message = super()._process_step(discuss_channel)
            is_found = discuss_channel.livechat_operator_id != operator
            self._end_or_go_on(session, context, is_found)
            return message
        bot = self._get_bot(context)
        if self.step_type in bot._get_actions():
            replies = bot._act(self.step_type, session, context)
            if self.step_type == "create_support_ticket":
                self._end_search(session)
            return discuss_channel._chatbot_post_message(script, to_html(replies))
        note = session._take_note()
        if note and not is_html_empty(self.message):
            body = to_html([BotReply(note)]) + self.message
            return discuss_channel._chatbot_post_message(script, body)
        return super()._process_step(discuss_channel)

    def _end_or_go_on(self, session, context, is_found):
        """After Odoo's own step: who was found sees the whole chat."""
        if is_found:
            self._get_bot(context)._hand_over(session, context)
        elif session.state == "active":
            session.state = "handing_over"

    def _end_search(self, session):
        """A ticket is made instead: the visitor may go on, unless he was stopped."""
        if session.state == "stopping":
            session.state = "stopped"
        elif session.state == "handing_over":
            session.state = "active"

    def _is_last_step(self, discuss_channel=False):
        if discuss_channel and self.chatbot_script_id._has_support_steps():
            walk = discuss_channel._get_bot_session(self.chatbot_script_id)
            return super(ChatbotScriptStep, self._with_session(*walk))._is_last_step(
                discuss_channel
            )
        return super()._is_last_step(discuss_channel)
