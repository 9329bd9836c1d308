"""Who may send a public form of ours, and how often."""

from ipaddress import ip_address, ip_network

from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import email_normalize

from .support_form_input import get_text

CAPTCHA_ACTION = "support_form"
HONEYPOT_FIELD = "company_website"

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
    """Part of the form: holds back machines, and counts who sends."""

    def _read_guards(self, form):
        """Read what stands in a form against machines and double clicks."""
        form.values["form_key"] = request.env["support.ticket"]._clean_form_key(
            get_text(form.params, "form_key")
        )
        if get_text(form.params, HONEYPOT_FIELD):
            form.errors[HONEYPOT_FIELD] = request.env._(
                "Please leave the last field empty."
            )

    def _find_refusal(self, form):
        """Why a proper form is not taken: the errors and the status, or None."""
        # A captcha serves once, and a second click is no second message to count.
        request.env["support.ticket"]._wait_for_same_form(form.values["form_key"])
        if error := self._find_captcha_error():
            return {"captcha": error}, 400
        if not self._is_within_limits(form):
            error = request.env._(
                "We have had many messages from you within the last hour. Please "
                "try again later; what you wrote is still here."
            )
            return {"limit": error}, 429
        return None

    def _find_captcha_error(self):
        # Not as the route's `captcha`: its error page would lose what was typed.
        try:
            request.env["ir.http"]._verify_request_recaptcha_token(CAPTCHA_ACTION)
        except UserError as error:
            return str(error)
        return None

    def _get_guard_values(self):
        """What the page needs for these."""
        return {"honeypot": HONEYPOT_FIELD, "captcha_action": CAPTCHA_ACTION}

    def _get_limit_key(self, form):
        """What a guest gives of himself, to count him by."""
        return email_normalize(form.values["email"])

    def _is_within_limits(self, form):
        """Count this message for its sender; False when there were too many."""
        if customer := self._get_customer():
            return self._hit_limit("form_user", str(customer.id))
        by_ip = self._hit_limit("form_ip", get_network(request.httprequest.remote_addr))
        by_address = self._hit_limit("form_address", self._get_limit_key(form))
        return by_ip and by_address

    def _hit_limit(self, scope, key):
        # sudo: ir.config_parameter, support.rate.limit: a visitor counts himself
        # and reads no more than whether he may go on
        env = request.env(su=True)
        limit = env["ir.config_parameter"].get_param(f"customer_support.limit_{scope}")
        limit = int(limit) if (limit or "").isdigit() else LIMIT_BY_SCOPE[scope]
        return env["support.rate.limit"]._hit(scope, key, limit, LIMIT_WINDOW_SECONDS)
