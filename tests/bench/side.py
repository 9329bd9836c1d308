"""What is in both databases, made alike; each side says what it calls things."""

from collections.abc import Iterable
from datetime import datetime

from odoo import Command, api

from . import facts
from .scenarios import Scenarios


class Side(Scenarios):
    """One helpdesk: what it calls things, and how its database is filled.

    :cvar agent_group: the group of an agent who sees every case
    :cvar addons: what is installed beside the store, each with its version printed
    """

    addons: tuple[str, ...]
    agent_group: str
    kinds: tuple[str, ...] = ("new", "open", "waiting", "solved", "cancelled")

    def __init__(self) -> None:
        self.partner_ids: list[int] = []
        self.agent_ids: list[int] = []
        self.team_ids: list[int] = []
        self.tag_ids: list[int] = []
        self.reason_ids: list[int] = []
        self.portal_user_id = 0
        self.size = facts.Size(0, datetime(2000, 1, 1))
        self.created = 0
        self.batch = 0

    # What is there before the cases

    def prepare(self, env: api.Environment) -> None:
        """Make customers, agents, teams and whatever else a case refers to."""
        self.partner_ids = self._insert_partners(env)
        self._make_mail_domain(env)
        self.agent_ids = [self._make_agent(env, i).id for i in range(facts.AGENTS)]
        self.team_ids = [self._make_team(env, i).id for i in range(facts.TEAMS)]
        self.tag_ids = [self._make_tag(env, i).id for i in range(facts.TAGS)]
        self.reason_ids = [self._make_reason(env, i).id for i in range(facts.REASONS)]
        self.portal_user_id = self._make_portal_user(env).id

    def _insert_partners(self, env: api.Environment) -> list[int]:
        env.cr.execute(facts.partners_sql())
        ids = sorted(row[0] for row in env.cr.fetchall())
        env.cr.execute(
            "UPDATE res_partner SET commercial_partner_id = id WHERE id = ANY(%s)",
            [ids],
        )
        # The cases are loaded by adding to the first id.
        assert ids == list(range(ids[0], ids[0] + facts.PARTNERS))
        return ids

    def _make_mail_domain(self, env: api.Environment) -> None:
        domain = env["mail.alias.domain"].search([], limit=1)
        domain = domain or domain.create({"name": "shop.example"})
        env.company.alias_domain_id = domain

    def _make_agent(self, env: api.Environment, number: int):
        return (
            env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": f"Agent {number}",
                    "login": f"bench-agent-{number}",
                    "email": f"agent-{number}@shop.example",
                    "tz": "America/Sao_Paulo",
                    "group_ids": [
                        Command.set(
                            [
                                env.ref("base.group_user").id,
                                env.ref(self.agent_group).id,
                            ]
                        )
                    ],
                }
            )
        )

    def _make_portal_user(self, env: api.Environment):
        return (
            env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "partner_id": self.partner_ids[0],
                    "login": "bench-customer",
                    "group_ids": [Command.set([env.ref("base.group_portal").id])],
                }
            )
        )

    def _make_team(self, env: api.Environment, number: int):
        raise NotImplementedError

    def _make_tag(self, env: api.Environment, number: int):
        raise NotImplementedError

    def _make_reason(self, env: api.Environment, number: int):
        raise NotImplementedError

    # The cases

    def statements(self, env: api.Environment, size: facts.Size) -> Iterable[str]:
        """Give the SQL that fills the empty tables of the cases."""
        raise NotImplementedError

    def tables(self) -> list[str]:
        """Name the tables that `statements` fill."""
        raise NotImplementedError

    def empty(self, env: api.Environment) -> None:
        """Take all cases away; nothing of the store refers to them."""
        # Deleting them takes an hour: they refer to one another without an index.
        env.cr.execute(f"TRUNCATE {self.model.replace('.', '_')} CASCADE")

    def followers_sql(self) -> str:
        """Return the INSERT that makes each case's agent follow it, as Odoo does."""
        table = self.model.replace(".", "_")
        return f"""
            INSERT INTO mail_followers (res_model, res_id, partner_id)
            SELECT '{self.model}', ticket.id, agent.partner_id
              FROM {table} AS ticket
              JOIN res_users AS agent ON agent.id = ticket.user_id"""

    def after_load(self, env: api.Environment) -> None:
        """Mend what else follows from the cases."""
