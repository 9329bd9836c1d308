from odoo.http import request

from odoo.addons.im_livechat.controllers.webclient import WebClient
from odoo.addons.mail.tools.discuss import Store


class SupportWebClient(WebClient):
    @classmethod
    def _process_request_for_all(cls, store: Store, name, params):
        """Show the chat button while messages are taken, though nobody is free."""
        result = super()._process_request_for_all(store, name, params)
        if name == "init_livechat" and cls._takes_support_messages(params):
            store.add_global_values(livechat_available=True)
        return result

    @classmethod
    def _takes_support_messages(cls, channel_id):
        # sudo: im_livechat.channel: a visitor learns whether the chat is open, no more
        channels = request.env["im_livechat.channel"].sudo()
        channel = channels.search([("id", "=", channel_id)])
        if channel.available_operator_ids or not channel._takes_support_messages():
            return False
        # sudo: im_livechat.channel.rule: whether the page hides the button, no more
        rules = request.env["im_livechat.channel.rule"].sudo()
        url = request.httprequest.headers.get("Referer")
        code = request.geoip.country_code
        # sudo: res.country: Odoo itself reads it for visitors
        countries = request.env["res.country"].sudo()
        country = countries.search([("code", "=", code)]) if code else countries
        rule = rules.match_rule(channel_id, url, country.id)
        return rule.action != "hide_button"
