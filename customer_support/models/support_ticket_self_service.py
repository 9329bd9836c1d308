"""What customers do with an order by themselves: the same actions, no staff."""

from odoo import api, models
from odoo.exceptions import UserError

from ..tools.author_kind import BOT, RULE

SELF_SERVICE_KINDS = ("return", "change_address", "cancel_order")
REASONS = {
    "return": "customer_support.reason_return",
    "change_address": "customer_support.reason_change_order",
    "cancel_order": "customer_support.reason_change_order",
}


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_self_service_actions(self):
        """What the customer may do alone with this order in its present state.

        :return: list of kinds of ``support.ticket.action``
        """
        possible = self._get_possible_support_actions()
        kinds = [kind for kind in SELF_SERVICE_KINDS if kind in possible]
        if "return" in kinds and not self._get_self_service_lines():
            kinds.remove("return")
        return kinds

    def _get_self_service_lines(self):
        """The products that the customer may send back alone.

        :return: list of ``(order line, quantity, verdict of the return policy)``
        """
        # sudo: sale.order.line: of the customer's own order, which the caller found
        lines = self.sudo().order_line.filtered(
            lambda line: (
                line._is_support_goods() and line._get_returnable_quantity() > 0
            )
        )
        verdicts = self.env["support.return.policy"].sudo()._judge(lines)
        return [
            (line, line._get_returnable_quantity(), verdicts[line])
            for line in lines
            if verdicts[line].allowed and verdicts[line].self_service
        ]


