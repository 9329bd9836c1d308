"""What stands on the live board, and whose board shows what."""

from datetime import datetime, timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .metric_common import MetricCommon

NOON = (2026, 3, 2, 15)  # 12:00 in São Paulo: the team works


@tagged("post_install", "-at_install")
class TestLiveBoard(MetricCommon):
    def look(self, user=None, moment=NOON, **context):
        board = self.env["support.live"].with_user(user or self.lead)
        with self.at(*moment):
            return board.with_context(**context).get_board()

    def get_team(self, board, team=None):
        team = team or self.team
        return next(row for row in board["teams"] if row["id"] == team.id)

    def get_agent(self, board, user):
        agent = self.env["support.agent"].search([("user_id", "=", user.id)])
        (row,) = (row for row in board["agents"] if row["id"] == agent.id)
        return row

    def get_numbers(self, **options):
        row = self.get_team(self.look(**options))
        return [row[name] for name in ("open", "waiting", "unassigned")]

    # --- tickets ----------------------------------------------------------------------

    def test_open_waiting_and_unassigned_cases_are_counted(self):
        self.open_ticket(2026, 3, 2, 13)
        self.open_ticket(2026, 3, 2, 14, user_id=self.agent.id)
        self.answered(1)
        board = self.look()
        # Answering takes the ticket.
        self.assertEqual(self.get_numbers(), [3, 2, 1])
        row = self.get_team(board)
        self.assertEqual(row["waiting_since"], "2026-03-02 13:00:00")
        self.assertEqual(board["now"], "2026-03-02 15:00:00")

    def test_spam_merged_and_closed_cases_are_nobodys_turn(self):
        tickets = [self.open_ticket(2026, 3, 2, 13) for _number in range(3)]
        tickets[0].exclusion = "spam"
        tickets[1]._merge_into(tickets[2])
        self.solved(1)
        self.assertEqual(self.get_numbers()[0], 1)
        self.assertEqual(len(self.look(self.agent_own)["oldest"]), 1)

    def test_the_oldest_without_an_answer_stand_first_and_name_no_customer(self):
        late = self.open_ticket(2026, 3, 2, 14, name="Secret of Ana")
        old = self.open_ticket(2026, 3, 2, 12, user_id=self.agent.id)
        board = self.look(self.agent_own)
        self.assertEqual(
            [row["number"] for row in board["oldest"]], [old.number, late.number]
        )
        self.assertEqual(board["oldest"][0]["agent"], "Bia Ramos")
        for text in ("Secret", "Ana", "ana@example.com"):
            self.assertNotIn(text, str(board))

    def test_no_more_than_ten_are_named(self):
        for _number in range(11):
            self.open_ticket(2026, 3, 2, 14)
        board = self.look(self.agent_own)
        self.assertEqual(len(board["oldest"]), 10)
        self.assertEqual(self.get_team(board)["waiting"], 11)

    def test_deadlines_pass_by_the_clock_alone(self):
        ticket = self.open_ticket(2026, 3, 2, 13)  # 10:00, a reply within 4 hours
        self.assertEqual(ticket.response_deadline, datetime(2026, 3, 2, 17))
        ticket.at_risk_at = datetime(2026, 3, 2, 16)
        board = self.look(self.agent_own)
        row = self.get_team(board)
        self.assertEqual((row["late"], row["at_risk"]), (0, 0))
        self.assertEqual(board["oldest"][0]["deadline"], "good")
        self.assertEqual(board["next_change_at"], "2026-03-02 16:00:00")
        board = self.look(self.agent_own, (2026, 3, 2, 16, 30))
        row = self.get_team(board)
        self.assertEqual((row["late"], row["at_risk"]), (0, 1))
        self.assertEqual(board["oldest"][0]["deadline"], "at_risk")
        self.assertEqual(board["next_change_at"], "2026-03-02 17:00:00")
        board = self.look(self.agent_own, (2026, 3, 2, 17, 1))
        row = self.get_team(board)
        self.assertEqual((row["late"], row["at_risk"]), (1, 0))
        self.assertEqual(board["oldest"][0]["deadline"], "late")
        # Nothing more but the end of the day.
        self.assertEqual(board["next_change_at"], "2026-03-02 20:00:00")

    # --- people -----------------------------------------------------------------------

    def test_people_are_available_full_away_or_not_on_shift(self):
        self.open_ticket(2026, 3, 2, 13, user_id=self.agent.id)
        board = self.look(self.agent_own)
        self.assertEqual(
            {
                name: self.get_agent(board, self.agent)[name]
                for name in ("state", "open", "limit")
            },
            {"state": "available", "open": 1, "limit": 0},
        )
        agents = self.env["support.agent"]
        bia = agents.search([("user_id", "=", self.agent.id)])
        bia.max_open_tickets = 1
        board = self.look(self.agent_own)
        self.assertEqual(self.get_agent(board, self.agent)["state"], "full")
        bia.absent_until = datetime(2026, 3, 3)
        board = self.look(self.agent_own)
        self.assertEqual(self.get_agent(board, self.agent)["state"], "absent")
        evening = self.look(self.agent_own, (2026, 3, 2, 23))
        self.assertEqual(self.get_agent(evening, self.agent_own)["state"], "off")

    def test_the_board_looks_again_when_people_come_and_go(self):
        half_past_four = (2026, 3, 2, 19, 30)

        def next_change(*moment):
            return self.look(self.agent_own, moment)["next_change_at"]

        self.assertEqual(next_change(*half_past_four), "2026-03-02 20:00:00")
        # After the last day of a week: on Monday at nine.
        self.assertEqual(next_change(2026, 3, 6, 20), "2026-03-09 12:00:00")
        bia = self.env["support.agent"].search([("user_id", "=", self.agent.id)])
        bia.write(
            {
                "absent_from": datetime(2026, 3, 2, 19, 40),
                "absent_until": datetime(2026, 3, 2, 19, 50),
            }
        )
        self.assertEqual(next_change(*half_past_four), "2026-03-02 19:40:00")
        self.assertEqual(next_change(2026, 3, 2, 19, 40), "2026-03-02 19:50:00")
        self.env["resource.calendar.leaves"].create(
            {
                "name": "To the doctor",
                "resource_id": bia.resource_id.id,
                "date_from": datetime(2026, 3, 2, 18),
                "date_to": datetime(2026, 3, 2, 19, 35),
            }
        )
        self.assertEqual(next_change(*half_past_four), "2026-03-02 19:35:00")
        bia.resource_id.calendar_id = self._new_calendar("UTC", 8, 19.55)
        self.assertEqual(next_change(*half_past_four), "2026-03-02 19:33:00")

    def test_without_hours_and_absences_nobody_comes_or_goes(self):
        self.team.resource_calendar_id = False
        self.assertFalse(self.look(self.agent_own)["next_change_at"])

    def test_who_works_for_two_teams_stands_there_once(self):
        self.team_b.member_ids = [Command.link(self.agent.id)]
        self.assertTrue(self.get_agent(self.look(), self.agent))

    # --- whose board ------------------------------------------------------------------

    def test_a_team_sees_itself_and_a_manager_all(self):
        self.open_ticket(2026, 3, 2, 13, user_id=self.agent.id)
        theirs = self.open_ticket(2026, 3, 2, 13, team_id=self.team_b.id)
        for user in (self.agent, self.agent_own):
            board = self.look(user)
            teams = {row["id"] for row in board["teams"]}
            self.assertIn(self.team.id, teams)
            self.assertNotIn(self.team_b.id, teams)
            self.assertNotIn(theirs.number, [row["number"] for row in board["oldest"]])
            self.assertNotIn("Davi Nunes", [row["name"] for row in board["agents"]])
            self.assertEqual(self.get_team(board)["open"], 1)
        teams = {row["id"] for row in self.look()["teams"]}
        self.assertLessEqual({self.team.id, self.team_b.id}, teams)

    def test_who_has_no_team_has_an_empty_board(self):
        self.env["support.team"].search([]).visibility = "members"
        lonely = self._new_agent(
            "lina", "Lina Reis", "customer_support.group_support_agent"
        )
        board = self.look(lonely)
        self.assertEqual(
            (board["teams"], board["oldest"], board["agents"]), ([], [], [])
        )

    def test_others_are_refused(self):
        employee = self._new_agent("eva", "Eva Luz", "base.group_user")
        for user in (employee, self.portal_user):
            with self.assertRaises(AccessError):
                self.look(user)

    def test_another_company_is_another_board(self):
        company = self.env["res.company"].create({"name": "Second store"})
        team = self.team.copy(
            {"company_id": company.id, "resource_calendar_id": False, "alias_name": "x"}
        )
        self.lead.company_ids |= company
        own = self.look(allowed_company_ids=self.env.company.ids)
        self.assertNotIn(team.id, [row["id"] for row in own["teams"]])
        board = self.look(allowed_company_ids=company.ids)
        self.assertEqual([row["id"] for row in board["teams"]], team.ids)

    def test_the_number_of_queries_grows_with_nothing(self):
        self.open_ticket(2026, 3, 2, 13)
        counts = []
        for lap in range(3):
            self.env.flush_all()
            self.env.invalidate_all()
            # A new member of a team clears what Odoo keeps in memory.
            self.look(self.agent_own)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.look(self.agent_own)
            counts.append(self.env.cr.sql_log_count - before)
            for number in range(4 * lap, 4 * lap + 4):
                self.open_ticket(2026, 3, 2, 13, user_id=self.agent.id)
                member = self._new_agent(
                    f"new{number}",
                    f"New {number}",
                    "customer_support.group_support_agent",
                )
                self.team.member_ids = [Command.link(member.id)]
        # The first time nobody has a ticket, whose name would be read.
        self.assertEqual(counts[1], counts[2])
        self.assertLess(counts[2], 60)


