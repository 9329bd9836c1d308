from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import request

from .portal_ticket import TICKET_ROUTE, SupportTicketPortal
from .support_form_input import get_id, get_text
from .support_route import customer_route

ADDED_PER_DAY = 10


class SupportParticipantPortal(SupportTicketPortal):
    """The customer chooses who reads along."""

    def _find_own_ticket(self, ticket_id):
        """Return the customer's own case; a link or a place beside is not enough.

        :raises NotFound: for everybody else
        """
        ticket, by_link = self._find_ticket(ticket_id)
        ticket = ticket._get_survivor()
        partner = request.env.user.partner_id
        if by_link or not ticket._may_choose_participants(partner):
            raise NotFound()
        return ticket

    @customer_route(f"{TICKET_ROUTE}/participants/add", methods=["POST"])
    def portal_participant_add(self, ticket_id, **params):
        """Let the customer add somebody by e-mail address."""
        ticket = self._find_own_ticket(ticket_id)
        address = get_text(params, "email")[:200]
        # sudo: support.rate.limit: counts this visitor's own tries
        limits = request.env["support.rate.limit"].sudo()
        key = str(request.env.user.id)
        if not limits._hit("portal_participant", key, ADDED_PER_DAY, 24 * 3600):
            error = request.env._("These are many people for one day. Try tomorrow.")
            return self._render_ticket(
                ticket, False, {}, {"participant": address}, {"limit": error}
            )
        try:
            ticket._add_participant_by_address(address)
        except UserError as error:
            return self._render_ticket(
                ticket, False, {}, {"participant": address}, {"participant": str(error)}
            )
        return self._redirect_to_ticket(ticket, False, {})

    @customer_route(f"{TICKET_ROUTE}/participants/remove", methods=["POST"])
    def portal_participant_remove(self, ticket_id, **params):
        """Let the customer remove a participant of the own case."""
        ticket = self._find_own_ticket(ticket_id)
        partner_id = get_id(params, "partner_id")
        participants = ticket._get_participants()
        for partner in participants.filtered(lambda one: one.id == partner_id):
            ticket._remove_participant(partner)
        return self._redirect_to_ticket(ticket, False, {})
