"""How long customers wait: hand-computed."""

from datetime import date, datetime

from odoo.tests import tagged

from ..tools.metric_period import Period, get_bounds
from .metric_common import HOUR, MetricCommon


@tagged("post_install", "-at_install")
class TestFirstResponse(MetricCommon):
    def test_number_median_ninth_decile_and_mean(self):
        for hours in (1, 2, 3, 4, 5):
            self.answered(hours)
        figure = self.figure("first_response")
        self.assertEqual(figure.n, 5)
        self.assertAlmostEqual(figure.median, 3 * HOUR)
        self.assertAlmostEqual(figure.p90, 4.6 * HOUR)
        self.assertAlmostEqual(figure.mean, 3 * HOUR)
        self.assertEqual(figure.business_median, figure.median)

    def test_a_weekend_counts_on_the_calendar_and_not_in_working_hours(self):
        for _number in range(5):
            # Friday 16:00 to Monday 10:00
            ticket = self.open_ticket(2026, 3, 6, 19)
            self.reply_at(ticket, 2026, 3, 9, 13)
        figure = self.figure("first_response")
        self.assertEqual(figure.median, 66 * HOUR)
        self.assertEqual(figure.business_median, 2 * HOUR)

    def test_below_five_only_the_number_is_shown(self):
        for hours in (1, 2, 3, 4):
            self.answered(hours)
        figure = self.figure("first_response")
        self.assertEqual((figure.n, figure.is_hidden), (4, True))
        self.assertFalse(
            [
                name
                for name, value in figure.to_dict().items()
                if value and name not in ("n", "pending", "is_hidden")
            ]
        )

    def test_the_reply_belongs_to_who_wrote_it_not_to_who_has_the_ticket(self):
        ticket = self.open_ticket(2026, 3, 2, 12, user_id=self.agent_own.id)
        self.reply_at(ticket, 2026, 3, 2, 13)
        with self.at(2026, 3, 3, 13):
            ticket.team_id = self.team_b
        self.assertEqual(list(self.groups("first_response", "agent")), [self.agent.id])
        self.assertEqual(self.figure("first_response", team_ids=self.team_b.ids).n, 0)
        self.assertEqual(self.figure("replies", agent_ids=self.agent.ids).n, 1)
        self.assertEqual(self.figure("replies", agent_ids=self.agent_own.ids).n, 0)

    def test_it_counts_on_the_day_of_the_reply_where_the_reader_is(self):
        ticket = self.open_ticket(2026, 3, 2, 12)
        self.reply_at(ticket, 2026, 3, 4, 1)  # 3 March 22:00 in São Paulo
        self.assertEqual(self.figure("first_response", day=3).n, 1)
        self.assertEqual(self.figure("first_response", day=4).n, 0)
        self.assertEqual(self.figure("created", day=2).n, 1)

    def test_spam_never_enters(self):
        ticket = self.answered(1)
        ticket.exclusion = "spam"
        for key in ("first_response", "created", "replies", "backlog"):
            self.assertEqual(self.figure(key).n, 0, key)

    def test_a_merged_ticket_leaves_and_the_earliest_message_stays(self):
        first = self.open_ticket(2026, 3, 2, 12)
        second = self.open_ticket(2026, 3, 2, 14)
        with self.at(2026, 3, 2, 15):
            first._merge_into(second)
        self.reply_at(second, 2026, 3, 2, 16)
        self.assertEqual(self.figure("created").n, 1)
        self.assertEqual(self.figure("first_response").n, 1)
        self.assertEqual(self.behind("first_response"), second)
        self.assertEqual(second.first_response_seconds, 4 * HOUR)

    def test_a_reply_in_the_merged_ticket_belongs_to_its_agent(self):
        first = self.answered(1)
        second = self.open_ticket(2026, 3, 2, 14, user_id=self.agent_own.id)
        with self.at(2026, 3, 2, 15):
            first._merge_into(second)
        self.assertEqual(list(self.groups("first_response", "agent")), [self.agent.id])
        third = self.open_ticket(2026, 3, 2, 16, user_id=self.agent_own.id)
        with self.at(2026, 3, 2, 17):
            second._merge_into(third)
        self.assertEqual(list(self.groups("first_response", "agent")), [self.agent.id])


