"""A customer asks to be called, at an hour that he chooses."""

import re
from uuid import uuid4

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from ..models.support_team_call_back import get_slot_key
from .portal_ticket import TICKET_ROUTE, SupportTicketPortal
from .support_form_input import FormInput, get_browser_zone, get_id, get_text
from .support_route import customer_route, visitor_route
from .website_form_limits import FormLimits
from .website_form_store import FormStore
from .website_form_ticket import FormTicket

MIN_DIGITS = 6
MAX_BODY_BYTES = 256 * 1024


class SupportCallBackForm(FormTicket, FormStore, FormLimits, http.Controller):
    """The form for a call, guarded as the form for a message is."""

    @visitor_route("/support/call-back", methods=["GET"], sitemap=True)
    def call_back_form(self, **params):
        """Show the hours that are free."""
        return self._render_call_back({"order_id": get_text(params, "order")})

    @visitor_route(
        "/support/call-back", methods=["POST"], max_content_length=MAX_BODY_BYTES
    )
    def call_back_send(self, **params):
        """Plan the call, or show the form again with what is wrong."""
        sent = request.env["support.ticket"]._find_sent_form(
            get_text(params, "form_key")
        )
        if sent:
            return self._redirect_to_thanks(sent)
        form = self._read_call_back(params)
        if form.errors:
            return self._render_call_back(form.values, form.errors, 400)
        if refusal := self._find_refusal(form):
            return self._render_call_back(form.values, *refusal)
        return self._redirect_to_thanks(self._create_ticket(form))

    # --- reading ------------------------------------------------------------------

    def _find_team(self):
        """The team of this website that calls, in sudo.

        :raise NotFound: when none offers calls
        """
        team = request.website._find_support_team()
        if not team.call_back_capacity:
            raise NotFound()
        return team

    def _read_call_back(self, params):
        form = FormInput(params)
        _ = request.env._
        if not self._get_customer():
            form.read_line("partner_name", _("Your name"), required=True)
        form.read_line("phone", _("Phone"), required=True, max_length=40)
        form.read_text(
            "message", _("What is it about?"), required=True, max_length=2000
        )
        self._read_number(form)
        order = self._find_order(get_id(params, "order_id"))
        form.values["order_id"] = str(order.id or "")
        self._read_slot(form)
        self._read_guards(form)
        return form

    def _read_number(self, form):
        """A number that can be called: digits enough, in international form."""
        company = request.website.company_id
        typed = form.values["phone"]
        number = company._phone_format(number=typed, country=company.country_id)
        form.values["number"] = number or typed
        if "phone" not in form.errors and len(re.sub(r"\D", "", typed)) < MIN_DIGITS:
            form.errors["phone"] = request.env._(
                "Please give the whole number, with the area code."
            )

    def _read_slot(self, form):
        key = get_id(form.params, "slot")
        slots = self._find_team()._get_call_back_slots()
        chosen = [slot for slot in slots if get_slot_key(slot[0]) == str(key)]
        form.values["slot"] = str(key or "")
        form.slot = chosen[0] if chosen else None
        if not chosen:
            form.errors["slot"] = request.env._(
                "This hour is taken or over. Please choose another one."
            )

    def _find_refusal(self, form):
        # Who chooses the same hour waits here, before a captcha is used up.
        name = f"call_back,{self._find_team().id},{get_slot_key(form.slot[0])}"
        request.env["support.ticket"]._wait_for_same(name)
        return super()._find_refusal(form)

    def _get_limit_key(self, form):
        return form.values["number"]

    # --- the ticket ---------------------------------------------------------------

    def _complete_ticket(self, ticket, form):
        # sudo: support.call.back: the visitor's own hour, checked above
        call_backs = request.env["support.call.back"].sudo()
        call_backs._book(ticket, form.slot, form.values["number"])

    def _prepare_ticket_values(self, form):
        first_line = form.values["message"].splitlines()[0]
        return {
            "name": request.env._("Please call: %s", first_line[:80]),
            "team_id": self._find_team().id,
            "channel_id": request.env.ref("customer_support.channel_phone").id,
            "website_id": request.website.id,
            "form_key": form.values["form_key"] or False,
            "sale_order_id": get_id(form.values, "order_id") or False,
            "phone": form.values["number"],
            **self._prepare_sender_values(form),
        }

    def _prepare_sender_values(self, form):
        """The login proves who asks; whoever has a number only claims it."""
        if customer := self._get_customer():
            return {"partner_id": customer.id}
        # sudo: res.partner: finds whose number was typed; nothing of it is shown
        calls = request.env["support.log.call"].sudo()
        found = calls._find_partners_by_phone(form.values["number"])
        return {
            "claimed_partner_id": found.id if len(found) == 1 else False,
            "partner_name": form.values["partner_name"],
            "lang": request.env.lang,
        }

    # --- showing ------------------------------------------------------------------

    def _get_zone(self, team):
        """The time zone of the visitor, else that of the team's working hours."""
        return (
            request.env.user.tz
            or get_browser_zone()
            or team.resource_calendar_id.tz
            or "UTC"
        )

    def _render_call_back(self, values, errors=None, status=200):
        team, customer = self._find_team(), self._get_customer()
        zone = self._get_zone(team)
        values = {"phone": customer.phone or "", **values}
        response = request.render(
            "customer_support.call_back_page",
            {
                "customer": customer,
                "orders": self._find_orders(),
                "typed": values,
                "errors": errors or {},
                "days": team._get_call_back_days(zone),
                "zone": zone,
                "form_key": uuid4().hex,
                **self._get_guard_values(),
            },
        )
        response.status_code = status
        return response


class SupportCallBackPortal(SupportTicketPortal):
    """The customer who asked for a call may call it off."""

    @customer_route(f"{TICKET_ROUTE}/call-back/cancel", methods=["POST"])
    def portal_call_back_cancel(self, ticket_id):
        """Call off the planned call of the visitor's own case.

        :raise NotFound: for everybody else, and who only takes part
        """
        ticket, by_link = self._find_ticket(ticket_id)
        if by_link or ticket.partner_id != request.env.user.partner_id:
            raise NotFound()
        ticket._get_planned_call_back()._cancel()
        return self._redirect_to_ticket(ticket, False, {})