class SupportTicketAction(models.Model):
    _inherit = "support.ticket.action"

    def _check_possible(self):
        if self.requested_by.share:
            self._check_self_service()
        return super()._check_possible()

    def _check_self_service(self):
        """Let customers do what is offered to them, and nothing else.

        :raise UserError: if it is not offered for this order, or one of its lines
        """
        if not self._is_offered_by_customer():
            raise UserError(
                self.env._(
                    "This is not possible any more for order %s. Please write to us.",
                    self.order_id.name,
                )
            )

    def _is_offered_by_customer(self):
        """Whether the order's page offers this, for all of these products."""
        if self.kind not in self.order_id._get_self_service_actions():
            return False
        lines = [line for line, *_rest in self.order_id._get_self_service_lines()]
        return self.kind != "return" or all(
            line.sale_line_id in lines for line in self.line_ids
        )

    def _get_portal_words(self):
        """What the customer reads of this action, "" for what is not said.

        :return: one sentence
        """
        self.ensure_one()
        if self.state == "to_approve":
            return self.env._("We are looking into this.")
        if self.state != "done":
            return ""
        if self.kind == "voucher":
            return self.env._(
                "The code of your voucher: %s", ", ".join(self.card_ids.mapped("code"))
            )
        if self.is_settled:
            return self.env._("Done.")
        if any(picking.state != "done" for picking in self._get_returns()):
            return " ".join(
                (
                    self.env._("Please send the products back to us."),
                    self._get_reservation_words(),
                )
            ).strip()
        if self._get_open_money():
            return self.env._("Your money is on its way back to you.")
        return self.env._("Your products are being sent.")

    def _get_portal_goods(self):
        """Which products it is about, as the store names them for customers."""
        lines = self.line_ids.with_context(display_default_code=False)
        return ", ".join(line._get_summary() for line in lines)

    def _get_reservation_words(self):
        """Until when the other product of an exchange is kept for the customer."""
        if not self.reserved_until:
            return ""
        return self.env._(
            "We keep the other product for you until %s.",
            self.ticket_id._format_moment(self.reserved_until),
        )


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    @api.model
    def _start_self_service(self, order, kind, form_key, lines, typed, identity=None):
        """Do for a customer what he asks for, with a ticket that shows it.

        :param order: ``sale.order`` of the customer, in sudo
        :param str kind: one of ``SELF_SERVICE_KINDS``
        :param str form_key: of the form that is sent
        :param lines: dicts of values of ``support.ticket.action.line``
        :param dict typed: what the customer wrote, checked
        :param identity: the ``support.identity`` of a guest who has proven the order
        :return: the ticket, in sudo
        :raise UserError: if it is not possible; the message says why
        """
        ticket = self._create_self_service_ticket(order, kind, form_key, identity)
        values = {"reason": typed.get("reason") or ""}
        if kind == "change_address":
            values["address_id"] = self._create_self_service_address(order, typed).id
        actions = self.env["support.ticket.action"]
        # As the customer: what he may is decided once more.
        own = ticket.with_user(self.env.user)
        action = actions._request(own, kind, form_key, lines, **values)
        end = "solved" if action.is_settled else "on_hold"
        rule = ticket.with_context(support_author_kind=RULE)
        rule._set_stage_kind("waiting" if kind == "return" else end)
        return ticket

    @api.model
    def _create_self_service_ticket(self, order, kind, form_key, identity=None):
        labels = dict(
            self.env["support.ticket.action"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        ticket = self.with_context(support_author_kind=BOT)._create_portal_ticket(
            order,
            form_key,
            identity,
            name=f"{labels[kind]} · {order.name}",
            reason_id=self.env.ref(REASONS[kind]).id,
        )
        return ticket.with_context(support_author_kind=False)

    @api.model
    def _create_portal_ticket(self, order, form_key, identity=None, **values):
        """A ticket of the customer who is signed in, about his order.

        :param order: ``sale.order``, in sudo
        :param str form_key: of the form that is sent
        :param identity: the ``support.identity`` of a guest who has proven the order
        :return: the ticket, in sudo
        """
        website = order.website_id
        customer = self._get_self_service_customer(order, identity)
        # sudo: support.ticket: customers may not create tickets; all values are ours
        tickets = self.sudo().with_company(order.company_id)
        teams = self.env["support.team"]
        return tickets.with_context(mail_create_nosubscribe=True).create(
            {
                "partner_id": customer.id,
                "identity_id": identity.id if identity else False,
                "sale_order_id": order.id,
                "team_id": teams._get_default_team(order.company_id, website).id,
                "channel_id": identity.sudo().channel_id.id
                if identity
                else self._get_channel_id("portal"),
                "website_id": website.id,
                "form_key": form_key,
                **values,
            }
        )

    @api.model
    def _get_self_service_customer(self, order, identity):
        """Whose case it is: who is logged in, or who bought what a guest has proven.

        :raise UserError: if the guest has not proven this order
        """
        if not identity:
            return self.env.user.partner_id
        if order not in identity._get_proven_orders():
            raise UserError(
                self.env._("Please confirm first that this order is yours.")
            )
        return order.partner_id

    @api.model
    def _create_self_service_address(self, order, typed):
        # sudo: res.partner: one delivery address of the customer's own company
        customer = self.env.user.partner_id.sudo()
        old = order.partner_shipping_id
        return customer._create_support_address(
            {
                "name": old.name or customer.name,
                "phone": old.phone,
                "country_id": old.country_id.id,
                "street": typed["street"],
                "street2": typed["street2"],
                "city": typed["city"],
                "zip": typed["zip"],
            }
        )

    def _is_waiting_for_parcel(self):
        """Whether what we wait for is a parcel of the customer, and no words."""
        if self.stage_kind != "waiting":
            return False
        # sudo: support.ticket.action: whether something is to come back
        actions = self.sudo().action_ids.filtered(lambda a: a.state == "done")
        return any(
            picking.state not in ("done", "cancel")
            for action in actions
            for picking in action._get_returns()
        )

    def _get_portal_status(self):
        if self._is_waiting_for_parcel():
            return self.env._("We are waiting for your parcel")
        return super()._get_portal_status()

    def _get_portal_next_step(self):
        if self._is_waiting_for_parcel() and not self.is_waiting_agent:
            return self.env._("As soon as it is here, we go on and tell you.")
        return super()._get_portal_next_step()

    def _get_portal_actions(self):
        """What is done for this case, for its page on the portal.

        :return: list of dicts: name, goods, words, returns (pickings with a slip)
        """
        self.ensure_one()
        # sudo: support.ticket.action: shown to whoever may read the case
        actions = self.sudo().action_ids.sorted("id")
        return [
            {
                "name": action.display_name,
                "goods": action._get_portal_goods(),
                "words": words,
                "returns": action._get_returns().filtered(
                    lambda picking: picking.state not in ("done", "cancel")
                ),
            }
            for action in actions
            if (words := action._get_portal_words())
        ]