@tagged("post_install", "-at_install")
class TestNextReply(MetricCommon):
    def test_first_replies_are_left_out_and_messages_in_a_row_are_one_wait(self):
        ticket = self.answered(1)
        self.write_at(ticket, 2026, 3, 3, 12)
        self.write_at(ticket, 2026, 3, 3, 13)
        self.reply_at(ticket, 2026, 3, 3, 15)
        self.assertEqual(self.figure("next_reply").n, 1)
        metric = self.metrics._get_metric("next_reply")
        question = self.ask(date(2026, 3, 1), date(2026, 3, 31))
        cells = self.metrics._aggregate(metric, question, [question.period]).cells
        self.assertEqual([row["total"] for row in cells.values()], [3 * HOUR])

    def test_closing_without_a_reply_is_counted_apart(self):
        ticket = self.answered(1)
        self.write_at(ticket, 2026, 3, 3, 12)
        self.do_at(ticket, "action_close", 2026, 3, 3, 14)
        self.assertEqual(self.figure("next_reply").n, 0)
        self.assertEqual(self.figure("unanswered").value, 1)

    def test_a_message_that_was_split_off_is_a_case_of_its_own(self):
        ticket = self.answered(1)
        message = self.write_at(ticket, 2026, 3, 3, 12)
        with self.at(2026, 3, 4, 12):
            child = ticket._split(message, "The bulb too")
        self.reply_at(child, 2026, 3, 4, 13)
        self.assertEqual(self.figure("created", day=3).n, 1)
        self.assertEqual(self.figure("next_reply").n, 0)
        self.assertEqual(self.figure("first_response").n, 2)
        self.assertEqual(self.figure("first_response", day=4).n, 1)


@tagged("post_install", "-at_install")
class TestPeriod(MetricCommon):
    def test_days_are_as_long_as_the_clocks_make_them(self):
        day = Period(date(2026, 3, 29), date(2026, 3, 29), "Europe/Berlin")
        self.assertEqual(day.start, datetime(2026, 3, 28, 23))
        self.assertEqual(day.end, datetime(2026, 3, 29, 22))

    def test_a_case_in_the_lost_hour_counts_once(self):
        # Berlin is at UTC+1 until 2:00 on 29 March, and at UTC+2 from 3:00 on
        for moment in ((28, 22), (28, 23), (29, 0), (29, 1), (29, 21), (29, 22)):
            self.open_ticket(2026, 3, *moment)
        berlin = self.metrics.with_context(tz="Europe/Berlin")
        counts = [self.figure("created", day=d, metrics=berlin).n for d in (28, 29, 30)]
        self.assertEqual(counts, [1, 4, 1])
        self.assertEqual(self.figure("created", metrics=berlin).n, 6)

    def test_a_period_is_cut_into_parts_without_gap_or_overlap(self):
        for days, interval in ((31, "day"), (90, "week"), (400, "month")):
            last = date.fromordinal(date(2026, 1, 14).toordinal() + days - 1)
            period = Period(date(2026, 1, 14), last, "America/New_York")
            parts = period.split()
            self.assertEqual(period.interval, interval)
            bounds = get_bounds(parts)
            self.assertEqual((bounds[0], bounds[-1]), (period.start, period.end))
        self.assertEqual(parts[1].first, date(2026, 2, 1))

    def test_the_previous_period_is_as_long(self):
        period = Period(date(2026, 3, 1), date(2026, 3, 31), "UTC")
        previous = period.get_previous()
        self.assertEqual(previous.end, period.start)
        self.assertEqual(previous.days, 31)

    def test_a_gap_is_refused(self):
        march, may = (
            Period(date(2026, month, 1), date(2026, month, 30), "UTC")
            for month in (3, 5)
        )
        with self.assertRaises(ValueError):
            get_bounds([march, may])
