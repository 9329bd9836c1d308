"""How cases end: hand-computed."""

from datetime import date, datetime

from odoo.tests import tagged

from .metric_common import HOUR, MetricCommon


@tagged("post_install", "-at_install")
class TestResolution(MetricCommon):
    def test_first_full_and_net_differ_by_reopening_and_by_waiting(self):
        for _number in range(5):
            ticket = self.answered(1)
            self.do_at(ticket, "action_wait", 2026, 3, 2, 13)
            self.write_at(ticket, 2026, 3, 2, 15)
            self.do_at(ticket, "action_close", 2026, 3, 2, 16)
            self.write_at(ticket, 2026, 3, 3, 12)
            self.do_at(ticket, "action_close", 2026, 3, 3, 14)
        # 9:00 to 13:00; to 11:00 of the next day, of which 2 hours were the customer's
        first, full, net = (
            self.figure(f"{name}_resolution") for name in ("first", "full", "net")
        )
        self.assertEqual((first.median, first.business_median), (4 * HOUR, 4 * HOUR))
        self.assertEqual((full.median, full.business_median), (26 * HOUR, 10 * HOUR))
        self.assertEqual((net.median, net.business_median), (24 * HOUR, 8 * HOUR))

    def test_a_case_that_is_open_again_has_no_resolution(self):
        ticket = self.solved(3)
        self.write_at(ticket, 2026, 3, 3, 12)
        self.assertEqual(self.figure("full_resolution").n, 0)
        self.assertEqual(self.figure("first_resolution").n, 1)
        self.assertEqual(self.figure("reopen_rate").hits, 1)

    def test_the_solution_belongs_to_who_closed_it(self):
        ticket = self.answered(1)
        with self.at(2026, 3, 2, 15):
            ticket.with_user(self.lead).action_close()
        self.assertEqual(list(self.groups("full_resolution", "agent")), [self.lead.id])

    def test_silence_ends_a_case_at_our_last_reply(self):
        ticket = self.answered(2)
        self.do_at(ticket, "action_wait", 2026, 3, 2, 15)
        self.team.write({"idle_warning_days": 3, "idle_close_days": 3})
        with self.at(2026, 3, 12, 12):
            ticket._close_idle()
        self.assertEqual(self.figure("full_resolution", day=2).n, 1)
        self.assertEqual(self.figure("full_resolution", day=12).n, 0)
        self.assertEqual(ticket.resolution_seconds, 2 * HOUR)

    def test_reopened_of_solved(self):
        tickets = [self.solved(3) for _number in range(5)]
        self.write_at(tickets[0], 2026, 3, 4, 12)
        figure = self.figure("reopen_rate")
        self.assertEqual((figure.n, figure.hits, figure.value), (5, 1, 20))

    def test_of_the_cases_opened_those_that_are_solved(self):
        for _number in range(4):
            self.solved(3)
        for _number in range(2):
            self.open_ticket(2026, 3, 3, 12)
        cancelled = self.open_ticket(2026, 3, 3, 12)
        self.do_at(cancelled, "action_cancel", 2026, 3, 3, 13)
        figure = self.figure("resolution_rate")
        self.assertEqual((figure.n, figure.hits), (6, 4))
        self.assertAlmostEqual(figure.value, 100 * 4 / 6)


