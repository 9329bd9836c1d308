"""What the bot can do, whatever the channel: a closed list of actions.

Nothing that a visitor, a product's name or an article says chooses an action: only the
step of the script does, which a person wrote.
"""

from odoo import api, models

from ..tools.bot import BotReply

MAX_TYPED = 2000
MAX_WRONG_CODES = 3


class SupportBot(models.AbstractModel):
    """Runs the actions of our steps with the rights of whoever talks to the bot."""

    _name = "support.bot"
    _description = "Support Bot"

    @api.model
    def _get_actions(self):
        """The kinds of steps that act, and the method of each; there are no others.

        :return: dict of step type to the name of a method that takes the session and
            the ``BotContext`` and returns a list of ``BotReply``
        """
        return {
            "support_send_code": "_act_send_code",
            "support_order_status": "_act_order_status",
            "support_return_options": "_act_return_options",
            "support_start_return": "_act_start_return",
            "support_articles": "_act_articles",
            "create_support_ticket": "_act_create_ticket",
        }

    @api.model
    def _act(self, step_type, session, context):
        """Carry out one step.

        :param str step_type: of ``_get_actions``
        :param session: ``support.bot.session`` in sudo
        :param context: ``tools.bot.BotContext``
        :return: list of ``BotReply``
        :raise KeyError: for what is not in the list
        """
        return getattr(self, self._get_actions()[step_type])(session, context)

    # --- what a step needs ----------------------------------------------------------

    @api.model
    def _is_step_needed(self, step, session, context):
        """Whether a step says or asks something that is not known yet.

        :param step: ``chatbot.script.step`` in sudo
        """
        if step.support_input == "products":
            return bool(self._get_return_lines(session, context))
        if step.step_type == "support_start_return":
            return bool(self._get_return_lines(session, context))
        if step.support_input == "contact_email":
            return not self._get_contact_email(session, context)
        if step.support_input == "code" and session.code_state != "asked":
            return False
        if step._asks_for_proof():
            return not self._is_order_known(step, session, context)
        return True

    @api.model
    def _is_order_known(self, step, session, context):
        """Whether we may speak of an order at once in what this step leads to."""
        if context.customer:
            return True
        order = self._get_proven_order(session, context)
        action = step._find_next_action()
        # Asked for the same thing again: it is about another order.
        return bool(order) and not session._is_done(f"{action}:{order.id}")

    @api.model
    def _get_proven_order(self, session, context):
        """The order that a guest has confirmed with a code in this conversation.

        :return: ``sale.order`` in sudo, or empty
        """
        proven = context.identity._get_proven_orders()
        return proven.filtered(lambda order: order.id == session.order_id.id)

    @api.model
    def _get_contact_email(self, session, context):
        """Where the answer of a person goes; "" when nobody has said."""
        proven = self._get_proven_order(session, context)
        return (
            context.customer.email
            or session.contact_email
            or (proven and session.order_email)
            or ""
        )

    # --- what a sender typed ----------------------------------------------------------

    @api.model
    def _take_input(self, step, session, context, text):
        """Keep what was typed as the answer to a question.

        :param step: the ``chatbot.script.step`` that asked
        :param str text: plain
        :return: False when the same question is to be asked again
        """
        name = step.support_input
        if not name:
            return True
        if name == "code":
            return self._take_code(session, context, text)
        if name == "order_ref":
            # Another order begins.
            session.write({"order_id": False, "code_state": False})
        session[name] = text.replace("\x00", "").strip()[:MAX_TYPED]
        return True

    @api.model
    def _take_code(self, session, context, text):
        codes = self.env["support.one.time.code"]
        order = codes._verify(context.identity, text, context.ip)
        if order:
            session.write({"order_id": order.id, "code_state": False})
            return True
        session.wrong_code_count += 1
        if session.wrong_code_count < MAX_WRONG_CODES:
            session.note = self.env._(
                "This code is not right, or it is no longer valid. Please look at the "
                "newest e-mail."
            )
            return False
        session.write({"code_state": "failed", "note": False})
        return True

    @api.model
    def _say(self, text, *links):
        return [BotReply(text, tuple(links))]
