from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError


class SupportCallBack(models.Model):
    """A customer asked to be called at an hour of a team.

    Each place of an hour is a row of its own that the database keeps unique: two
    customers who choose the last one at the same moment do not both get it.
    """

    _name = "support.call.back"
    _description = "Call-Back"
    _inherit = ["support.system.written.mixin"]
    _order = "starts_at, id"
    _rec_name = "phone"

    ticket_id = fields.Many2one(
        "support.ticket", required=True, ondelete="cascade", index=True
    )
    team_id = fields.Many2one("support.team", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="team_id.company_id", store=True)
    phone = fields.Char(required=True)
    starts_at = fields.Datetime("From", required=True)
    ends_at = fields.Datetime("Until", required=True)
    place = fields.Integer(required=True)
    state = fields.Selection(
        [("booked", "Planned"), ("cancelled", "Cancelled")],
        required=True,
        default="booked",
    )
    activity_id = fields.Many2one("mail.activity", "To-do", ondelete="set null")

    _place_unique = models.UniqueIndex(
        "(team_id, starts_at, place) WHERE state = 'booked'"
    )

    @api.model
    def _book(self, ticket, slot, phone):
        """Plan a call for a ticket, and the to-do of whoever makes it.

        :param ticket: ``support.ticket`` in sudo
        :param slot: start and end (UTC), one that the team still offers
        :param str phone: the number to call
        :raise UserError: when the hour is full
        :raise ConcurrencyError: when another one took the place at this very moment;
            Odoo repeats the request, which then sees that
        """
        team, (starts_at, ends_at) = ticket.team_id, slot
        taken = self.search(
            [
                ("team_id", "=", team.id),
                ("starts_at", "=", starts_at),
                ("state", "=", "booked"),
            ]
        ).mapped("place")
        free = set(range(1, team.call_back_capacity + 1)) - set(taken)
        if not free:
            raise UserError(
                self.env._("This hour is taken. Please choose another one.")
            )
        values = {
            "ticket_id": ticket.id,
            "team_id": team.id,
            "phone": phone,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "place": min(free),
        }
        try:
            call_back = self.create(values)
        except UniqueViolation as error:
            raise ConcurrencyError("This hour was taken a moment ago.") from error
        call_back.activity_id = ticket._plan_call_back(phone, starts_at, ends_at)
        return call_back

    def _cancel(self):
        """The customer wants no call any more; the hour is free again."""
        planned = self.filtered(lambda one: one.state == "booked")
        planned.activity_id.unlink()
        planned.state = "cancelled"
        for call_back in planned:
            call_back.ticket_id._message_log(
                body=self.env._(
                    "The customer does not want to be called on %s any more.",
                    call_back.ticket_id._get_call_back_words(call_back),
                )
            )
