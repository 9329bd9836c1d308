"""Where an order is, in plain words."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.bot import BotReply, one_line

MAX_ORDERS = 3


class SupportBot(models.AbstractModel):
    _inherit = "support.bot"

    @api.model
    def _act_send_code(self, session, context):
        """Send a code to the address of the order, if there is such an order."""
        is_taken = self.env["support.one.time.code"]._request(
            context.identity,
            session.order_ref,
            session.order_email,
            context.company,
            lang=self.env.lang,
            ip=context.ip,
        )
        state = "asked" if is_taken else "limited"
        session.write({"code_state": state, "wrong_code_count": 0})
        if not is_taken:
            return self._say(
                self.env._(
                    "These were many tries. Please try again in an hour, or ask for a "
                    "person."
                )
            )
        return self._say(
            self.env._(
                "If this order and this e-mail address belong together, a code is on "
                "its way to that address."
            )
        )

    @api.model
    def _act_order_status(self, session, context):
        """Tell where the orders of a customer are, or the one a guest confirmed."""
        orders = self._find_orders(session, context)
        if not orders:
            return self._say(self._get_no_order_words(context))
        for order in orders:
            if session._note_progress(f"support_order_status:{order.id}"):
                self._log(session, context, "order_status", order)
        self._link_order(session, context)
        return [self._describe_order(order) for order in orders]

    @api.model
    def _get_no_order_words(self, context):
        if context.customer:
            return self.env._("There is no order of yours yet.")
        return self.env._(
            "I cannot show an order without the code. You can try again, or ask for a "
            "person."
        )

    @api.model
    def _find_orders(self, session, context):
        """The orders that this sender may be told about, the newest first.

        :return: ``sale.order`` in sudo: those of the logged-in or proven customer, or
            the one that a guest has confirmed
        """
        if not context.customer:
            return self._get_proven_order(session, context)
        # sudo: sale.order: the domain keeps to the customer's own orders
        orders = self.env["sale.order"].sudo()
        return orders.search(
            self._get_own_orders_domain(context),
            order="date_order desc, id desc",
            limit=MAX_ORDERS,
        )

    @api.model
    def _get_own_orders_domain(self, context):
        """The domain of the customer's orders in the store that is asked."""
        owner = context.customer.sudo().commercial_partner_id
        return (
            Domain("partner_id", "child_of", owner.id or 0)
            & Domain("state", "in", ("sale", "cancel"))
            & Domain("company_id", "=", context.company.id)
        )

    @api.model
    def _describe_order(self, order):
        """State, carrier, tracking link and promised date of an order.

        :param order: ``sale.order`` in sudo
        :return: ``BotReply``
        """
        name = one_line(order.name)
        if order.state == "cancel":
            return BotReply(self.env._("Order %(order)s: cancelled.", order=name))
        lines, links = [], []
        for picking in order.picking_ids._filter_support_deliveries():
            if picking.state == "cancel":
                continue
            text, urls = self._describe_delivery(picking)
            lines.append(text)
            links += urls
        if not lines:
            lines = [self.env._("confirmed, there is nothing to deliver yet.")]
        if len(lines) == 1:
            return BotReply(f"{self._get_order_title(order)} {lines[0]}", (*links,))
        listed = "\n".join(f"- {line}" for line in lines)
        return BotReply(f"{self._get_order_title(order)}\n{listed}", (*links,))

    @api.model
    def _get_order_title(self, order):
        return self.env._(
            "Order %(order)s of %(date)s:",
            order=one_line(order.name),
            date=format_date(self.env, order.date_order),
        )

    @api.model
    def _describe_delivery(self, picking):
        """One line about a parcel to or from the customer, and its tracking links."""
        values = picking._prepare_support_values(self.env["support.ticket"].sudo())
        words = [self._get_delivery_words(picking, values)]
        if values["carrier"]:
            carrier = one_line(values["carrier"])
            words.append(self.env._("Carrier: %(carrier)s.", carrier=carrier))
        if picking.state != "done" and values["promised"]:
            words.append(self.env._("Promised for %(date)s.", date=values["promised"]))
        links = [link["url"] for link in values["tracking"]]
        for link in links:
            words.append(self.env._("Tracking: %(link)s", link=link))
        return " ".join(words), links

    @api.model
    def _get_delivery_words(self, picking, values):
        done, _ = picking.state == "done", self.env._
        if values["is_return"]:
            if done:
                return _("your return has arrived on %(date)s.", date=values["done"])
            return _("your return is expected.")
        if done:
            return _("sent on %(date)s.", date=values["done"])
        if picking.state == "assigned":
            return _("packed, it leaves soon.")
        return _("being prepared.")
