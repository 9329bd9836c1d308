from odoo.fields import Domain
from odoo.http import request, route
from odoo.tools.translate import LazyTranslate

from odoo.addons.portal.controllers.portal import CustomerPortal, pager as portal_pager

from .support_form_input import get_text

_lt = LazyTranslate(__name__)

# Followed tickets beyond these do not show in the list; nobody reads that far.
MAX_FOLLOWED = 1000

SORTINGS = {
    "newest": (_lt("Newest"), "id desc"),
    "updated": (_lt("Last change"), "write_date desc, id desc"),
    "oldest": (_lt("Oldest"), "id"),
    "subject": (_lt("Subject"), "name, id desc"),
}
# Odoo takes what follows a translated text in round brackets for another one.
FILTERS = {
    "all": (_lt("All"), Domain.TRUE),
    "open": (_lt("Open"), Domain("closed_at", "=", False)),
    "waiting": (_lt("Waiting for your answer"), Domain("stage_kind", "=", "waiting")),
    "closed": (_lt("Solved or closed"), Domain("closed_at", "!=", False)),
}
GROUPINGS = {"none": _lt("None"), "status": _lt("Status")}
SEARCHES = {
    "all": (_lt("Search in number and subject"), ["number", "name"]),
    "number": (_lt("Search in number"), ["number"]),
    "subject": (_lt("Search in subject"), ["name"]),
    "order": (_lt("Search in order number"), ["sale_order_id.name"]),
}


class SupportPortal(CustomerPortal):
    """The list of the customer's own cases."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "support_count" in counters:
            # The card needs to know "some or none"; counting all may be long.
            values["support_count"] = self._search_tickets([], limit=1, count=True)
        return values

    def _get_own_domain(self):
        """Tickets of the visitor and those he follows.

        The followed ids are read first: joined by OR, neither index would serve.
        """
        partner = request.env.user.partner_id
        # sudo: mail.followers: only what the visitor himself follows
        followers = request.env["mail.followers"].sudo()
        followed = followers.search(
            [
                ("res_model", "=", "support.ticket"),
                ("partner_id", "=", partner.id),
            ],
            limit=MAX_FOLLOWED,
            order="id desc",
        )
        own = Domain("partner_id", "=", partner.id)
        if followed:
            own |= Domain("id", "in", followed.mapped("res_id"))
        return own & Domain("merged_into_id", "=", False)

    def _search_tickets(self, domain, count=False, **options):
        # sudo: support.ticket: the domain holds only what the visitor takes part
        # in; the record rules would say the same at a higher price
        tickets = request.env["support.ticket"].sudo()
        domain = self._get_own_domain() & Domain(domain)
        if count:
            return tickets.search_count(domain, **options)
        return tickets.search(domain, **options)

    @route(
        ["/my/support", "/my/support/page/<int(max=1000000):page>"],
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        list_as_website_content=_lt("Your Support Cases"),
    )
    def portal_my_tickets(self, page=1, **params):
        """List the visitor's cases."""
        search = get_text(params, "search")[:200]
        search_in = self._get_choice(params, "search_in", SEARCHES)
        sortby = self._get_choice(params, "sortby", SORTINGS)
        filterby = self._get_choice(params, "filterby", FILTERS)
        groupby = self._get_choice(params, "groupby", GROUPINGS)
        domain = FILTERS[filterby][1]
        if search:
            domain &= Domain.OR(
                Domain(name, "ilike", search.lstrip("#"))
                for name in SEARCHES[search_in][1]
            )
        pager = portal_pager(
            url="/my/support",
            url_args={
                "search": search,
                "search_in": search_in,
                "sortby": sortby,
                "filterby": filterby,
                "groupby": groupby,
            },
            total=self._search_tickets(domain, count=True),
            page=page,
            step=self._items_per_page,
        )
        order = SORTINGS[sortby][1]
        if groupby == "status":
            order = f"stage_id, {order}"
        tickets = self._search_tickets(
            domain, order=order, limit=self._items_per_page, offset=pager["offset"]
        )
        request.update_context(tz=tickets[:1]._get_reader_zone())
        return request.render(
            "customer_support.portal_my_tickets",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "support",
                "default_url": "/my/support",
                "pager": pager,
                "ticket_groups": self._group_tickets(tickets, groupby),
                "shown_orders": self._filter_readable(tickets.sale_order_id),
                "has_any": bool(tickets) or self._search_tickets([], limit=1),
                "search": search,
                "search_in": search_in,
                "sortby": sortby,
                "filterby": filterby,
                "groupby": groupby,
                "searchbar_inputs": {
                    name: {"input": name, "label": str(label)}
                    for name, (label, _fields) in SEARCHES.items()
                },
                "searchbar_sortings": {
                    name: {"label": str(label)}
                    for name, (label, _o) in SORTINGS.items()
                },
                "searchbar_filters": {
                    name: {"label": str(label)} for name, (label, _d) in FILTERS.items()
                },
                "searchbar_groupby": {
                    name: {"label": str(label)} for name, label in GROUPINGS.items()
                },
            },
        )

    def _get_choice(self, params, name, choices):
        """One of `choices`; the first for whatever else is asked for."""
        value = get_text(params, name)
        return value if value in choices else next(iter(choices))

    def _filter_readable(self, records):
        """The records that the visitor may read, in sudo again."""
        # sudo: shown only after the check as the visitor
        return records.with_user(request.env.user)._filtered_access("read").sudo()

    def _group_tickets(self, tickets, groupby):
        """Pairs of a heading, maybe empty, and tickets."""
        if groupby != "status":
            return [("", tickets)] if tickets else []
        groups = tickets.grouped(lambda ticket: ticket._get_portal_status())
        return list(groups.items())
