"""Live chat that loses nobody: working hours, waiting times, messages left."""

from datetime import timedelta

from odoo import fields, models
from odoo.http import request

from odoo.addons.website_sale.models.website import CART_SESSION_CACHE_KEY


class ImLivechatChannel(models.Model):
    _inherit = "im_livechat.channel"

    support_team_id = fields.Many2one(
        "support.team",
        "Support team",
        default=lambda self: self.env["support.team"]._get_default_team(),
        help="Takes the tickets of these chats. Outside its working hours nobody is"
        " free. Without a team the chat works as Odoo's own does.",
    )
    support_answer_seconds = fields.Integer(
        "Next agent after",
        default=90,
        help="A chat that no person has answered after so many seconds goes to the"
        " next free agent, and becomes a ticket when there is none. It is looked at"
        " once a minute. 0 means never.",
    )
    support_takes_messages = fields.Boolean(
        "Take messages when nobody is free",
        default=True,
        help="The chat stays open out of hours and when all agents are busy: what is"
        " written becomes a ticket, and the visitor reads by when you answer.",
    )

    _support_answer_seconds_not_negative = models.Constraint(
        "CHECK(support_answer_seconds >= 0)",
        "The seconds to wait for an answer cannot be negative.",
    )

    # --- hours ----------------------------------------------------------------------

    def _is_support_open(self):
        """Whether the team of this channel works at this moment."""
        # sudo: support.team: a visitor learns whether somebody is there, no more
        team = self.sudo().support_team_id
        now = fields.Datetime.now()
        return not team or bool(
            team._get_business_seconds(now, now + timedelta(minutes=1))
        )

    def _get_available_operators_by_livechat_channel(self, users=None):
        """Out of hours nobody is available, whoever left a browser open."""
        available = super()._get_available_operators_by_livechat_channel(users)
        for channel, operators in available.items():
            if operators and not channel._is_support_open():
                available[channel] = operators.browse()
        return available

    # --- messages while nobody is free ------------------------------------------------

    def _takes_support_messages(self):
        """Whether the chat is open though no agent is free."""
        # sudo: im_livechat.channel: a visitor learns whether the chat is open, no more
        channel = self.sudo()
        return bool(channel.support_takes_messages and channel.support_team_id)

    def _is_livechat_available(self):
        return super()._is_livechat_available() or self._takes_support_messages()

    def _get_operator_info(self, /, **kwargs):
        info = super()._get_operator_info(**kwargs)
        if not info["operator_partner"] and self._takes_support_messages():
            # sudo: support.team: the store itself takes the message
            info["operator_partner"] = self.sudo().support_team_id.company_id.partner_id
            info["operator_model"] = "support.team"
        return info

    def _get_channel_name(
        self, /, *, visitor_user=None, guest=None, operator_model, **kwargs
    ):
        if operator_model != "support.team":
            return super()._get_channel_name(
                visitor_user=visitor_user,
                guest=guest,
                operator_model=operator_model,
                **kwargs,
            )
        return visitor_user.display_name if visitor_user else guest.name

    def _get_livechat_discuss_channel_vals(self, /, *, operator_model, **kwargs):
        vals = super()._get_livechat_discuss_channel_vals(
            operator_model=operator_model, **kwargs
        )
        if not vals:
            return vals
        cart_id = self._get_visitor_cart_id()
        if cart_id:
            vals["support_cart_id"] = cart_id
        if operator_model == "support.team":
            vals |= {"is_support_away": True, "livechat_failure": "no_agent"}
        return vals

    def _get_visitor_cart_id(self):
        """The cart of the visitor who makes this request; False without one."""
        cart_id = request and request.session.get(CART_SESSION_CACHE_KEY)
        # sudo: sale.order: the visitor's own cart, by his own session
        return self.env["sale.order"].sudo().browse(cart_id or ()).exists().id

    def _get_channel_infos(self):
        infos = super()._get_channel_infos()
        if self._takes_support_messages():
            # The page may be older than the chat: who speaks decides what is said.
            # sudo: support.team: the visitor learns that the store itself answers
            store = self.sudo().support_team_id.company_id.partner_id
            infos["support_away_partner_id"] = store.id
            infos["support_away_message"] = self._get_away_welcome()
        return infos

    def _get_away_welcome(self):
        """What the chat says before the first word while nobody is free."""
        # sudo: support.team: the visitor reads its promise
        promise = self.env["website"]._get_answer_promise(self.sudo().support_team_id)
        text = self.env._("Nobody is free to chat right now. Leave your message here.")
        return f"{text} {promise}"
