"""Who talks to the bot in a live chat."""

from odoo import models
from odoo.http import request

from ..tools.bot import BotContext


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def _get_bot_session(self, script):
        """The conversation of this chat with the bot, and who talks.

        :param script: ``chatbot.script`` in sudo
        :return: pair of ``support.bot.session`` in sudo and ``BotContext``
        """
        self.ensure_one()
        context = self._get_bot_context()
        # sudo: support.bot.session: the visitor's own conversation
        sessions = self.env["support.bot.session"].sudo()
        session = sessions._get_or_create(
            context.identity.sudo(), script, context.company
        )
        return session, context

    def _get_bot_context(self):
        website = self._get_bot_website()
        # sudo: support.channel: visitors do not read channels
        channels = self.env["support.channel"].sudo().with_context(active_test=False)
        channel = channels.search([("kind", "=", "livechat")], limit=1)
        return BotContext(
            identity=self._get_bot_identity(channel),
            customer=self._get_bot_customer(),
            company=website.company_id or self.env.company,
            channel=channel,
            base_url=website.get_base_url(),
            ip=request.httprequest.remote_addr if request else None,
            chat=self,
        )

    def _get_bot_identity(self, channel):
        """The sender of this chat: what he proves in it counts in this chat alone."""
        # sudo: support.identity: made for the visitor's own chat
        identities = self.env["support.identity"].sudo()
        identity = identities._get_or_create(channel, f"chat:{self.id}")
        return identity.with_env(self.env)

    def _get_bot_customer(self):
        """The logged-in customer; empty for guests, and for staff who look on."""
        # sudo: discuss.channel: who the visitor of this chat is
        customers = self.sudo().livechat_customer_partner_ids
        user = self.env.user
        mine = user.partner_id if not user._is_public() else user.partner_id.browse()
        return mine if mine in customers else mine.browse()

    def _get_bot_website(self):
        # sudo: website.visitor: only which website the chat is on
        website = self.sudo().livechat_visitor_id.website_id
        if not website and request and getattr(request, "website", None):
            website = request.website.sudo()
        return website or self.env["website"].sudo().get_current_website()

    def _chatbot_restart(self, chatbot_script):
        """A conversation that was ended does not begin again in the same chat."""
        message = super()._chatbot_restart(chatbot_script)
        script = chatbot_script.sudo()
        if script._has_support_steps():
            session, _context = self._get_bot_session(script)
            if session.state in ("stopped", "handed_over"):
                self.sudo().chatbot_current_step_id = script.script_step_ids[-1:]
        return message
