"""What tests of figures have in common: cases at fixed moments, and questions."""

from datetime import date

from odoo.addons.customer_support.tests.test_clock_log import ClockCommon

HOUR = 3600


class MetricCommon(ClockCommon):
    """March 2026 in São Paulo (UTC-3), 9 to 17 from Monday to Friday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.metrics = cls.env["support.metric"].with_user(cls.lead)

    def ask(self, first, last, metrics=None, **filters):
        metrics = self.metrics if metrics is None else metrics
        return metrics._read_filters(
            {"date_from": str(first), "date_to": str(last), **filters}
        )

    def figure(self, key, *, day=None, metrics=None, **filters):
        """The figure of March, or of one day of it, for the first team."""
        metrics = self.metrics if metrics is None else metrics
        first = date(2026, 3, day) if day else date(2026, 3, 1)
        last = date(2026, 3, day) if day else date(2026, 3, 31)
        question = self.ask(
            first, last, metrics, **{"team_ids": self.team.ids, **filters}
        )
        metric = metrics._get_metric(key)
        return metrics._get_figures(metric, question, [question.period])[0]

    def groups(self, key, group_by, **filters):
        question = self.ask(
            date(2026, 3, 1),
            date(2026, 3, 31),
            **{"team_ids": self.team.ids, **filters},
        )
        metric = self.metrics._get_metric(key)
        return self.metrics._get_groups(metric, question, question.period, group_by)

    def behind(self, key, user=None, **filters):
        """The tickets behind the figure of March."""
        metrics = self.metrics.with_user(user or self.lead)
        action = metrics.get_tickets_action(
            key,
            {
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
                "team_ids": self.team.ids,
                **filters,
            },
        )
        tickets = self.env["support.ticket"].with_user(user or self.lead)
        return tickets.search(action["domain"])

    def answered(self, hours, day=2, **vals):
        """A case of 9:00 that the agent answers after some hours."""
        ticket = self.open_ticket(2026, 3, day, 12, **vals)
        self.reply_at(ticket, 2026, 3, day, 12 + hours)
        return ticket

    def solved(self, hours, day=2, **vals):
        """A case of 9:00, answered after an hour and solved after some."""
        ticket = self.answered(1, day, **vals)
        self.do_at(ticket, "action_close", 2026, 3, day, 12 + hours)
        return ticket