@tagged("post_install", "-at_install")
class TestFirstContact(MetricCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason, cls.other_reason = cls.env["support.reason"].create(
            [{"name": "Broken lamp"}, {"name": "Lost parcel"}]
        )
        cls.people = cls.env["res.partner"].create(
            [
                {"name": f"Customer {number}", "email": f"c{number}@example.com"}
                for number in range(6)
            ]
        )

    def solved_for(self, number, **vals):
        partner = self.people[number]
        return self.solved(2, partner_id=partner.id, reason_id=self.reason.id, **vals)

    def figure_on(self, day):
        with self.at(2026, 3, day, 12):
            return self.figure("first_contact")

    def test_it_is_pending_for_a_week(self):
        for number in range(5):
            self.solved_for(number)
        early, late = self.figure_on(5), self.figure_on(20)
        self.assertEqual((early.n, early.pending, early.value), (0, 5, None))
        self.assertEqual((late.n, late.pending, late.value), (5, 0, 100))

    def test_a_no_is_known_at_once(self):
        ticket = self.solved_for(0)
        self.write_at(ticket, 2026, 3, 3, 12)
        self.reply_at(ticket, 2026, 3, 3, 13)
        self.do_at(ticket, "action_close", 2026, 3, 3, 14)
        figure = self.figure_on(4)
        self.assertEqual((figure.n, figure.hits, figure.pending), (1, 0, 0))

    def test_thanks_do_no_harm_and_an_unanswered_question_does(self):
        thanked, asked = self.solved_for(0), self.answered(1)
        with self.at(2026, 3, 3, 12):
            self.customer_writes(thanked, "Thank you!")
        self.write_at(asked, 2026, 3, 2, 14)
        self.do_at(asked, "action_close", 2026, 3, 2, 15)
        figure = self.figure_on(20)
        self.assertEqual((figure.n, figure.hits), (2, 1))
        self.assertEqual(self.behind("first_contact"), thanked | asked)

    def test_the_same_matter_again_within_a_week_is_a_no(self):
        for number in range(4):
            self.solved_for(number)
        # the same reason, another reason, too late, another customer
        for number, day, reason in (
            (0, 4, self.reason),
            (1, 4, self.other_reason),
            (2, 12, self.reason),
            (5, 4, self.reason),
        ):
            self.open_ticket(
                2026, 3, day, 12,
                partner_id=self.people[number].id,
                reason_id=reason.id,
            )  # fmt: skip
        figure = self.figure_on(20)
        self.assertEqual((figure.n, figure.hits), (4, 3))

    def chatted(self, number):
        """A live chat of three lines of the agent that ends with the solution."""
        ticket = self.open_ticket(
            2026, 3, 2, 12, partner_id=self.people[number].id,
            reason_id=self.reason.id,
        )  # fmt: skip
        for minutes in (1, 2, 3):
            ticket._record_event(
                "reply",
                author_kind="human",
                user=self.agent,
                at=datetime(2026, 3, 2, 12, minutes),
                payload={"line": True},
            )
        self.do_at(ticket, "action_close", 2026, 3, 2, 13)
        return ticket

    def test_all_lines_of_a_live_chat_are_one_reply(self):
        self.chatted(0)
        asked = self.chatted(1)
        self.assertEqual(asked.reply_count, 3)
        figure = self.figure_on(20)
        self.assertEqual((figure.n, figure.hits), (2, 2))
        # A mail after the chat is a second one.
        self.reply_at(asked, 2026, 3, 2, 14)
        figure = self.figure_on(20)
        self.assertEqual((figure.n, figure.hits), (2, 1))

    def test_the_same_order_with_another_reason_is_a_no(self):
        vals = {"sale_order_id": self.order.id}
        self.solved(2, reason_id=self.reason.id, **vals)
        self.open_ticket(2026, 3, 4, 12, reason_id=self.other_reason.id, **vals)
        figure = self.figure_on(20)
        self.assertEqual((figure.n, figure.hits), (1, 0))


@tagged("post_install", "-at_install")
class TestBacklog(MetricCommon):
    def open_on(self, *days, **filters):
        return [self.figure("backlog", day=day, **filters).n for day in days]

    def test_a_past_day_counts_what_was_open_then(self):
        ticket = self.answered(1)
        self.do_at(ticket, "action_close", 2026, 3, 4, 13)
        self.write_at(ticket, 2026, 3, 6, 13)
        self.do_at(ticket, "action_close", 2026, 3, 9, 13)
        self.assertEqual(self.open_on(1, 2, 3, 4, 5, 6, 8, 9), [0, 1, 1, 0, 0, 1, 1, 0])

    def test_the_curve_says_the_same(self):
        self.test_a_past_day_counts_what_was_open_then()
        chart = self.metrics.get_chart(
            "backlog",
            {
                "date_from": "2026-03-01",
                "date_to": "2026-03-10",
                "team_ids": self.team.ids,
            },
        )
        counts = [point["figure"]["n"] for point in chart["points"]]
        self.assertEqual(counts, [0, 1, 1, 0, 0, 1, 1, 1, 0, 0])

    def test_it_belongs_to_the_team_that_had_it_then(self):
        ticket = self.open_ticket(2026, 3, 2, 12)
        with self.at(2026, 3, 4, 12):
            ticket.team_id = self.team_b
        self.assertEqual(self.open_on(2, 3, 4), [1, 1, 0])
        self.assertEqual(self.open_on(3, 4, team_ids=self.team_b.ids), [0, 1])

    def test_it_belongs_to_the_agent_who_had_it_then(self):
        ticket = self.open_ticket(2026, 3, 2, 12, user_id=self.agent.id)
        with self.at(2026, 3, 4, 12):
            ticket.user_id = self.agent_own
        with self.at(2026, 3, 6, 12):
            ticket.user_id = False
        with self.at(2026, 3, 8, 12):
            ticket.user_id = self.agent
        days = (2, 3, 4, 5, 6, 7, 8, 9)
        for agent, expected in (
            (self.agent, [1, 1, 0, 0, 0, 0, 1, 1]),
            (self.agent_own, [0, 0, 1, 1, 0, 0, 0, 0]),
        ):
            self.assertEqual(self.open_on(*days, agent_ids=agent.ids), expected)
        self.assertEqual(self.open_on(*days), [1] * 8)

    def test_its_age(self):
        for _number in range(5):
            self.open_ticket(2026, 3, 2, 15)
        # 12:00 to the end of the next day: 36 hours
        figure = self.figure("backlog", day=3)
        self.assertEqual((figure.value, figure.median), (5, 36 * HOUR))

    def test_a_merged_ticket_is_no_backlog(self):
        first = self.open_ticket(2026, 3, 2, 12)
        second = self.open_ticket(2026, 3, 3, 12)
        with self.at(2026, 3, 4, 12):
            first._merge_into(second)
        # The one that stays is as old as the first.
        self.assertEqual(self.open_on(2, 3, 4), [1, 1, 1])


@tagged("post_install", "-at_install")
class TestTrace(MetricCommon):
    def test_every_figure_is_the_sum_of_the_tickets_behind_it(self):
        for hours in (2, 3, 4, 5, 6):
            self.solved(hours)
        reopened = self.solved(2, day=3)
        self.write_at(reopened, 2026, 3, 4, 12)
        self.reply_at(reopened, 2026, 3, 4, 15)
        self.answered(1, day=5).exclusion = "test"
        with self.at(2026, 3, 25, 12):
            for metric in self.metrics._get_metrics():
                # Those counted from documents lead to these.
                has_tickets = metric.has_tickets and not metric.documents
                if has_tickets and metric.key not in ("replies", "backlog"):
                    figure = self.figure(metric.key)
                    self.assertEqual(len(self.behind(metric.key)), figure.n, metric.key)
        figure = self.figure("full_resolution")
        tickets = self.behind("full_resolution")
        self.assertEqual(
            sum(tickets.mapped("resolution_seconds")), round(figure.mean * figure.n)
        )
        self.assertEqual(
            sum(tickets.mapped("resolution_business_seconds")),
            round(figure.business_mean * figure.n),
        )
        self.assertEqual(
            sum(self.behind("replies").mapped("reply_count")), self.figure("replies").n
        )

    def test_parts_add_up_to_the_whole(self):
        reasons = self.env["support.reason"].create([{"name": "A"}, {"name": "B"}])
        for number in range(6):
            self.solved(2, reason_id=reasons[number % 2].id if number else False)
        for group in ("team", "agent", "channel", "reason"):
            parts = self.groups("full_resolution", group)
            self.assertEqual(sum(part.n for part in parts.values()), 6, group)
        self.assertEqual(set(self.groups("created", "reason")), {*reasons.ids, False})

    def test_a_reason_stands_for_the_finer_ones(self):
        parent = self.env["support.reason"].create({"name": "Damage"})
        child = parent.create({"name": "Glass", "parent_id": parent.id})
        self.open_ticket(2026, 3, 2, 12, reason_id=child.id)
        self.assertEqual(self.figure("created", reason_ids=parent.ids).n, 1)

    def test_days_follow_each_other(self):
        for day in (2, 3, 3, 4):
            self.open_ticket(2026, 3, day, 12)
        question = self.ask(date(2026, 3, 1), date(2026, 3, 5), team_ids=self.team.ids)
        figures = self.metrics._get_figures(
            self.metrics._get_metric("created"), question, question.period.split()
        )
        self.assertEqual([figure.n for figure in figures], [0, 1, 2, 1, 0])
