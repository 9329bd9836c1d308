"""Figures, reports and exports hold nothing of a team that one is not in."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .survey_common import SurveyCommon

# Rows about tickets, each with the column that names the ticket.
MODELS = {
    "support.ticket": "id",
    "support.ticket.report": "ticket_id",
    "support.ticket.event": "ticket_id",
    "support.sla.result": "ticket_id",
    "support.survey.invitation": "ticket_id",
    "rating.rating": "support_ticket_id",
    "support.held.reply": "ticket_id",
    "support.quality.review": "ticket_id",
}


@tagged("post_install", "-at_install")
class TestTeamIsolation(SurveyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team_b.visibility = "members"
        export = cls.env.ref("base.group_allow_export")
        for user in (cls.agent, cls.agent_own):
            user.group_ids += export
        cls.manager_models = (
            *("support.cost", "support.owed", "support.margin"),
            *("support.retention", "support.contact.source"),
        )

    def setUp(self):
        super().setUp()
        self.enterContext(self.at(2026, 3, 2, 13))
        self.ticket = self.make_ticket(
            team_id=self.team_b.id, partner_id=self.customer_b.id
        )
        self.customer_writes(self.ticket)
        self.agent_replies(self.ticket, agent=self.agent_b)
        self.ticket.with_user(self.agent_b).action_close()
        rule = self.make_rule()
        rule._queue(self.ticket)
        asked = self.invitations.search([("ticket_id", "=", self.ticket.id)])
        asked._run_due(self.datetime(2026, 3, 2, 13, 1))
        asked._answer(1, "Very slow", None)
        self.make_held()
        self.env.flush_all()

    def make_held(self):
        self.env["support.held.reply"].create(
            {
                "ticket_id": self.ticket.id,
                "user_id": self.agent_b.id,
                "mentor_id": self.lead.id,
                "body": "<p>A draft</p>",
            }
        )

    def test_no_row_no_group_and_no_export_of_a_foreign_team(self):
        shown = 0
        for name, column in MODELS.items():
            domain = [(column, "=", self.ticket.id)]
            foreign = self.env[name].search(domain)
            shown += bool(foreign)
            for user in (self.agent, self.agent_own):
                rows = self.env[name].with_user(user)
                with self.subTest(model=name, user=user.login):
                    try:
                        found = rows.search(domain)
                    except AccessError:
                        continue
                    self.assertFalse(found)
                    self.assertEqual(rows.search_count(domain), 0)
                    groups = rows._read_group(domain, [], ["__count"])
                    self.assertEqual(groups, [(0,)])
                    self.assertFalse(
                        rows.formatted_read_group(domain, [column], ["__count"])
                    )
                    if not foreign:
                        continue
                    self.env.invalidate_all()
                    with self.assertRaises(AccessError):
                        foreign.with_user(user).export_data(["id", "display_name"])
        # What was to be hidden was really there.
        self.assertGreaterEqual(shown, len(MODELS) - 1)

    def test_what_managers_alone_read_is_exported_by_nobody_else(self):
        for name in self.manager_models:
            rows = self.env[name].with_user(self.agent)
            for read in (
                lambda rows=rows: rows.search([]),
                lambda rows=rows: rows._read_group([], [], ["__count"]),
                lambda rows=rows: rows.search_count([]),
            ):
                with self.subTest(name), self.assertRaises(AccessError):
                    read()

    def test_the_dashboard_names_no_agent_and_no_score_of_a_foreign_team(self):
        period = {"date_from": "2026-03-01", "date_to": "2026-03-31"}
        metrics = self.env["support.metric"].with_user(self.agent)
        for filters in ({}, {"team_ids": self.team_b.ids}):
            board = metrics.get_dashboard({**period, **filters})
            cards = {card["key"]: card["figure"]["n"] for card in board["cards"]}
            self.assertEqual((cards["created"], cards["csat"]), (0, 0))
            self.assertNotIn(self.agent_b.name, str(board))
