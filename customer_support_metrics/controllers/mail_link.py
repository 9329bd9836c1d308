"""What the pages behind the links in our mails have in common."""

from werkzeug.exceptions import NotFound, TooManyRequests

from odoo.http import request

from odoo.addons.customer_support.controllers.website_form_limits import get_network

HOUR = 3600
WRONG_LINKS_PER_HOUR = 60
MAX_BODY_BYTES = 64 * 1024
PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


def open_link(record, scope):
    """Return what a link belongs to, in the customer's language.

    :param record: in sudo, with a ``lang``; nothing for a text that is no link of ours
    :param str scope: under which wrong links are counted
    :raises NotFound: for nothing
    :raises TooManyRequests: after many of these from one connection
    """
    if record:
        installed = dict(request.env["res.lang"].get_installed())
        if record.lang in installed:
            request.update_context(lang=record.lang)
        return record.with_context(lang=request.env.lang)
    network = get_network(request.httprequest.remote_addr)
    if not hit(scope, network, WRONG_LINKS_PER_HOUR):
        raise TooManyRequests()
    raise NotFound()


def hit(scope, key, limit):
    """Count a try, and tell whether it is one of those that are allowed an hour."""
    # sudo: support.rate.limit: counts this visitor's own tries
    return request.env["support.rate.limit"].sudo()._hit(scope, key, limit, HOUR)


def render_page(template, status=200, **values):
    """Return a page that nobody keeps and that does not give the link away."""
    response = request.render(f"customer_support_metrics.{template}", values)
    response.status_code = status
    response.headers.update(PAGE_HEADERS)
    return response
