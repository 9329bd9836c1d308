from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from .support_form_input import get_browser_zone, get_id, get_text
from .support_route import customer_route

PREFERENCE_ROUTE = "/my/support/preferences"


class SupportPreferencePortal(CustomerPortal):
    """The customer says how and when he wants to hear from the store."""

    def _get_hour(self, params, name):
        text = get_text(params, name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0

    @customer_route(PREFERENCE_ROUTE, methods=["GET"])
    def portal_preferences(self, **params):
        """Show what is chosen now."""
        return self._render_preferences(is_saved=bool(get_text(params, "saved")))

    @customer_route(PREFERENCE_ROUTE, methods=["POST"], max_content_length=64 * 1024)
    def portal_preferences_save(self, **params):
        """Keep the visitor's own choice; nobody else is ever named."""
        customer = request.env.user.partner_id
        channel_id = get_id(params, "channel_id")
        channels = customer._get_support_channel_choices()
        channel = channels.filtered(lambda one: one.id == channel_id)
        last = self._get_hour(params, "hours_to")
        hours = (self._get_hour(params, "hours_from") if last else 0, last)
        try:
            with request.env.cr.savepoint():
                customer._set_support_preference(channel, *hours)
        except UserError as error:
            response = self._render_preferences(str(error), channel, hours)
            response.status_code = 400
            return response
        self._learn_zone(customer)
        return request.redirect(f"{PREFERENCE_ROUTE}?saved=1")

    def _learn_zone(self, customer):
        """Hours need a zone: that of the visitor's browser, if we know none."""
        if not customer.tz and (zone := get_browser_zone()):
            # sudo: res.partner: the visitor's own time zone
            customer.sudo().tz = zone

    def _render_preferences(self, error="", channel=None, hours=None, is_saved=False):
        # sudo: res.partner: the visitor's own wishes
        customer = request.env.user.partner_id.sudo()
        return request.render(
            "customer_support.portal_preferences",
            {
                "page_name": "support_preferences",
                "channels": customer._get_support_channel_choices(),
                "channel": customer.support_channel_id if channel is None else channel,
                "hours": hours
                or (int(customer.support_hours_from), int(customer.support_hours_to)),
                "zone": customer.tz,
                "error": error,
                "is_saved": is_saved,
            },
        )
