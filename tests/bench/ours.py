"""Ours, and the floor beside it: a bare mail.thread model and a bare INSERT."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace

from odoo import SUPERUSER_ID, Command, api, http

from odoo.addons.customer_support.hooks import EMPTIED

from . import facts, ours_hours, ours_sla
from .facts import array_of, case_of
from .jobs import Jobs
from .scenarios import MAILS, PAGE
from .side import Side

CHANNELS = {
    "web": "customer_support.channel_web_form",
    "email": "customer_support.channel_email",
    "phone": "customer_support.channel_phone",
    "other": "customer_support.channel_backoffice",
}


class OurSide(Jobs, Side):
    """Each case is created with its number, event and deadline; mail is answered."""

    model = "support.ticket"
    addons = ("customer_support",)
    agent_group = "customer_support.group_support_agent_all"
    calendar_id = 0
    open_domain = [("closed_at", "=", False)]
    columns = (
        "number",
        "name",
        "partner_id",
        "user_id",
        "team_id",
        "stage_id",
        "reason_id",
        "priority",
        "tag_ids",
        "create_date",
    )

    @property
    def scenarios(self) -> dict[str, Callable[[api.Environment], object]]:
        """What is measured, with the floor, by name."""
        return super().scenarios | {
            "sla_job": ours_sla.run_job,
            **self.jobs,
            "bare_insert": self.insert_bare,
            "bare_one": self.create_one_bare,
            "bare_batch": self.create_batch_bare,
        }

    def _make_team(self, env: api.Environment, number: int):
        if not number:
            # Somebody is on shift, whenever it is measured.
            hours = ours_hours.make_calendar(env, "Bench", range(7), (0, 24))
            self.calendar_id = hours.id
        return env["support.team"].create(
            {
                "name": f"Bench team {number}",
                "member_ids": [Command.set(self.agent_ids)],
                "resource_calendar_id": self.calendar_id,
                "response_target_hours": 4,
                "next_reply_target_hours": 8,
                "resolution_target_hours": 24,
                "send_acknowledgement": True,
                **({} if number else {"alias_name": "bench-support"}),
            }
        )

    def _make_tag(self, env: api.Environment, number: int):
        return env["support.tag"].create({"name": f"Bench tag {number}"})

    def _make_reason(self, env: api.Environment, number: int):
        return env["support.reason"].create({"name": f"Reason {number}"})

    def tables(self) -> list[str]:
        """Name the tables that `statements` fill."""
        return ["support_ticket", "support_tag_support_ticket_rel", "mail_followers"]

    def empty(self, env: api.Environment) -> None:
        """Take all cases away, as when the addon is uninstalled.

        A truncation would cascade over transfers and orders to the whole store.
        """
        for name in EMPTIED:
            env.cr.execute(f"DELETE FROM {name.replace('.', '_')}")

    def statements(self, env: api.Environment, size: facts.Size) -> Iterable[str]:
        """Give the SQL that fills the empty tables of the cases."""
        columns = self.ticket_columns(env)
        # An addon without archive, for example, has no column for it.
        known = env[self.model]._fields
        columns = {name: sql for name, sql in columns.items() if name in known}
        yield f"""
            INSERT INTO support_ticket ({", ".join(columns)})
            SELECT {", ".join(columns.values())}
              FROM ({facts.cases_sql(size)}) AS cases"""
        yield f"""
            INSERT INTO support_tag_support_ticket_rel
                        (support_ticket_id, support_tag_id)
            SELECT i, {array_of(self.tag_ids)}[1 + tag]
              FROM ({facts.cases_sql(size)}) AS cases
             WHERE tag IS NOT NULL"""
        yield self.followers_sql()

    def ticket_columns(self, env: api.Environment) -> dict[str, str]:
        """Return the SQL of each column of a ticket that is loaded."""
        Stage = env["support.stage"]
        stage = {
            kind: Stage.search([("kind", "=", kind)], limit=1).id for kind in self.kinds
        }
        channel = {name: env.ref(xmlid).id for name, xmlid in CHANNELS.items()}
        closed = "COALESCE(closed, created)"
        return {
            "id": "i",
            "number": "i::text",
            "name": "title",
            "description": "'<p>' || title || '</p>'",
            "active": "true",
            "partner_id": f"{self.partner_ids[0]} + partner",
            "partner_name": "'Customer ' || 1 + partner",
            "email_from": "'customer-' || 1 + partner || '@shop.example'",
            "email_normalized": "'customer-' || 1 + partner || '@shop.example'",
            "lang": "'en_US'",
            "team_id": f"{array_of(self.team_ids)}[1 + team]",
            "user_id": f"{array_of(self.agent_ids)}[1 + agent]",
            "stage_id": case_of("kind", stage),
            "stage_kind": "kind",
            "priority": "priority",
            "reason_id": f"{array_of(self.reason_ids)}[1 + reason]",
            "channel_id": case_of("channel", channel),
            "company_id": str(env.company.id),
            "opened_at": "created",
            "clock_at": closed,
            "clock_kind": "kind",
            "first_customer_at": "created",
            "last_customer_message_at": "created",
            "waiting_since": "CASE WHEN kind IN ('new', 'open') THEN created END",
            "first_response_at": "closed",
            "first_response_seconds": "EXTRACT(epoch FROM closed - created)::int",
            "first_resolved_at": "CASE WHEN kind = 'solved' THEN closed END",
            "resolved_at": "CASE WHEN kind = 'solved' THEN closed END",
            "closed_at": "closed",
            "reply_count": "1",
            "touch_count": "2",
            "customer_message_count": "1",
            "resolution_deadline": f"created + {_ONE_DAY}",
            "due_at": f"CASE WHEN is_open THEN created + {_ONE_DAY} END",
            "create_date": "created",
            "write_date": closed,
            "create_uid": "1",
            "write_uid": "1",
        }

    def after_load(self, env: api.Environment) -> None:
        """Let new numbers come after those that were loaded."""
        sequence = env.ref("customer_support.support_ticket_sequence")
        sequence.number_next_actual = self.size.tickets + 1

    def number_text(self, number: int) -> str:
        """Return how the case with this number is called."""
        return str(number)

    def values(self, number: int) -> dict:
        """Return the values of a new case."""
        return {
            "name": f"The oak chair arrived broken, order S{number:07}",
            "description": "<p>The chair came with a broken leg.</p>",
            "partner_id": self.partner_ids[number % facts.PARTNERS],
            "team_id": self.team_ids[0],
            "reason_id": self.reason_ids[0],
            "priority": "1",
        }

    def search_portal(self, env: api.Environment) -> tuple[Sequence, int]:
        """Return a customer's own cases, by the portal's own code."""
        # The controllers can be imported once Odoo knows where the addons are.
        from odoo.addons.customer_support.controllers.portal import SupportPortal

        portal = SupportPortal()
        with _request(env):
            total = portal._search_tickets([], count=True)
            tickets = portal._search_tickets([], order="id desc", limit=PAGE)
        return tickets, total

    def portal_row(self, ticket) -> tuple:
        """Return what the portal's page shows of a case."""
        return (
            ticket.number,
            ticket.name,
            ticket.create_date,
            ticket.sale_order_id.name,
            ticket._get_portal_status(),
            ticket.closed_at or ticket._get_portal_next_step(),
        )

    def before(self, env: api.Environment, scenario: str) -> None:
        """Switch policies on or off; have cases due for the job."""
        super().before(env, scenario)
        if scenario == "sla_job":
            ours_sla.make_due(env, self.size)
        if scenario == "mail":
            # As the job does when it begins: the next mail has to wake it again.
            job = env.ref("customer_support.ir_cron_support_incoming_mail")
            env["ir.cron"]._clear_schedule({"id": job.id})
            env.cr.commit()

    def switch_sla(self, env: api.Environment, *, on: bool) -> None:
        """Let policies with three targets count for new cases, or none."""
        ours_sla.switch_sla(env, self.reason_ids[1], on=on)

    def switch_rules(self, env: api.Environment, *, on: bool) -> None:
        """Let each new case be given out in turn as well, which OCA's has not."""
        super().switch_rules(env, on=on)
        team = env(user=SUPERUSER_ID)["support.team"].browse(self.team_ids[0])
        team.assignment_mode = "turn" if on else "manual"
        env.cr.commit()

    def user_of(self, scenario: str) -> int:
        """Return the user who does `scenario`."""
        return SUPERUSER_ID if scenario == "sla_job" else super().user_of(scenario)

    def receive_mail(self, env: api.Environment) -> list[int]:
        """Take in mails: each is committed to the spool, then all are worked off."""
        self.take_in_mails(env)
        env["support.incoming.mail"]._cron_process()
        return [MAILS]

    def check(self, env: api.Environment, scenario: str, result: list) -> list:
        """See that each mail became a ticket and that its sender was told so."""
        if scenario in ours_hours.SCENARIOS:
            return [ours_hours.count_outdated(env, self.team_ids[0])]
        if scenario != "mail":
            return result
        mails = env["support.incoming.mail"].search([], order="id desc", limit=MAILS)
        told = [("model", "=", self.model), ("res_id", "in", mails.ticket_id.ids)]
        acknowledged = env["mail.mail"].search(told).mapped("res_id")
        return [len(set(acknowledged))]

    # The floor

    def create_one_bare(self, env: api.Environment) -> list[int]:
        """Create one record of the bare model."""
        self.created += 1
        return [len(env[_BARE].create(self._bare_values(self.created)))]

    def create_batch_bare(self, env: api.Environment) -> list[int]:
        """Create as many records of the bare model in one call."""
        first, self.created = self.created + 1, self.created + self.batch
        values = [self._bare_values(first + i) for i in range(self.batch)]
        return [len(env[_BARE].create(values))]

    def insert_bare(self, env: api.Environment) -> list[int]:
        """Insert one row without the ORM."""
        values = self._bare_values(1)
        env.cr.execute(
            """INSERT INTO support_test_plain_thread (name, description, partner_id,
                   email_from, create_uid, write_uid, create_date, write_date)
               VALUES (%s, %s, %s, %s, 1, 1, now(), now())""",
            [values[name] for name in ("name", "description", "partner_id")]
            + [values["email_from"]],
        )
        return [env.cr.rowcount]

    def _bare_values(self, number: int) -> dict:
        values = self.values(number)
        email = facts.CUSTOMER_EMAIL.format(number=number)
        kept = ("name", "description", "partner_id")
        return {name: values[name] for name in kept} | {"email_from": email}


_BARE = "support.test.plain.thread"
_ONE_DAY = "interval '1 day'"


@contextmanager
def _request(env: api.Environment) -> Iterator[None]:
    """Let a controller's code find `env` where it looks for it."""
    http._request_stack.push(SimpleNamespace(env=env))
    try:
        yield
    finally:
        http._request_stack.pop()
