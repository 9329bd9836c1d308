"""The figures of a desk of years, beside the same read from raw messages."""

from collections.abc import Callable, Iterable

from odoo import SUPERUSER_ID, api

from . import facts, figures_raw
from .ours import OurSide
from .ours_mail import MESSAGE_ID, AnsweringMail, ledger_sql

ZONE = "America/Sao_Paulo"
# Every so many tickets of 24 were asked about and rated: 200,000 of 1,000,000.
RATED = 5
INDICES = (
    "opened_at",
    "first_response_at",
    "first_resolved_at",
    "resolved_at",
    "closed_at",
)
# When each thing happens between opening and end; half of the cases have two replies.
FIRST = "ticket.opened_at + (ticket.closed_at - ticket.opened_at) / 3"
AGAIN = "ticket.opened_at + (ticket.closed_at - ticket.opened_at) / 2"
ENDED, TWICE = "ticket.closed_at IS NOT NULL", "ticket.id % 2 = 0"
HELPED_BY_BOT = "ticket.id % 50 = 0"
_TAKEN = "EXTRACT(epoch FROM closed - created)::int"


class FiguresSide(AnsweringMail, OurSide):
    """Ours with mails, messages, history and customers' answers behind each ticket."""

    addons = ("customer_support", "customer_support_metrics")
    has_indices = True
    indices: dict[str, str]

    @property
    def scenarios(self) -> dict[str, Callable[[api.Environment], object]]:
        """What is measured, by name."""
        return super().scenarios | {
            "figures_30": self.read_days,
            "figures_all": self.read_years,
            "figures_late": self.read_late,
            "chart_all": self.read_chart,
            "raw_30": self.read_raw,
            "rollup_job": self.count_changes,
            "create_batch_plain": self.create_batch,
            **self.mail_scenarios,
        }

    def prepare(self, env: api.Environment) -> None:
        """Let the company's days be those of who reads the figures."""
        super().prepare(env)
        env.company.resource_calendar_id.tz = ZONE

    def user_of(self, scenario: str) -> int:
        """Return the user who does `scenario`."""
        if scenario in ("rollup_job", "raw_30"):
            return SUPERUSER_ID
        return super().user_of(scenario)

    def before(self, env: api.Environment, scenario: str) -> None:
        """Take the indices of the figures away for one row; this is not timed."""
        super().before(env, scenario)
        wanted = scenario != "create_batch_plain"
        if wanted == self.has_indices:
            return
        if wanted:
            for definition in self.indices.values():
                env.cr.execute(definition)
        else:
            env.cr.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE indexname = ANY(%s)",
                [[f"support_ticket_{column}_idx" for column in INDICES]],
            )
            self.indices = dict(env.cr.fetchall())
            assert len(self.indices) == len(INDICES), "the indices have other names"
            for name in self.indices:
                env.cr.execute(f"DROP INDEX {name}")
        env.cr.commit()
        self.has_indices = wanted

    # What is loaded

    def tables(self) -> list[str]:
        """Name the tables that `statements` fill."""
        return [
            *super().tables(),
            *("mail_message", "mail_tracking_value", "support_ticket_event"),
            *("support_ticket_wait", "support_sla_result"),
            *("support_survey_invitation", "rating_rating", "support_incoming_mail"),
        ]

    def empty(self, env: api.Environment) -> None:
        """Take all cases away, with what was said and asked."""
        env.cr.execute("DELETE FROM support_incoming_mail")
        env.cr.execute("DELETE FROM support_survey_invitation")
        env.cr.execute("DELETE FROM rating_rating WHERE res_model = 'support.ticket'")
        env.cr.execute("DELETE FROM mail_message WHERE model = 'support.ticket'")
        super().empty(env)

    def ticket_columns(self, env: api.Environment) -> dict[str, str]:
        """Return the columns of a ticket, with the times of its solution."""
        solved = "CASE WHEN kind = 'solved' THEN {} END"
        first = "created + (closed - created) / 3"
        return super().ticket_columns(env) | {
            "stage_since": "COALESCE(closed, created)",
            "first_response_at": first,
            "first_response_seconds": f"{_TAKEN} / 3",
            "first_response_business_seconds": f"{_TAKEN} / 9",
            "last_reply_at": f"CASE WHEN i % 2 = 0 THEN closed ELSE {first} END",
            "reply_count": "CASE WHEN closed IS NULL THEN 0 ELSE 2 - i % 2 END",
            **{
                f"{which}_seconds": solved.format(_TAKEN)
                for which in ("first_resolution", "resolution", "net_resolution")
            },
            **{
                f"{which}_business_seconds": solved.format(f"{_TAKEN} / 3")
                for which in ("first_resolution", "resolution", "net_resolution")
            },
        }

    def statements(self, env: api.Environment, size: facts.Size) -> Iterable[str]:
        """Give the SQL that fills the empty tables of the cases."""
        yield from super().statements(env, size)
        yield ledger_sql()
        yield from self._messages(env)
        yield from self._history()
        yield from self._answers(env)

    def _messages(self, env: api.Environment) -> Iterable[str]:
        comment = env.ref("mail.mt_comment").id
        agent = "coalesce(agent.partner_id, 2)"
        note = env.ref("mail.mt_note").id
        said, told = ("email", comment), ("notification", note)
        for place, (at, author, kind, condition) in enumerate(
            (
                ("ticket.opened_at", "ticket.partner_id", said, "true"),
                (FIRST, agent, said, ENDED),
                (AGAIN, "ticket.partner_id", said, f"{ENDED} AND {TWICE}"),
                ("ticket.closed_at", agent, said, f"{ENDED} AND {TWICE}"),
                ("ticket.closed_at", agent, told, ENDED),
            )
        ):
            yield self._message(place, at, author, *kind, condition)
        field = env["ir.model.fields"]._get("support.ticket", "stage_id").id
        yield f"""
            INSERT INTO mail_tracking_value
                   (mail_message_id, field_id, new_value_integer, create_date)
            SELECT message.id, {field}, ticket.stage_id, message.date
              FROM mail_message AS message
              JOIN support_ticket AS ticket ON ticket.id = message.res_id
             WHERE message.model = 'support.ticket'
               AND message.message_type = 'notification'"""

    def _message(
        self, place: int, at: str, author: str, kind: str, subtype: int, condition: str
    ) -> str:
        message_id = MESSAGE_ID.format(place=place, ticket="' || ticket.id || '")
        return f"""
            INSERT INTO mail_message (model, res_id, message_type, subtype_id, date,
                   author_id, message_id, body, create_uid, write_uid, create_date,
                   write_date)
            SELECT 'support.ticket', ticket.id, '{kind}', {subtype}, {at}, {author},
                   '{message_id}', '<p>' || ticket.name || '</p>', 1, 1, {at}, {at}
              FROM support_ticket AS ticket
              LEFT JOIN res_users AS agent ON agent.id = ticket.user_id
             WHERE {condition}"""

    def _history(self) -> Iterable[str]:
        moment = "ticket.company_id, ticket.team_id, ticket.user_id, ticket.channel_id"
        for kind, author, at, condition in (
            ("created", "customer", "ticket.opened_at", "true"),
            ("bot", "bot", "ticket.opened_at", HELPED_BY_BOT),
            ("customer_message", "customer", "ticket.opened_at", "true"),
            ("reply", "human", FIRST, ENDED),
            ("customer_message", "customer", AGAIN, f"{ENDED} AND {TWICE}"),
            ("reply", "human", "ticket.closed_at", f"{ENDED} AND {TWICE}"),
            ("stage", "human", "ticket.closed_at", ENDED),
        ):
            after = "ticket.stage_kind" if kind == "stage" else "'open'"
            yield f"""
                INSERT INTO support_ticket_event (ticket_id, kind, author_kind, at,
                       user_id, company_id, team_id, agent_id, channel_id, stage_kind)
                SELECT ticket.id, '{kind}', '{author}', {at}, ticket.user_id, {moment},
                       {after}
                  FROM support_ticket AS ticket WHERE {condition}"""
        for since, until, condition in (
            ("ticket.opened_at", FIRST, ENDED),
            (AGAIN, "ticket.closed_at", f"{ENDED} AND {TWICE}"),
        ):
            seconds = f"EXTRACT(epoch FROM ({until}) - ({since}))::int"
            yield f"""
                INSERT INTO support_ticket_wait (ticket_id, kind, outcome, is_first,
                       started_at, ended_at, seconds, business_seconds, company_id,
                       team_id, agent_id, channel_id)
                SELECT ticket.id, 'reply', 'answered', {since} = ticket.opened_at,
                       {since}, {until}, {seconds}, {seconds} / 3, {moment}
                  FROM support_ticket AS ticket WHERE {condition}"""
        for kind, at in (("response", FIRST), ("resolution", "ticket.closed_at")):
            yield f"""
                INSERT INTO support_sla_result (ticket_id, kind, target_key, outcome,
                       ended_at, company_id, team_id, agent_id, channel_id)
                SELECT ticket.id, '{kind}', '{kind}',
                       CASE WHEN ticket.id % 7 = 0 THEN 'missed' ELSE 'met' END,
                       {at}, {moment}
                  FROM support_ticket AS ticket WHERE {ENDED}"""

    def _answers(self, env: api.Environment) -> Iterable[str]:
        rule = env["support.survey.rule"].with_context(active_test=False)
        model = env["ir.model"]._get_id("support.ticket")
        rated = f"ticket.resolved_at IS NOT NULL AND ticket.id % 24 < {RATED}"
        yield f"""
            INSERT INTO support_survey_invitation (rule_id, kind, state, company_id,
                   ticket_id, team_id, agent_id, channel_id, reason_id, score, due_at,
                   sent_at, answered_at, create_date, write_date)
            SELECT {rule.search([], limit=1).id}, 'csat', 'answered', ticket.company_id,
                   ticket.id, ticket.team_id, ticket.user_id, ticket.channel_id,
                   ticket.reason_id, 1 + ticket.id / 24 % 5, ticket.closed_at,
                   ticket.closed_at, ticket.closed_at, ticket.closed_at,
                   ticket.closed_at
              FROM support_ticket AS ticket WHERE {rated}"""
        yield f"""
            INSERT INTO rating_rating (res_model, res_model_id, res_id, rating,
                   consumed, support_ticket_id, create_date, write_date)
            SELECT 'support.ticket', {model}, ticket.id, 1 + ticket.id / 24 % 5, true,
                   ticket.id, ticket.closed_at, ticket.closed_at
              FROM support_ticket AS ticket WHERE {rated}"""

    def after_load(self, env: api.Environment) -> None:
        """Count everything by day."""
        super().after_load(env)
        # PostgreSQL may leave an index alone until what built it is committed.
        env.cr.commit()
        env.cr.execute("ANALYZE")
        env.cr.execute("DELETE FROM support_metric_rollup")
        env.cr.execute("DELETE FROM support_metric_rollup_run")
        env["support.metric.rollup.run"]._refresh()
        env.cr.commit()
        env.cr.execute("ANALYZE support_metric_rollup")

    # What is timed

    def read_days(self, env: api.Environment) -> list[int]:
        """Open the dashboard on the last thirty days."""
        board = env["support.metric"].get_dashboard()
        figures = {card["key"]: card["figure"] for card in board["cards"]}
        return [figures[key]["n"] for key in figures_raw.COMPARED]

    def read_years(self, env: api.Environment) -> list[int]:
        """Open it on all that there is."""
        board = env["support.metric"].get_dashboard(self._get_years())
        assert board["period"]["as_of"], "the roll-up is not read"
        return [board["cards"][0]["figure"]["n"]]

    def read_late(self, env: api.Environment) -> list[int]:
        """Fill the cards for which the page of all years did not wait."""
        metrics, years = env["support.metric"], self._get_years()
        known = metrics._get_rollup_keys()
        keys = [one.key for one in metrics._get_metrics() if one.key not in known]
        return [len(metrics.get_cards(keys, years))]

    def read_chart(self, env: api.Environment) -> list[int]:
        """Read a time by month, by team and by channel, as curve and bars show it."""
        metrics = env["support.metric"]
        question = metrics._read_filters(self._get_years())
        metric = metrics._get_metric("first_response")
        figures = metrics._get_figures(metric, question, question.period.split())
        for group in ("team", "channel"):
            metrics._get_groups(metric, question, question.period, group)
        return [sum(figure.n for figure in figures)]

    def _get_years(self) -> dict[str, str]:
        first = self.size.until.replace(year=self.size.until.year - facts.YEARS - 1)
        return {"date_from": str(first.date()), "date_to": str(self.size.until.date())}

    def read_raw(self, env: api.Environment) -> list[int]:
        """Count the same from messages and tracking values."""
        metrics = env(user=self.agent_ids[0])["support.metric"]
        period = metrics._read_filters({}).period
        for one in (period.get_previous(), period):
            found = figures_raw.count(env, one.start, one.end)
        return found

    def count_changes(self, env: api.Environment) -> list[int]:
        """Bring the roll-up up to date."""
        env["support.metric.rollup.run"]._refresh()
        return [1]
