"""How often a visitor may send the form."""

from ipaddress import ip_address, ip_network

from odoo.http import request
from odoo.tools import email_normalize

LIMIT_WINDOW_SECONDS = 3600
LIMIT_BY_SCOPE = {"form_address": 5, "form_ip": 20, "form_user": 20}


def get_network(address):
    """The part of an IP address that stands for one visitor.

    A line with IPv6 has 2**64 addresses of its own to send from.
    """
    parsed = ip_address(address)
    if parsed.version == 4:
        return str(parsed)
    return str(ip_network((parsed, 64), strict=False))


class FormLimits:
    """Part of the form: counts who sends."""

    def _is_within_limits(self, form):
        """Count this message for its sender; False when there were too many."""
        if customer := self._get_customer():
            return self._hit_limit("form_user", str(customer.id))
        by_ip = self._hit_limit("form_ip", get_network(request.httprequest.remote_addr))
        by_address = self._hit_limit(
            "form_address", email_normalize(form.values["email"])
        )
        return by_ip and by_address

    def _hit_limit(self, scope, key):
        # sudo: ir.config_parameter, support.rate.limit: a visitor counts himself
        # and reads no more than whether he may go on
        env = request.env(su=True)
        limit = env["ir.config_parameter"].get_param(f"customer_support.limit_{scope}")
        limit = int(limit) if (limit or "").isdigit() else LIMIT_BY_SCOPE[scope]
        return env["support.rate.limit"]._hit(scope, key, limit, LIMIT_WINDOW_SECONDS)
