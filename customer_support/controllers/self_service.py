from uuid import uuid4

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .portal_ticket import PAGE_HEADERS, TICKET_ROUTE, SupportTicketPortal
from .support_form_input import MAX_ID, FormInput, get_text
from .support_route import customer_route
from .website_form_store import FormStore

ORDER_ROUTE = f"/my/orders/<int(max={MAX_ID}):order_id>/support"
SLIP_ROUTE = f"{TICKET_ROUTE}/slip/<int(max={MAX_ID}):picking_id>"
TRIES_PER_HOUR = 20


class SelfService(FormStore, http.Controller):
    """Returning, cancelling and correcting an order without waiting for staff."""

    def _find_own_order(self, order_id):
        """The visitor's own order, in sudo.

        :raises NotFound: for another's order as for none
        """
        order = self._find_order(order_id)
        if not order:
            raise NotFound()
        return order

    @customer_route(ORDER_ROUTE, methods=["GET"])
    def portal_order_self_service(self, order_id, **params):
        """Show what the customer can do with the order as it is now."""
        return self._render_order(self._find_own_order(order_id))

    @customer_route(f"{ORDER_ROUTE}/return", methods=["POST"])
    def portal_order_return(self, order_id, **params):
        """Return the chosen products."""
        order = self._find_own_order(order_id)
        form = FormInput(params)
        form.read_text("reason", request.env._("Why"))
        chosen = self._read_lines(form, order)
        lines = [
            {"sale_line_id": line_id, "quantity": quantity}
            for line_id, quantity in chosen.items()
        ]
        return self._do(order, "return", form, lines)

    @customer_route(f"{ORDER_ROUTE}/cancel", methods=["POST"])
    def portal_order_cancel(self, order_id, **params):
        """Cancel the order; what was paid goes back."""
        order = self._find_own_order(order_id)
        form = FormInput(params)
        form.read_text("reason", request.env._("Why"))
        return self._do(order, "cancel_order", form)

    @customer_route(f"{ORDER_ROUTE}/address", methods=["POST"])
    def portal_order_address(self, order_id, **params):
        """Let the order go to another address in the same country."""
        order = self._find_own_order(order_id)
        form = FormInput(params)
        form.read_line("street", request.env._("Street and number"), required=True)
        form.read_line("street2", request.env._("Flat, district"))
        form.read_line("city", request.env._("City"), required=True)
        form.read_line("zip", request.env._("ZIP"), required=True, max_length=16)
        return self._do(order, "change_address", form)

    def _refuse_form(self, order, form):
        """Answer a form that changes nothing: sent before, wrong, or one too many.

        :return: the response, or None for a form to act on
        """
        tickets = request.env["support.ticket"]
        form_key = tickets._clean_form_key(get_text(form.params, "form_key"))
        if not form_key:
            return self._render_order(order)
        tickets._wait_for_same_form(form_key)
        if sent := tickets._find_sent_form(form_key):
            return request.redirect(sent.access_url)
        if form.errors:
            return self._render_order(order, form.errors, form.values)
        # sudo: support.rate.limit: counts this visitor's own tries
        limits = request.env["support.rate.limit"].sudo()
        key = str(request.env.user.id)
        if not limits._hit("self_service", key, TRIES_PER_HOUR, 3600):
            error = request.env._("These were many tries. Please try again later.")
            return self._render_order(order, {"limit": error}, form.values)
        return None

    def _do(self, order, kind, form, lines=()):
        if refused := self._refuse_form(order, form):
            return refused
        tickets = request.env["support.ticket"]
        form_key = tickets._clean_form_key(get_text(form.params, "form_key"))
        try:
            with request.env.cr.savepoint():
                ticket = tickets._start_self_service(
                    order, kind, form_key, lines, form.values
                )
        except UserError as error:
            return self._render_order(order, {kind: str(error)}, form.values)
        return request.redirect(ticket.access_url)

    def _prepare_order_values(self, order, errors, typed):
        """Values of the page, see ``order_self_service``."""
        return {
            "page_name": "support_self_service",
            "order": order,
            "kinds": order._get_self_service_actions(),
            "lines": order._get_self_service_lines(),
            "money": order._get_support_money_left(),
            "errors": errors or {},
            "typed": typed or {},
            "form_key": uuid4().hex,
        }

    def _render_order(self, order, errors=None, typed=None):
        values = self._prepare_order_values(order, errors, typed)
        response = request.render("customer_support.order_self_service", values)
        response.headers.update(PAGE_HEADERS)
        if errors:
            response.status_code = 429 if "limit" in errors else 400
        return response


class ReturnSlip(SupportTicketPortal):
    """The paper that lies in a parcel that comes back."""

    @customer_route(SLIP_ROUTE, methods=["GET"])
    def portal_return_slip(self, ticket_id, picking_id, **params):
        """Show the slip of a return to print, or the carrier's label."""
        ticket, by_link = self._find_ticket(ticket_id)
        returns = ticket.action_ids.picking_ids.filtered(
            lambda picking: (
                picking.id == picking_id
                and picking.location_id._is_outgoing()
                and picking.state != "cancel"
            )
        )
        if by_link or not returns:
            raise NotFound()
        if label := returns._get_return_label()[:1]:
            stream = request.env["ir.binary"]._get_stream_from(label)
            return stream.get_response(as_attachment=True)
        return request.render(
            "customer_support.return_slip", {"ticket": ticket, "picking": returns}
        )
