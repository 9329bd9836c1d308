"""The two kinds of pages that this addon has for the store's visitors."""

from functools import partial

from odoo.http import route

# For whoever has the link; the page itself judges what a visitor may see.
visitor_route = partial(route, type="http", auth="public", website=True, sitemap=False)
# For customers who are signed in.
customer_route = partial(route, type="http", auth="user", website=True, sitemap=False)
