"""The store beside a live chat: what the agent sees of who is chatting."""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import format_amount, format_datetime

from odoo.addons.im_livechat.models.discuss_channel import is_livechat_channel
from odoo.addons.mail.tools.discuss import Store

PAGES = 8
# What a visitor gets shown of whom nothing is proven.
NOTHING_PROVEN = {
    "customer": False,
    "order": False,
    "orders": [],
    "offers": [],
    "tickets": [],
}


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def _sync_field_names(self):
        """Agents' panels learn at once that a chat has become a ticket."""
        names = super()._sync_field_names()
        names["internal_users"].append(
            Store.Attr("has_support_ticket", predicate=is_livechat_channel)
        )
        return names

    def _to_store_defaults(self, target):
        names = super()._to_store_defaults(target)
        if target.is_internal(self.env):
            names.append(
                Store.Attr("has_support_ticket", predicate=is_livechat_channel)
            )
        return names

    @api.readonly
    def get_store_context(self, order_id=False):
        """Return what the panel beside a chat shows, read with the agent's rights.

        The same as beside a ticket, and the visitor: cart, pages and what is not
        proven. A guest who only typed an address brings no customer and no orders.

        :param int order_id: an order of the customer, to see it in full
        :return: dict, see ``support.store.mixin._get_store_context``; and "visitor"
        :raise AccessError: for others than support staff who may read the chat
        """
        self.ensure_one()
        self._check_may_make_ticket()
        ticket = self._find_panel_ticket()
        if order_id:
            ticket = ticket.new(
                {
                    "partner_id": ticket.partner_id.id,
                    "company_id": ticket.company_id.id,
                    "team_id": ticket.team_id.id,
                    "sale_order_id": order_id,
                }
            )
            if not ticket._is_order_of_customer():
                raise AccessError(self.env._("This order is another customer's."))
        context = ticket._get_store_context()
        if not ticket.partner_id:
            context |= NOTHING_PROVEN
        return context | {"visitor": self._prepare_visitor_context()}

    def _find_panel_ticket(self):
        """The ticket of this chat if the agent may read it, else one for the panel."""
        ticket = self._find_support_ticket().with_env(self.env)
        if ticket and ticket.has_access("read"):
            return ticket
        # sudo: discuss.channel: who the visitor is; the store is read by the agent
        channel = self.sudo()
        team = channel._get_support_team()
        values = {
            "partner_id": channel._find_visitor_partner().id,
            "team_id": team.id,
            "company_id": team.company_id.id,
        }
        lines = channel._get_customer_lines() if values["partner_id"] else None
        if lines is not None:
            values |= channel._prepare_order_values(values, lines)
        return self.env["support.ticket"].new(values)

    def _prepare_visitor_context(self):
        # sudo: discuss.channel, website.track: what this visitor did in the store;
        # the caller may read the chat
        channel = self.sudo()
        partner = channel._find_visitor_partner()
        ticket = channel._find_support_ticket()
        proven = partner or ticket.partner_id
        address = ticket.email_normalized or channel._find_address_in(
            channel._get_customer_lines()
        )
        return {
            "name": proven.name or channel._get_visitor_guest().name or "",
            "claimed_email": "" if proven else address,
            "is_guest": not proven,
            "cart": channel._prepare_cart_context(),
            "pages": channel._prepare_page_context(),
            "ticket": {"id": ticket.id, "name": ticket.display_name}
            if ticket
            else False,
        }

    def _prepare_cart_context(self):
        cart = self.support_cart_id
        if not cart or cart.state != "draft" or not cart.order_line:
            return False
        lines = cart.order_line.filtered(lambda line: not line.display_type)
        return {
            "amount": format_amount(self.env, cart.amount_total, cart.currency_id),
            "lines": [
                {
                    "id": line.id,
                    "name": line.product_id.display_name,
                    "quantity": line.product_uom_qty,
                    "amount": format_amount(
                        self.env, line.price_total, cart.currency_id
                    ),
                }
                for line in lines
            ],
            "has_failed_payment": self.env[
                "im_livechat.channel.rule"
            ]._has_failed_payment(cart),
        }

    def _prepare_page_context(self):
        visitor = self.livechat_visitor_id
        tracks = self.env["website.track"].search(
            [("visitor_id", "=", visitor.id)],
            order="visit_datetime desc, id desc",
            limit=PAGES,
        )
        if not visitor:
            return []
        return [
            {
                "id": track.id,
                "name": track.product_id.display_name
                or track.page_id.name
                or track.url
                or "",
                "date": format_datetime(
                    self.env, track.visit_datetime, dt_format="short"
                ),
            }
            for track in tracks
        ]
