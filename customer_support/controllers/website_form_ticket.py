"""The ticket that the form makes."""

from psycopg2.errors import UniqueViolation

from odoo.exceptions import ConcurrencyError
from odoo.http import request
from odoo.tools import email_normalize


class FormTicket:
    """Part of the form: makes the ticket of what was read."""

    def _create_ticket(self, form):
        """Make the ticket; its first message holds the visitor's own words."""
        # sudo: support.ticket: visitors may not create tickets; only the values
        # prepared here are taken, never a field that the request names
        tickets = request.env["support.ticket"].sudo()
        tickets = tickets.with_company(request.website.company_id)
        tickets = tickets.with_context(mail_create_nosubscribe=True)
        try:
            ticket = tickets.create(self._prepare_ticket_values(form))
        except UniqueViolation as error:
            # Only the form's key is given here. Odoo repeats the request, which then
            # sees what the other one has made.
            raise ConcurrencyError("This form was sent a moment ago.") from error
        ticket._post_from_customer(
            form.values["message"], self._get_customer(), form.files
        )
        self._complete_ticket(ticket, form)
        ticket._send_acknowledgement()
        return ticket

    def _complete_ticket(self, ticket, form):
        """Add what the customer reads of in the acknowledgement of this ticket."""

    def _prepare_ticket_values(self, form):
        reason = self._find_reason(int(form.values["reason_id"]))
        channel = request.env.ref("customer_support.channel_web_form")
        values = {
            "name": form.values["subject"],
            "reason_id": reason.id,
            "team_id": request.website._find_support_team(reason).id,
            "channel_id": channel.id,
            "website_id": request.website.id,
            "form_key": form.values["form_key"] or False,
            **self._prepare_sender_values(form),
            **self._prepare_document_values(form),
        }
        if reason.priority:
            values["priority"] = reason.priority
        if form.values["phone"]:
            values["phone"] = form.values["phone"]
        return values

    def _prepare_sender_values(self, form):
        """The login proves who writes; what a guest types is a claim."""
        if customer := self._get_customer():
            return {"partner_id": customer.id}
        # sudo: res.partner: finds whose address was typed; nothing of it is shown
        partners = request.env["res.partner"].sudo()
        claimed = partners.search(
            [("email_normalized", "=", email_normalize(form.values["email"]))], limit=1
        )
        return {
            "claimed_partner_id": claimed.id,
            "partner_name": form.values["partner_name"],
            "email_from": form.values["email"],
            "claimed_order_ref": form.values["order_ref"] or False,
            "lang": request.env.lang,
        }

    def _redirect_to_thanks(self, ticket):
        request.session["support_thanks_id"] = ticket.id
        return request.redirect("/support/thanks")
