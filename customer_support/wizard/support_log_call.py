import re

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

CANDIDATE_LIMIT = 10
MIN_DIGITS = 6


class SupportLogCall(models.TransientModel):
    """An agent writes down a call.

    House rule for the clocks: a conversation is question and answer at once. An
    incoming call that somebody took is a customer's message and, at the same moment,
    our reply: it answers whatever the customer was waiting for. A call that nobody took
    (voice mail) is a customer's message that waits. An outgoing call that was taken is
    a reply; one that was not is a touch and no more.
    """

    _name = "support.log.call"
    _description = "Log a Call"

    direction = fields.Selection(
        [("in", "The customer called"), ("out", "I called the customer")],
        required=True,
        default="in",
    )
    has_spoken = fields.Boolean(
        "We spoke", default=True, help="Off: nobody answered, or only the voice mail."
    )
    phone = fields.Char("Phone number", help="Finds the customer.")
    candidate_ids = fields.Many2many(
        "res.partner", compute="_compute_candidate_ids", string="Have this number"
    )
    candidate_count = fields.Integer(compute="_compute_candidate_ids")
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        help="Choose only once you know that it is really this customer.",
    )
    partner_name = fields.Char("Name", help="Of a caller who is no customer yet.")
    duration_minutes = fields.Integer(
        "Minutes", default=5, help="0: you do not know how long it was."
    )
    result = fields.Selection(
        [("new", "A new ticket"), ("existing", "A ticket that exists")],
        "Belongs to",
        required=True,
        default=lambda self: self._get_default_result(),
    )
    ticket_id = fields.Many2one("support.ticket")
    name = fields.Char("Subject")
    team_id = fields.Many2one(
        "support.team",
        default=lambda self: self.env["support.ticket"]._get_default_team_id(),
    )
    reason_id = fields.Many2one("support.reason")
    notes = fields.Html(help="For colleagues; the customer does not read this.")
    is_solved = fields.Boolean("That settled it", help="The ticket is solved.")

    @api.depends("phone")
    def _compute_candidate_ids(self):
        for call in self:
            call.candidate_ids = call._find_partners_by_phone(call.phone)
            call.candidate_count = len(call.candidate_ids)

    @api.depends("phone")
    def _compute_partner_id(self):
        for call in self:
            if not call.partner_id and len(call.candidate_ids) == 1:
                call.partner_id = call.candidate_ids

    @api.model
    def _get_default_result(self):
        return "existing" if self.env.context.get("default_ticket_id") else "new"

    @api.onchange("ticket_id")
    def _onchange_ticket_id(self):
        if self.ticket_id and not self.partner_id:
            self.partner_id = self.ticket_id.partner_id
            self.phone = self.phone or self.ticket_id.phone

    @api.model
    def _find_partners_by_phone(self, phone):
        """Customers with this number, whichever way it is written.

        :param phone: in international form, or as dialled in the company's country
        """
        partners = self.env["res.partner"]
        company = self.env.company
        # The library takes 00 for a plus sign in some countries only.
        dialled = re.sub(r"^\s*00", "+", phone or "")
        number = company._phone_format(number=dialled, country=company.country_id) or ""
        if re.fullmatch(r"\+\d{6,}", number):
            domain = [("phone_sanitized", "=", number)]
        elif len(re.sub(r"\D", "", number)) >= MIN_DIGITS:
            # Without the Python library phonenumbers numbers are compared as written.
            domain = [("phone_mobile_search", "=", number)]
        else:
            return partners
        return partners.search(domain, limit=CANDIDATE_LIMIT)

    def action_log(self):
        """Write the call down and show its ticket.

        :raise UserError: if the case or the subject is missing
        """
        self.ensure_one()
        ticket = self._get_ticket()
        # A note of the kind "notification" moves no clock: _move_clocks does.
        message = ticket.message_post(
            body=self._render_note(),
            message_type="notification",
            subtype_xmlid="mail.mt_note",
        )
        self._move_clocks(ticket, message)
        if self.is_solved and not ticket.closed_at:
            # What is still open is asked about first.
            if asking := ticket.action_close():
                return asking
        return {
            "type": "ir.actions.act_window",
            "res_model": "support.ticket",
            "res_id": ticket.id,
            "views": [(False, "form")],
        }

    def _get_ticket(self):
        if self.result == "existing":
            if not self.ticket_id:
                raise UserError(self.env._("Choose the ticket that the call is about."))
            self.ticket_id.check_access("write")
            return self.ticket_id
        if not (self.name or "").strip():
            raise UserError(self.env._("Give the new ticket a subject."))
        return self.env["support.ticket"].create(self._prepare_ticket_values())

    def _prepare_ticket_values(self):
        Ticket = self.env["support.ticket"]
        return {
            "name": self.name,
            "channel_id": Ticket._get_channel_id("phone"),
            "partner_id": self.partner_id.id,
            "partner_name": self.partner_name,
            "phone": self.phone or self.partner_id.phone,
            "team_id": self.team_id.id or Ticket._get_default_team_id(),
            "reason_id": self.reason_id.id,
            "user_id": self.env.uid,
        }

    def _render_note(self):
        """What colleagues read in the conversation: the facts, then the notes."""
        label = dict(self._fields["direction"]._description_selection(self.env))
        if self.has_spoken:
            minutes = self.duration_minutes
            outcome = self.env._("%s min", minutes) if minutes > 0 else ""
        else:
            outcome = self.env._("nobody answered")
        facts = filter(None, (label[self.direction], self.phone, outcome))
        note = Markup("<p><b>%s</b></p>") % " · ".join(facts)
        return note if is_html_empty(self.notes) else note + self.notes

    def _move_clocks(self, ticket, message):
        """Log the call on the ticket by the house rule of this class."""
        if self.direction == "in":
            details = {"author_kind": "customer", "message": message}
            ticket._record_customer_message(message, details)
        if self.has_spoken:
            # Without a length it is a call all the same, and nothing written.
            talk = {"talk_seconds": 60 * max(0, self.duration_minutes) or None}
            ticket._record_event(
                "reply", author_kind="human", message=message, payload=talk
            )
            ticket._start_work(self.env.user)
        elif self.direction == "out":
            ticket._record_event("note", author_kind="human", message=message)
