from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools import working_time


class SupportPastHours(models.Model):
    """Working time of a team on hours that it does not have any more.

    When hours change, what was worked until then is written down here, once for the
    team. So the next event of each ticket still finds the hours that were in force
    since the event before, however many tickets are open and whenever that is.
    """

    _name = "support.past.hours"
    _description = "Past Working Hours of a Team"
    _order = "id"
    _rec_name = "ended_at"
    _log_access = False

    team_id = fields.Many2one("support.team", required=True, ondelete="cascade")
    began_at = fields.Datetime("From", required=True)
    ended_at = fields.Datetime(
        "Until", required=True, help="The moment at which the hours were changed."
    )
    stretches = fields.Json(
        "Working time", help="Pairs of start and end, in seconds since 1970 (UTC)."
    )

    # Two changes at the same time cannot both tell what was worked before.
    _team_unique = models.UniqueIndex("(team_id, ended_at)")

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("Past working hours are written by the system alone.")
            )
        return super().create(vals_list)

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("Past working hours cannot be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise AccessError(self.env._("Past working hours cannot be deleted."))

    @api.model
    def _find_overlapping(self, team, low, high):
        """The past hours of a team that lie between two moments, in their order.

        :return: list of ``(start, end, stretches)``, all in seconds since the epoch
        """
        # sudo: support.past.hours: a customer's message moves the clock too
        found = self.sudo().search(
            [
                ("team_id", "=", team.id),
                ("ended_at", ">", working_time.to_moment(low)),
                ("began_at", "<", working_time.to_moment(high)),
            ],
            order="ended_at",
        )
        return [
            (
                working_time.to_seconds(hours.began_at),
                working_time.to_seconds(hours.ended_at),
                # Odoo keeps an empty list as nothing.
                hours.stretches or [],
            )
            for hours in found
        ]
