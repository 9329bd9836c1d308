"""What the dashboard asks for: cards, a curve with its parts, the tickets behind."""

import json
from dataclasses import asdict

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime

from .support_metric import ALL_GROUPS, GROUPS

MOST_BARS = 12
# The names of what figures can be filtered by.
_FILTERED = {
    "teams": "support.team",
    "channels": "support.channel",
    "reasons": "support.reason",
}


class SupportMetric(models.AbstractModel):
    _inherit = "support.metric"

    @api.model
    @api.readonly
    def get_dashboard(self, filters=None):
        """All figures of a period beside those of the period before.

        What takes long has a card without figures: ``get_cards`` gives them.

        :param dict filters: see ``_read_filters``
        :return: dict with period, cards and options (what can be chosen)
        :raise AccessError: for others than support staff
        """
        question = self._read_filters(filters)
        periods = _get_periods(question)
        metrics = self._get_shown_metrics(question)
        late = self._find_late_keys(metrics, question, periods)
        return {
            "period": self._prepare_period(question, periods),
            "cards": self._prepare_cards(metrics, question, late),
            "options": self._prepare_options(),
        }

    @api.model
    @api.readonly
    def get_cards(self, keys, filters=None):
        """Some figures of the dashboard, each with its card.

        :param list keys: of figures; those that the user may not see are left out
        :param dict filters: see ``_read_filters``
        :return: list of cards
        :raise AccessError: for others than support staff
        """
        question = self._read_filters(filters)
        metrics = self._get_shown_metrics(question)
        asked = [metric for metric in metrics if metric.key in keys]
        return self._prepare_cards(asked, question)

    @api.model
    def _find_late_keys(self, _metrics, _question, _periods):
        """The keys of the figures for which the page should not wait."""
        return set()

    @api.model
    def _prepare_cards(self, metrics, question, late=()):
        goals = self._find_goals(question)
        ready = [metric for metric in metrics if metric.key not in late]
        figures = self._get_all_figures(ready, question, _get_periods(question))
        return [
            self._prepare_card(metric, figures.get(metric.key), goals)
            for metric in metrics
        ]

    @api.model
    def _get_shown_metrics(self, question):
        """The figures that exist for a question.

        One without parts is of the whole company: it says nothing of a single team.
        """
        is_part = question.is_cut or self._get_allowed_team_ids() is not None
        return [
            metric
            for metric in self._get_metrics()
            if metric.has_dimensions or not is_part
        ]

    @api.model
    def _prepare_period(self, question, periods):
        """The days that are shown, and those that they are compared with."""
        period = question.period
        return {
            "date_from": str(period.first),
            "date_to": str(period.last),
            "label": self._format_period(period),
            "previous_label": self._format_period(periods[0]),
        }

    @api.model
    def _prepare_card(self, metric, figures, goals):
        previous, figure = [one.to_dict() for one in figures or ()] or (False, False)
        return {
            **self._prepare_metric(metric),
            "figure": figure,
            "previous": previous,
            "goal": goals.get(metric.key, False),
        }

    @api.model
    def _prepare_metric(self, metric):
        names = (
            *("key", "name", "definition", "kind", "period", "digits"),
            *("higher_is_better", "has_dimensions", "has_tickets"),
        )
        values = asdict(metric)
        return {name: values[name] for name in names}

    @api.model
    def _find_goals(self, question):
        """The goals of the one team that is shown, in force on the last day.

        :return: dict of the key of a figure and what the card shows
        """
        teams = self._get_team_scope(question) or ()
        if len(teams) != 1:
            return {}
        day = question.period.last
        goals = self.env["support.goal"].search(
            [
                ("team_id", "=", teams[0]),
                ("date_from", "<=", day),
                ("date_to", ">=", day),
            ]
        )
        return {goal.metric_key: goal._prepare_card() for goal in goals}

    @api.model
    def _prepare_options(self):
        """Teams, channels, reasons and agents to choose from, as (id, name)."""
        allowed = self._get_allowed_team_ids()
        domains = {"teams": [] if allowed is None else [("id", "in", allowed)]}
        options = {
            name: [
                {"id": record.id, "name": record.display_name}
                for record in self.env[model].search(domains.get(name, []))
            ]
            for name, model in _FILTERED.items()
        }
        # sudo: res.users: the names of colleagues who answer tickets
        agents = self.env["support.agent"].sudo()
        agents = agents.search(
            [
                ("active", "=", True),
                ("user_id.company_ids", "in", self.env.companies.ids),
            ]
        ).user_id
        if allowed is not None:
            teams = self.env["support.team"].sudo().browse(allowed)
            agents &= teams.member_ids
        options["agents"] = [{"id": user.id, "name": user.name} for user in agents]
        return options

    # --- one figure -----------------------------------------------------------------

    @api.model
    @api.readonly
    def get_chart(self, key, filters=None):
        """One figure over time, and by team, agent, channel, reason and its own parts.

        :param str key: of a figure
        :return: dict with points and groups, each holds a figure; and parts, the
            further ones that ``get_bars`` counts
        """
        metric, question = self._get_metric(key), self._read_filters(filters)
        chart = {
            "interval": question.period.interval,
            "points": [],
            "groups": {},
            "parts": self._get_ticket_parts(metric),
        }
        if not metric.has_dimensions:
            return chart
        periods = question.period.split()
        figures = self._get_figures(metric, question, periods)
        chart["points"] = [
            {
                "label": self._format_period(period),
                "date_from": str(period.first),
                "date_to": str(period.last),
                "figure": figure.to_dict(),
            }
            for period, figure in zip(periods, figures, strict=True)
        ]
        chart["groups"] = {
            group: self._prepare_bars(metric, question, group)
            for group in (*metric.groups, *GROUPS)
        }
        return chart

    @api.model
    def _prepare_bars(self, metric, question, group):
        """The largest parts of a figure, each with its name."""
        figures = self._get_groups(metric, question, question.period, group)
        largest = sorted(figures, key=lambda one: figures[one].n, reverse=True)
        shown = largest[:MOST_BARS]
        # sudo: all models of groups: names, of colleagues who have left too
        records = self.env[ALL_GROUPS[group][1]].sudo().with_context(active_test=False)
        records = records.browse([one for one in shown if one]).exists()
        names = {record.id: record.display_name for record in records}
        return [
            {
                "id": one,
                "name": names.get(one, self.env._("None")),
                "figure": figures[one].to_dict(),
            }
            for one in shown
        ]

    @api.model
    @api.readonly
    def get_tickets_action(self, key, filters=None):
        """The list of the tickets that a figure was counted from.

        :return: an action; it shows those of the tickets that the user may read
        :raise UserError: if the figure has no tickets behind it
        """
        metric, question = self._get_metric(key), self._read_filters(filters)
        if not metric.has_tickets:
            raise UserError(
                self.env._("“%s” is not counted from tickets.", metric.name)
            )
        trace = json.dumps({"key": key, "filters": filters or {}})
        return {
            "type": "ir.actions.act_window",
            "name": f"{metric.name}: {self._format_period(question.period)}",
            "res_model": "support.ticket",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("metric_trace", "=", trace)],
            "context": {"create": False},
        }

    # --- words ------------------------------------------------------------------------

    @api.model
    def _format_moment(self, moment):
        return format_datetime(self.env, moment, dt_format="short")

    @api.model
    def _format_period(self, period):
        first, last = (
            format_date(self.env, day) for day in (period.first, period.last)
        )
        return first if period.days == 1 else f"{first} – {last}"


def _get_periods(question):
    """The period that is shown, after the one that it is compared with."""
    return [question.period.get_previous(), question.period]
