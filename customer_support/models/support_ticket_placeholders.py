import json

from odoo import models
from odoo.tools import format_date

from ..tools.placeholders import Link


class SupportTicket(models.Model):
    """What prepared texts may say about a ticket."""

    _inherit = "support.ticket"

    def _get_placeholder_labels(self):
        """The allow-list of placeholders: name -> what it stands for.

        Another addon adds a name here and a method ``_get_placeholder_<name>`` that
        takes one ticket and returns text, a ``Link``, a list of these, or nothing.
        """
        _ = self.env._
        return {
            "customer_name": _("full name of the customer"),
            "first_name": _("first name of the customer"),
            "ticket_number": _("number of the ticket"),
            "ticket_subject": _("subject of the ticket"),
            "ticket_link": _("page of the ticket in the customer's portal"),
            "order_number": _("number of the order"),
            "order_date": _("day of the order"),
            "product": _("product that the ticket is about"),
            "tracking_number": _("number of the parcel"),
            "tracking_link": _("page of the carrier that follows the parcel"),
            "carrier": _("who brings the parcel"),
            "delivery_date": _("day of delivery, done or promised"),
            "agent_name": _("name of the agent who answers"),
            "team_name": _("name of the team"),
            "company_name": _("name of the store's company"),
        }

    def _get_placeholder_values(self, names):
        """Values of placeholders for one ticket, in the customer's language.

        :param names: placeholders; those outside the allow-list are left out
        :return: dict of name -> text, ``Link``, list of ``Link`` or a false value
        """
        self.ensure_one()
        allowed = self._get_placeholder_labels()
        ticket = self.with_context(lang=self._get_customer_lang())
        return {
            name: getattr(ticket, f"_get_placeholder_{name}")()
            for name in names
            if name in allowed
        }

    def _get_customer_lang(self):
        """Code of an installed language to write to the customer in."""
        self.ensure_one()
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        wanted = (self.lang, self.partner_id.lang, self.env.lang)
        return next((code for code in wanted if code in installed), "en_US")

    def _get_told_order(self):
        """The ticket's order, if its data may go to whoever reads the reply.

        The customer must be proven, and the order must be the customer's.
        """
        self.ensure_one()
        # sudo: sale.order, stock.picking: an agent who may read the ticket tells its
        # customer about the customer's own order, and nothing of anybody else's
        order = self.sudo().sale_order_id
        own = order.partner_id.commercial_partner_id
        customer = self.sudo().partner_id.commercial_partner_id
        return order if own and own == customer else order.browse()

    def _get_told_picking(self):
        """The delivery that the ticket is about, else the newest of its order."""
        order = self._get_told_order()
        pickings = order.picking_ids.filtered(
            lambda p: p.picking_type_code == "outgoing" and p.state != "cancel"
        ).sorted("id", reverse=True)
        chosen = self.sudo().picking_id  # sudo: stock.picking: see _get_told_order
        return (pickings & chosen) or pickings[:1]

    # --- one method a placeholder ------------------------------------------------

    def _get_placeholder_customer_name(self):
        return self.partner_id.name or self.partner_name

    def _get_placeholder_first_name(self):
        name = self._get_placeholder_customer_name()
        if not name or self.partner_id.is_company:
            return name
        return name.split()[0]

    def _get_placeholder_ticket_number(self):
        return self.number

    def _get_placeholder_ticket_subject(self):
        return self.name

    def _get_placeholder_ticket_link(self):
        return Link(self.get_base_url() + self.access_url)

    def _get_placeholder_order_number(self):
        return self._get_told_order().name

    def _get_placeholder_order_date(self):
        return format_date(self.env, self._get_told_order().date_order)

    def _get_placeholder_product(self):
        products = self.line_ids.product_id or self.product_id
        # sudo: product.product: the name of a product that stands on the ticket
        return ", ".join(products.sudo().mapped("name"))

    def _get_placeholder_tracking_number(self):
        return self._get_told_picking().carrier_tracking_ref

    def _get_placeholder_tracking_link(self):
        url = self._get_told_picking().carrier_tracking_url
        return url and _parse_tracking_links(url)

    def _get_placeholder_carrier(self):
        return self._get_told_picking().carrier_id.name

    def _get_placeholder_delivery_date(self):
        picking = self._get_told_picking()
        moment = picking.date_done or picking.date_deadline or picking.scheduled_date
        return format_date(self.env, moment)

    def _get_placeholder_agent_name(self):
        return self.env.user.name

    def _get_placeholder_team_name(self):
        return self.team_id.name

    def _get_placeholder_company_name(self):
        return self.company_id.name


def _parse_tracking_links(url):
    """The links in ``carrier_tracking_url``: one address, or JSON pairs of them."""
    try:
        pairs = json.loads(url)
    except ValueError:
        pairs = [(url, url)]
    return [
        Link(address, text)
        for text, address in pairs
        if address.startswith(("https://", "http://"))
    ]
