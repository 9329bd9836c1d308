from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SupportTeam(models.Model):
    """What a team does with tickets whose customer does not answer."""

    _inherit = "support.team"

    idle_warning_days = fields.Integer(
        "Remind after",
        help="The customer is reminded by mail when we have waited this many days for"
        " an answer. 0 means never. Tickets on hold are left alone.",
    )
    idle_close_days = fields.Integer(
        "Then close after",
        default=3,
        help="Without an answer to the reminder, the ticket is closed this many days"
        " later. Any answer stops that. 0 means it stays open.",
    )
    idle_stage_kind = fields.Selection(
        [("solved", "Solved"), ("cancelled", "Cancelled")],
        "Close as",
        default="solved",
        required=True,
        help="Solved counts from our last reply. Reports can leave out what was closed"
        " without an answer.",
    )
    idle_template_id = fields.Many2one(
        "mail.template",
        "Reminder",
        domain=[("model", "=", "support.ticket")],
        help="Empty means the standard text. It goes out in the customer's language.",
    )

    @api.constrains("idle_warning_days", "idle_close_days")
    def _check_idle_days(self):
        if any(min(team.idle_warning_days, team.idle_close_days) < 0 for team in self):
            raise ValidationError(self.env._("A number of days is 0 (never) or more."))

    def _get_idle_template(self):
        """The reminder that customers of this team get."""
        standard = "customer_support.mail_template_idle_warning"
        return self.idle_template_id or self.env.ref(standard)
