"""The same script on channels without buttons: one message in, plain texts out."""

from odoo import api, models
from odoo.fields import Command
from odoo.tools import email_normalize, html2plaintext

from odoo.addons.customer_support.tools.author_kind import BOT

from ..tools.bot import BotContext, BotReply, get_numbers, to_html

MAX_STEPS = 30


class SupportBot(models.AbstractModel):
    _inherit = "support.bot"

    @api.model
    def _answer_message(self, channel, identity, ticket, text):
        """Answer a message on a channel whose bot is switched on.

        :param channel: ``support.channel``; nothing happens without ``bot_script_id``
        :param identity: ``support.identity`` of the sender; whose it is proven to be
            (``is_verified``) gets his orders without a code
        :param ticket: the ``support.ticket`` of the message
        :param str text: what was written, plain
        :return: list of plain texts that were posted on the ticket as one message;
            empty when the bot is silent
        """
        script = channel.sudo().bot_script_id
        if not script or not script.active or self._is_with_person(ticket):
            return []
        # sudo: res.partner: who the sender has proven to be
        identity = identity.sudo()
        context = BotContext(
            identity=identity.with_env(self.env),
            customer=identity.partner_id
            if identity.is_verified
            else identity.partner_id.browse(),
            company=ticket.sudo().company_id,
            channel=channel,
            base_url=ticket.get_base_url(),
            ticket=ticket,
        )
        bot = self.with_context(lang=ticket.sudo().lang or self.env.lang)
        replies = bot._answer_in_script(script, text, context)
        if replies:
            self._post_replies(script, ticket, replies)
        return [reply.text for reply in replies]

    @api.model
    def _answer(self, text, context):
        """Answer one message; what is said is not posted anywhere.

        :param str text: what was written
        :param context: ``BotContext`` with a channel that has a bot
        :return: list of plain texts
        """
        script = context.channel.sudo().bot_script_id
        replies = self._answer_in_script(script, text, context) if script else []
        return [reply.text for reply in replies]

    @api.model
    def _is_with_person(self, ticket):
        """Whether a person answers this case already, or it is closed."""
        # sudo: support.ticket: only where the case stands
        ticket = ticket.sudo()
        return bool(ticket.last_reply_at or ticket.closed_at)

    @api.model
    def _post_replies(self, script, ticket, replies):
        # sudo: support.ticket: the bot answers on the sender's own case
        ticket.sudo().with_context(support_author_kind=BOT).message_post(
            body=to_html(replies),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=script.operator_partner_id.id,
        )

    # --- through the script ---------------------------------------------------------

    @api.model
    def _answer_in_script(self, script, text, context):
        """Take one message, go on to the next question.

        :return: list of ``BotReply``
        """
        # sudo: support.bot.session, chatbot.script: the sender's own conversation
        script = script.sudo().with_context(lang=self.env.lang)
        sessions = self.env["support.bot.session"].sudo()
        session = sessions._get_or_create(
            context.identity.sudo(), script, context.company
        )
        self._begin_again_for_new_case(session, context)
        if session.state != "active":
            return []
        if not session._count_turn():
            self._log(session, context, "stopped")
            return self._give_to_person(script, session, context)
        step = session.step_id.with_env(script.env)
        if step.chatbot_script_id != script:
            return self._run(script.script_step_ids[:1], session, context)
        step = step._with_session(session, context)
        if not self._take_message(step, session, context, text):
            return self._ask_again(step, session)
        if self._chose_person(step, session):
            return self._give_to_person(script, session, context)
        following = step._fetch_next_step(step._get_chosen(session, context))
        return self._run(following, session, context)

    @api.model
    def _begin_again_for_new_case(self, session, context):
        if context.ticket and session.ticket_id != context.ticket:
            if session.ticket_id:
                session._restart()
            session.ticket_id = context.ticket.id

    @api.model
    def _take_message(self, step, session, context, text):
        """Keep the answer to a question; False when it is to be asked again."""
        text = (text or "").strip()
        if step.step_type == "question_selection":
            chosen = self._match_answer(step, text)
            if chosen:
                past = session.answer_ids.filtered(
                    lambda answer: answer.script_step_id.sequence >= step.sequence
                )
                session.answer_ids = session.answer_ids - past | chosen
            return bool(chosen)
        if step.step_type == "question_email" and not email_normalize(text):
            session.note = self.env._("This does not look like an e-mail address.")
            return False
        return self._take_input(step, session, context, text)

    @api.model
    def _match_answer(self, step, text):
        """The answer that a number or its words name; empty when unclear."""
        answers = step.answer_ids.sorted(lambda answer: (answer.sequence, answer.id))
        wanted = " ".join(text.split()).casefold()
        numbers = get_numbers(text, len(answers)) if len(wanted) <= 3 else []
        if len(numbers) == 1:
            return answers[numbers[0] - 1]
        return answers.filtered(lambda answer: answer.name.casefold() == wanted)[:1]

    @api.model
    def _chose_person(self, step, session):
        chosen = session.answer_ids.filtered(lambda a: a.script_step_id == step)
        return any(chosen.mapped("support_hands_over"))

    @api.model
    def _ask_again(self, step, session):
        note = session._take_note()
        if step.step_type == "question_selection":
            note = self.env._("Please answer with one of the numbers.")
        return self._say(note) * bool(note) + self._ask(step)

    @api.model
    def _ask(self, step):
        """The words of a step, with numbers before answers to choose from."""
        text = html2plaintext(step.message or "", include_references=False).strip()
        lines = [text] if text else []
        if step.step_type == "question_selection":
            answers = step.answer_ids.sorted(lambda a: (a.sequence, a.id))
            lines += [f"{number}. {a.name}" for number, a in enumerate(answers, 1)]
        return [BotReply("\n".join(lines))] if lines else []

    @api.model
    def _run(self, step, session, context):
        """Say and do one step after the other, up to the next question."""
        replies = []
        for _count in range(MAX_STEPS):
            if not step:
                # The next message begins with the first question again.
                session.write({"step_id": False, "answer_ids": [Command.clear()]})
                return replies
            step = step._with_session(session, context)
            if step.is_forward_operator:
                return replies + self._give_to_person(
                    step.chatbot_script_id, session, context
                )
            if step.step_type in self._get_actions():
                replies += self._act(step.step_type, session, context)
            else:
                replies += self._ask(step)
            if step._expects_answer():
                session.step_id = step.id
                return replies
            step = step._fetch_next_step(step._get_chosen(session, context))
        return replies

    @api.model
    def _give_to_person(self, script, session, context):
        """The case waits for a person; the bot is silent on it."""
        forward = script._get_forward_step()
        self._hand_over(session, context)
        return self._ask(forward) if forward else []
