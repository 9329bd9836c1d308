"""What is timed, done alike to both helpdesks: each gives what it found."""

import uuid
from collections.abc import Callable, Sequence

from odoo import SUPERUSER_ID, api
from odoo.fields import Domain

from . import facts

PAGE = 80
# As the web client asks: it counts no further than this.
COUNT_LIMIT = 10_001
KANBAN_PAGE = 40
# What a mailbox hands over when it is looked into.
MAILS = 10
# What each case of some scenarios goes through, on both sides.
AUTOMATION = {
    "name": "Bench",
    "trigger": "on_create",
    "filter_domain": "[('priority', '=', '1')]",
}
AUTOMATION_ACTION = {
    "name": "Bench",
    "state": "code",
    "code": "records.write({'priority': '2'})",
    "usage": "base_automation",
}
MAIL = """\
From: Customer <{sender}>
To: {address}
Subject: The oak chair arrived broken, order S{number:07}
Message-ID: <{unique}@mail.example>
Date: Sat, 21 Nov 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Hello,

the chair came with a broken leg. Can you send a new one?

Many greetings
"""


class Scenarios:
    """The pages of a helpdesk as its users ask for them.

    :cvar model: the model of a case
    :cvar open_domain: what is still to be done
    :cvar columns: the fields of a page, the same ones on both sides
    """

    model: str
    open_domain: list
    columns: tuple[str, ...]
    list_order: str | None = None
    portal_order = "create_date desc"
    # Scenarios that do more than one at a time: what is told is the share of one.
    portions = {"mail": MAILS}
    address = "bench-support@shop.example"

    partner_ids: list[int]
    agent_ids: list[int]
    portal_user_id: int
    size: facts.Size
    created: int
    batch: int
    has_sla = False
    has_rules = False

    @property
    def scenarios(self) -> dict[str, Callable[[api.Environment], object]]:
        """What is measured, by name."""
        return {
            "list": self.read_list,
            "list_open": self.read_open,
            "kanban_open": self.read_kanban_open,
            "kanban_all": self.read_kanban_all,
            "customer": self.read_customer,
            "number": self.read_number,
            "title_rare": self.read_title_rare,
            "title_common": self.read_title_common,
            "portal": self.read_portal,
            "count_stage": self.count_by_stage,
            "month_user": self.count_by_month_and_user,
            "create_one": self.create_one,
            "create_batch": self.create_batch,
            "mail": self.receive_mail,
            "create_one_sla": self.create_one,
            "create_batch_sla": self.create_batch,
            "create_one_rules": self.create_one,
            "create_batch_rules": self.create_batch,
        }

    def user_of(self, scenario: str) -> int:
        """Return the user who does `scenario`."""
        if scenario == "mail":
            return SUPERUSER_ID
        return self.portal_user_id if scenario == "portal" else self.agent_ids[0]

    def before(self, env: api.Environment, scenario: str) -> None:
        """Get ready for one time of `scenario`; this is not timed."""
        wanted = scenario.endswith(("_sla", "_rules"))
        if wanted != self.has_sla:
            self.switch_sla(env, on=wanted)
            self.has_sla = wanted
        wanted = scenario.endswith("_rules")
        if wanted != self.has_rules:
            self.switch_rules(env, on=wanted)
            self.has_rules = wanted

    def switch_sla(self, env: api.Environment, *, on: bool) -> None:
        """Let policies with three targets count for new cases, or none."""
        raise NotImplementedError

    def switch_rules(self, env: api.Environment, *, on: bool) -> None:
        """Let one of Odoo's automation rules change each new case, or none."""
        env = env(user=SUPERUSER_ID)
        rules = env["base.automation"].with_context(active_test=False)
        rule = rules.search([("name", "=", AUTOMATION["name"])])
        if on and not rule:
            model = env["ir.model"]._get(self.model).id
            rule = rules.create({**AUTOMATION, "model_id": model})
            env["ir.actions.server"].create(
                {
                    **AUTOMATION_ACTION,
                    "model_id": model,
                    "base_automation_id": rule.id,
                }
            )
        rule.active = on
        env.cr.commit()

    def check(self, env: api.Environment, scenario: str, result: list) -> list:
        """Return the result once it was looked at; this is not timed."""
        return result

    def read_list(self, env: api.Environment) -> list[int]:
        """Open the list of all cases."""
        return self._page(env, [])

    def read_open(self, env: api.Environment) -> list[int]:
        """Open the list of what is to be done."""
        return self._page(env, self.open_domain)

    def read_customer(self, env: api.Environment) -> list[int]:
        """List the cases of one customer."""
        return self._page(env, [("partner_id", "=", self.partner_ids[0])])

    def read_number(self, env: api.Environment) -> list[int]:
        """Find one case by its number."""
        wanted = self.number_text(self.size.wanted_number)
        return self._page(env, [("number", "=", wanted)])

    def read_title_rare(self, env: api.Environment) -> list[int]:
        """Search the titles for a phrase that few of them have."""
        return self._page(env, [("name", "ilike", facts.RARE_PHRASE)])

    def read_title_common(self, env: api.Environment) -> list[int]:
        """Search the titles for a word that a tenth of them has."""
        return self._page(env, [("name", "ilike", facts.COMMON_WORD)])

    def read_kanban_open(self, env: api.Environment) -> list[int]:
        """Open the board of what is to be done."""
        return self._board(env, self.open_domain)

    def read_kanban_all(self, env: api.Environment) -> list[int]:
        """Open the board of all cases ever."""
        return self._board(env, [])

    def read_portal(self, env: api.Environment) -> list[int]:
        """List a customer's own cases, as the portal's page does."""
        tickets, total = self.search_portal(env)
        for ticket in tickets:
            self.portal_row(ticket)
        return [len(tickets), total]

    def search_portal(self, env: api.Environment) -> tuple[Sequence, int]:
        """Return the first page of a customer's own cases, and how many there are."""
        domain = self.portal_domain(env)
        total = env[self.model].search_count(domain)
        tickets = env[self.model].search(domain, order=self.portal_order, limit=PAGE)
        return tickets, total

    def count_by_stage(self, env: api.Environment) -> list[int]:
        """Count all cases by stage."""
        rows = env[self.model].formatted_read_group([], ["stage_id"], ["__count"])
        return [sum(1 for row in rows if row["__count"])] + self._sum(rows)

    def count_by_month_and_user(self, env: api.Environment) -> list[int]:
        """Count all cases by month and agent, as the pivot does."""
        rows = env[self.model].formatted_read_group(
            [], ["create_date:month", "user_id"], ["__count"]
        )
        return [len(rows)] + self._sum(rows)

    def create_one(self, env: api.Environment) -> list[int]:
        """Create one case, as the back office does."""
        return env[self.model].create(self._next_values()).mapped(lambda _one: 1)

    def create_batch(self, env: api.Environment) -> list[int]:
        """Create many cases in one call."""
        values = [self._next_values() for _ in range(self.batch)]
        return [len(env[self.model].create(values))]

    def take_in_mails(self, env: api.Environment) -> list[int]:
        """Take in what a mailbox hands over, each committed by itself.

        :return: the id that each mail is answered with, 0 or False for none
        """
        thread_ids = []
        for _ in range(MAILS):
            thread = env["mail.thread"]
            thread_ids.append(thread.message_process(None, self.raw_mail()))
            env.cr.commit()
        return thread_ids

    def receive_mail(self, env: api.Environment) -> list[int]:
        """Take in the mails that a mailbox hands over, each of a known customer."""
        raise NotImplementedError

    # How it is asked for

    def values(self, number: int) -> dict:
        """Return the values of a new case."""
        raise NotImplementedError

    def number_text(self, number: int) -> str:
        """Return how the case with this number is called."""
        raise NotImplementedError

    def portal_domain(self, env: api.Environment) -> list | Domain:
        """Return what the portal's page searches for."""
        raise NotImplementedError

    def portal_row(self, ticket) -> tuple:
        """Return what the portal's page shows of a case."""
        raise NotImplementedError

    def raw_mail(self) -> bytes:
        """Return a new mail of a known customer, another one each time."""
        self.created += 1
        customer = 1 + self.created % (facts.PARTNERS - 1)
        mail = MAIL.format(
            sender=facts.CUSTOMER_EMAIL.format(number=customer + 1),
            address=self.address,
            number=self.created,
            unique=uuid.uuid4(),
        )
        return mail.replace("\n", "\r\n").encode()

    def _next_values(self) -> dict:
        self.created += 1
        return self.values(self.created)

    def _sum(self, rows: list[dict]) -> list[int]:
        return [sum(row["__count"] for row in rows)]

    def _specification(self, env: api.Environment) -> dict:
        """Return the columns as the web client names them."""
        fields = env[self.model]._fields
        shown = {"fields": {"display_name": {}}}
        return {name: shown if fields[name].relational else {} for name in self.columns}

    def _page(self, env: api.Environment, domain: list) -> list[int]:
        found = env[self.model].web_search_read(
            domain,
            self._specification(env),
            limit=PAGE,
            order=self.list_order,
            count_limit=COUNT_LIMIT,
        )
        return [len(found["records"]), found["length"]]

    def _board(self, env: api.Environment, domain: list) -> list[int]:
        found = (
            env[self.model]
            .with_context(read_group_expand=True)
            .web_read_group(
                domain,
                ["stage_id"],
                auto_unfold=True,
                unfold_read_specification=self._specification(env),
                unfold_read_default_limit=KANBAN_PAGE,
            )
        )
        cards = sum(len(group.get("__records", ())) for group in found["groups"])
        return [cards] + self._sum(found["groups"])
