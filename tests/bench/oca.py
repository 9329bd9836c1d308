"""OCA's helpdesk: ``helpdesk_mgmt`` with its companions, as it is installed."""

from collections.abc import Iterable

from odoo import SUPERUSER_ID, Command, api
from odoo.fields import Domain

from . import facts
from .facts import array_of, case_of
from .side import Side

STAGES = {
    "new": "helpdesk_mgmt.helpdesk_ticket_stage_new",
    "open": "helpdesk_mgmt.helpdesk_ticket_stage_in_progress",
    "waiting": "helpdesk_mgmt.helpdesk_ticket_stage_awaiting",
    "solved": "helpdesk_mgmt.helpdesk_ticket_stage_done",
    "cancelled": "helpdesk_mgmt.helpdesk_ticket_stage_cancelled",
}
CHANNELS = ("web", "email", "phone", "other")


class OcaSide(Side):
    """The peer: no deadline on create (its SLA is off) and no acknowledgement."""

    model = "helpdesk.ticket"
    addons = (
        "helpdesk_mgmt",
        "helpdesk_mgmt_rating",
        "helpdesk_mgmt_sale",
        "helpdesk_mgmt_sla",
        "helpdesk_type",
    )
    agent_group = "helpdesk_mgmt.group_helpdesk_user"
    open_domain = [("closed", "=", False)]
    columns = (
        "number",
        "name",
        "partner_id",
        "user_id",
        "team_id",
        "stage_id",
        "category_id",
        "priority",
        "tag_ids",
        "create_date",
    )

    def _make_team(self, env: api.Environment, number: int):
        alias = {"alias_name": "bench-support"} if not number else {}
        return env["helpdesk.ticket.team"].create(
            {
                "name": f"Bench team {number}",
                "user_ids": [Command.set(self.agent_ids)],
                **alias,
            }
        )

    def _make_tag(self, env: api.Environment, number: int):
        return env["helpdesk.ticket.tag"].create({"name": f"Bench tag {number}"})

    def _make_reason(self, env: api.Environment, number: int):
        return env["helpdesk.ticket.category"].create({"name": f"Reason {number}"})

    def tables(self) -> list[str]:
        """Name the tables that `statements` fill."""
        return [
            "helpdesk_ticket",
            "helpdesk_ticket_helpdesk_ticket_tag_rel",
            "mail_followers",
        ]

    def statements(self, env: api.Environment, size: facts.Size) -> Iterable[str]:
        """Give the SQL that fills the empty tables of the cases."""
        stage = {kind: env.ref(xmlid).id for kind, xmlid in STAGES.items()}
        channel = {
            name: env.ref(f"helpdesk_mgmt.helpdesk_ticket_channel_{name}").id
            for name in CHANNELS
        }
        yield f"""
            INSERT INTO helpdesk_ticket (id, number, name, description, user_id,
                stage_id, partner_id, commercial_partner_id, company_id, channel_id,
                category_id, team_id, sequence, partner_name, partner_email, priority,
                unattended, active, last_stage_update, assigned_date, closed_date,
                create_date, write_date, create_uid, write_uid, rating_status,
                positive_rate_percentage)
            SELECT i, 'HT' || lpad(i::text, 7, '0'), title, '<p>' || title || '</p>',
                   {array_of(self.agent_ids)}[1 + agent],
                   {case_of("kind", stage)}, {self.partner_ids[0]} + partner,
                   {self.partner_ids[0]} + partner, {env.company.id},
                   {case_of("channel", channel)},
                   {array_of(self.reason_ids)}[1 + reason],
                   {array_of(self.team_ids)}[1 + team], 10, 'Customer ' || 1 + partner,
                   'customer-' || 1 + partner || '@shop.example', priority,
                   kind = 'new', true, COALESCE(closed, created), created, closed,
                   created, COALESCE(closed, created), 1, 1, 'stage_change', -1
              FROM ({facts.cases_sql(size)}) AS cases"""
        yield f"""
            INSERT INTO helpdesk_ticket_helpdesk_ticket_tag_rel
            SELECT i, {array_of(self.tag_ids)}[1 + tag]
              FROM ({facts.cases_sql(size)}) AS cases
             WHERE tag IS NOT NULL"""
        yield self.followers_sql()

    def switch_sla(self, env: api.Environment, *, on: bool) -> None:
        """Let policies with three targets count for new cases, or none."""
        env = env(user=SUPERUSER_ID)
        env["helpdesk.ticket.team"].browse(self.team_ids).write(
            {
                "use_sla": on,
                "resource_calendar_id": env.company.resource_calendar_id.id,
            }
        )
        policies = env["helpdesk.sla"].with_context(active_test=False)
        if on and not policies.search_count([("name", "=", "Bench")], limit=1):
            done = env.ref(STAGES["solved"]).id
            policies.create(
                [
                    {"name": "Bench", "hours": hours, "stage_id": done}
                    for hours in (4, 8, 24)
                ]
            )
        env.cr.commit()

    def number_text(self, number: int) -> str:
        """Return how the case with this number is called."""
        return f"HT{number:07}"

    def values(self, number: int) -> dict:
        """Return the values of a new case."""
        return {
            "name": f"The oak chair arrived broken, order S{number:07}",
            "description": "<p>The chair came with a broken leg.</p>",
            "partner_id": self.partner_ids[number % facts.PARTNERS],
            "team_id": self.team_ids[0],
            "category_id": self.reason_ids[0],
            "priority": "1",
        }

    def portal_domain(self, env: api.Environment) -> Domain:
        """Return what the portal's page searches for: the rule, once more."""
        return env["ir.rule"]._compute_domain(self.model, "read")

    def portal_row(self, ticket) -> tuple:
        """Return what the portal's page shows of a case."""
        return (
            ticket.number,
            ticket.name,
            ticket.partner_id.id,
            ticket.sudo().category_id.complete_name,
            ticket.stage_id.name,
            ticket.create_date,
            ticket.last_stage_update,
            ticket.closed_date,
        )

    def receive_mail(self, env: api.Environment) -> list[int]:
        """Take in the mails that a mailbox hands over, each committed by itself."""
        return [sum(1 for thread_id in self.take_in_mails(env) if thread_id)]
