"""What a figure is asked for: a period, teams, agents, channels, reasons, and whose."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.metric_filters import Filters
from ..tools.metric_period import Period
from .support_metric import PARTS

AGENT = "customer_support.group_support_agent"
LONGEST_DAYS = 3660


class SupportMetric(models.AbstractModel):
    _inherit = "support.metric"

    @api.model
    def _read_filters(self, values):
        """A question as a browser sends it, checked.

        :param dict values: date_from and date_to (local days, both included; the last
            30 days when empty), team_ids, agent_ids, channel_ids, reason_ids
        :return: ``Filters``
        :raise UserError: if the days make no period
        """
        values = values or {}
        today = fields.Date.context_today(self)
        last = self._read_day(values.get("date_to")) or today
        first = self._read_day(values.get("date_from")) or last - timedelta(days=29)
        if not 0 <= (last - first).days < LONGEST_DAYS:
            raise UserError(
                self.env._("The first day must not be after the last one.")
                if last < first
                else self.env._("A period has ten years at most.")
            )
        reasons = _read_ids(values.get("reason_ids"))
        if reasons:
            tree = self.env["support.reason"].with_context(active_test=False)
            reasons = tuple(tree.search([("id", "child_of", list(reasons))]).ids)
        return Filters(
            period=Period(first, last, self.env.tz.zone),
            team_ids=_read_ids(values.get("team_ids")),
            agent_ids=_read_ids(values.get("agent_ids")),
            channel_ids=_read_ids(values.get("channel_ids")),
            reason_ids=reasons,
            parts=tuple(
                (part, ids)
                for part in PARTS
                if (ids := _read_ids(values.get(f"{part}_ids")))
            ),
        )

    @api.model
    def _read_day(self, value):
        try:
            return fields.Date.to_date(value) or None
        except ValueError as error:
            raise UserError(self.env._("%s is not a day.", value)) from error

    @api.model
    def _get_allowed_team_ids(self):
        """The teams whose figures the user may see; None means all.

        A team sees itself: who answers only the own tickets still sees how the team
        does. Tickets are shown by their own rules.

        :raise AccessError: for others than support staff
        """
        user = self.env.user
        if self.env.su or user.has_group(f"{AGENT}_all"):
            return None
        if not user.has_group(AGENT):
            raise AccessError(self.env._("Only support staff sees these figures."))
        # sudo: support.team: which teams the user belongs to
        if user.has_group(f"{AGENT}_team"):
            return tuple(user.sudo().support_readable_team_ids.ids)
        return tuple(user.sudo().support_team_ids.ids)


def _read_ids(value):
    return tuple(int(one) for one in value or ())
