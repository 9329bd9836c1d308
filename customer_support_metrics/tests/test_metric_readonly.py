"""What only reads runs where nothing can be written: on a replica, too."""

from odoo.tests import tagged

from .metric_common import MetricCommon

MARCH = {"date_from": "2026-03-01", "date_to": "2026-03-31"}
YEARS = {"date_from": "2024-01-01", "date_to": "2026-03-31"}
READING = (
    *("get_dashboard", "get_cards", "get_chart", "get_bars"),
    "get_tickets_action",
)


@tagged("post_install", "-at_install")
class TestReadonly(MetricCommon):
    def test_what_the_dashboard_asks_is_marked(self):
        for name in READING:
            self.assertTrue(getattr(type(self.metrics), name)._readonly, name)
        writing = type(self.metrics).update_rollup
        self.assertFalse(getattr(writing, "_readonly", False))

    def test_it_writes_nothing(self):
        self.solved(2)
        self.env["support.metric.rollup.run"]._refresh()
        self.env["support.goal"].create(
            {
                "team_id": self.team.id,
                "metric_key": "first_response",
                "target": 4,
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()
        for user in (self.lead, self.agent_own):
            for days in (MARCH, YEARS):
                with self.env.cr.savepoint(flush=False) as savepoint:
                    self.env.cr.execute("SET TRANSACTION READ ONLY")
                    self.read_all(user, {**days, "team_ids": self.team.ids})
                    # what was set inside ends with it
                    savepoint.rollback()
        self.env["res.partner"].create({"name": "Writing works again"})

    def read_all(self, user, filters):
        metrics = self.metrics.with_user(user)
        board = metrics.get_dashboard(filters)
        keys = [card["key"] for card in board["cards"]]
        self.assertEqual(len(metrics.get_cards(keys, filters)), len(keys))
        for card in board["cards"]:
            for part in metrics.get_chart(card["key"], filters)["parts"][:1]:
                metrics.get_bars(card["key"], part, filters)
            if card["has_tickets"]:
                action = metrics.get_tickets_action(card["key"], filters)
                self.env[action["res_model"]].with_user(user).search(action["domain"])