@tagged("post_install", "-at_install")
class TestLiveChats(MetricCommon):
    def setUp(self):
        super().setUp()
        if "support_waiting_since" not in self.env["discuss.channel"]._fields:
            self.skipTest("without the addon of chats")
        self.livechat = self.env["im_livechat.channel"].create(
            {"name": "Store chat", "support_team_id": self.team.id}
        )

    def new_chat(self, **values):
        return self.env["discuss.channel"].create(
            {
                "name": "Visitor",
                "channel_type": "livechat",
                "livechat_channel_id": self.livechat.id,
                "livechat_operator_id": self.agent.partner_id.id,
                **values,
            }
        )

    def test_chats_that_wait_and_that_go_on_are_counted(self):
        now = datetime(2026, 3, 2, 15)
        minute = timedelta(minutes=1)
        self.new_chat(support_waiting_since=now - 2 * minute)
        self.new_chat(support_waiting_since=now - 5 * minute, has_support_ticket=True)
        self.new_chat(support_answered_at=now - minute)
        self.new_chat(support_answered_at=now - minute, livechat_end_dt=now)
        self.new_chat()
        board = self.env["support.live"].with_user(self.agent_own).get_board()
        self.assertTrue(board["has_chat"])
        row = next(row for row in board["teams"] if row["id"] == self.team.id)
        self.assertEqual((row["chats_waiting"], row["chats_running"]), (1, 1))
        self.assertEqual(row["chat_since"], "2026-03-02 14:58:00")
