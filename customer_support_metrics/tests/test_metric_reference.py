"""Figures against a reference that reads raw messages and tracking values.

It shares no code with the addon: it knows neither the log nor the columns of a ticket.
"""

import random
from datetime import date, datetime, timedelta
from statistics import fmean, median

from odoo.tests import tagged

from .metric_common import MetricCommon

MINUTES_OF_A_YEAR = 364 * 24 * 60


@tagged("post_install", "-at_install")
class TestReference(MetricCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        kinds = cls.env["support.stage"].search([])
        cls.kind_by_stage = {stage.id: stage.kind for stage in kinds}

    # --- a random year ------------------------------------------------------------

    def play_year(self, seed, tickets):
        """Let customers and agents do what they do, all through 2025."""
        chance = random.Random(seed)
        for _number in range(tickets):
            moment = datetime(2025, 1, 1, 3) + timedelta(
                minutes=chance.randrange(MINUTES_OF_A_YEAR)
            )
            ticket = self.step(moment, self.open_at)
            for _step in range(chance.randint(4, 12)):
                moment += timedelta(minutes=chance.randint(1, 2500))
                do = chance.choice(
                    2 * [self.agent_replies, self.customer_writes]
                    + [self.wait, self.close, self.note]
                )
                self.step(moment, do, ticket)

    def step(self, moment, do, *args):
        with self.at(*moment.timetuple()[:5]):
            result = do(*args)
            self.env.flush_all()
            self.env.cr.flush()  # the tracking values are written here
        return result

    def open_at(self):
        ticket = self.make_ticket()
        self.customer_writes(ticket)
        return ticket

    def wait(self, ticket):
        if not ticket.closed_at:
            ticket.with_user(self.agent).action_wait()

    def close(self, ticket):
        if not ticket.closed_at:
            ticket.with_user(self.agent).action_close()

    def note(self, ticket):
        ticket.with_user(self.agent).message_post(
            body="Ask the warehouse", message_type="comment"
        )

    # --- the reference --------------------------------------------------------------

    def read_raw(self):
        """What was said and where tickets went, by ticket, in order."""
        self.env.cr.execute(
            """SELECT message.res_id AS ticket, message.id, message.date,
                      author.partner_share AS is_customer,
                      message.message_type IN ('comment', 'email')
                        AND NOT coalesce(subtype.internal, false) AS is_public,
                      tracking.new_value_integer AS stage
                 FROM mail_message message
                 JOIN support_ticket ticket ON ticket.id = message.res_id
                 LEFT JOIN res_partner author ON author.id = message.author_id
                 LEFT JOIN mail_message_subtype subtype
                   ON subtype.id = message.subtype_id
                 LEFT JOIN (mail_tracking_value tracking
                            JOIN ir_model_fields field
                              ON field.id = tracking.field_id
                             AND field.name = 'stage_id')
                   ON tracking.mail_message_id = message.id
                WHERE message.model = 'support.ticket' AND ticket.team_id = %s
                ORDER BY message.res_id, message.date, message.id""",
            [self.team.id],
        )
        raw = {}
        for row in self.env.cr.dictfetchall():
            raw.setdefault(row["ticket"], []).append(row)
        return raw

    def get_expected(self):
        """Durations of each figure, found in the raw rows alone."""
        found = {key: [] for key in ("first", "next", "solved", "first_solved")}
        reopened = 0
        for rows in self.read_raw().values():
            spoken = [row for row in rows if row["is_public"] and not row["stage"]]
            opened = spoken[0]["date"]
            stages = [
                (row["date"], self.kind_by_stage[row["stage"]])
                for row in rows
                if row["stage"]
            ]
            waits = list(self.find_waits(spoken, stages))
            found["first"] += waits[:1]
            found["next"] += waits[1:]
            solved = [at for at, kind in stages if kind == "solved"]
            if solved:
                found["first_solved"].append((opened, solved[0]))
                if stages[-1][1] == "solved":
                    found["solved"].append((opened, solved[-1]))
                reopened += len(solved) > 1 or stages[-1][1] != "solved"
        return found, reopened

    def find_waits(self, spoken, stages):
        closings = [at for at, kind in stages if kind == "solved"]
        since = None
        for row in spoken:
            if since and any(since <= at <= row["date"] for at in closings):
                since = None
            if row["is_customer"]:
                since = since or row["date"]
            elif since:
                yield since, row["date"]
                since = None

    def count_working_seconds(self, start, end):
        """Minutes between 9 and 17 from Monday to Friday, three hours behind UTC."""
        minutes, moment = 0, start
        while moment < end:
            local = moment - timedelta(hours=3)
            minutes += local.weekday() < 5 and 9 <= local.hour < 17
            moment += timedelta(minutes=1)
        return minutes * 60

    # --- equal ------------------------------------------------------------------------

    def test_a_random_year_gives_the_same_figures(self):
        self.play_year(seed=20250101, tickets=30)
        expected, reopened = self.get_expected()
        for key, name in (
            ("first_response", "first"),
            ("next_reply", "next"),
            ("full_resolution", "solved"),
            ("first_resolution", "first_solved"),
        ):
            figure, spans = self.figure_of_year(key), expected[name]
            self.assertGreaterEqual(len(spans), 5, key)
            self.assertEqual(figure.n, len(spans), key)
            seconds = [(end - start).total_seconds() for start, end in spans]
            working = [self.count_working_seconds(*span) for span in spans]
            self.assertSpread(figure, "", seconds, key)
            self.assertSpread(figure, "business_", working, key)
        self.assertEqual(self.figure_of_year("reopen_rate").hits, reopened)
        self.assertTrue(reopened)

    def figure_of_year(self, key):
        question = self.ask(date(2025, 1, 1), date(2026, 2, 28), team_ids=self.team.ids)
        metric = self.metrics._get_metric(key)
        return self.metrics._get_figures(metric, question, [question.period])[0]

    def assertSpread(self, figure, prefix, values, key):
        for name, value in (
            ("mean", fmean(values)),
            ("median", median(values)),
            ("p90", percentile(values, 0.9)),
        ):
            shown = getattr(figure, prefix + name)
            self.assertAlmostEqual(shown, value, places=3, msg=f"{key} {prefix}{name}")


def percentile(values, share):
    """The value that a share of the others is below, between two of them."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
