"""Which cases are reviewed by whom: a draw that can be made again."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.customer_support.models.support_due_job_mixin import (
    conflicts_left_to_the_next_run,
)

from ..tools.metric_period import Period
from ..tools.sampling import get_share, shuffle
from .support_metric_source_ticket import COUNTED

WEEK = timedelta(days=7)


class SupportQualityScorecard(models.Model):
    _inherit = "support.quality.scorecard"

    @api.model
    def _cron_draw(self):
        """Draw the cases of the last whole week, once for each scorecard."""
        today = fields.Date.context_today(self)
        monday = today - timedelta(days=today.weekday()) - WEEK
        domain = [("sample_size", ">", 0)]
        domain += ["|", ("drawn_week", "=", False), ("drawn_week", "<", monday)]
        progress = self.env["ir.cron"]
        scorecards = self.search(domain)
        progress._commit_progress(remaining=len(scorecards))
        for scorecard in scorecards:
            with conflicts_left_to_the_next_run(self.env), self.env.cr.savepoint():
                scorecard.try_lock_for_update(allow_referencing=True)._draw(monday)
            if not progress._commit_progress(1):
                break

    def _draw(self, monday):
        """Draw the cases of one week; drawn again, it finds the same ones.

        :param date monday: when the week began
        :return: the new ``support.quality.review``
        """
        # sudo: support.quality.review, support.ticket.event: the draw looks at all
        # cases, and nobody chooses what is reviewed
        scorecards = self.sudo()
        reviews = self.env["support.quality.review"].sudo()
        for scorecard in scorecards:
            for agent, tickets in scorecard._get_answered(monday).items():
                reviews += scorecard._draw_for_agent(agent, tickets, monday)
            scorecard.drawn_week = monday
        return reviews

    def _get_answered(self, monday):
        """The cases that each agent answered in a week.

        :return: dict of ``res.users`` and ``support.ticket``
        """
        zone = (self.company_id or self.env.company).resource_calendar_id.tz or "UTC"
        period = Period(monday, monday + timedelta(days=6), zone)
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT reply.user_id, reply.ticket_id
                     FROM support_ticket_event reply
                     JOIN support_ticket ticket ON ticket.id = reply.ticket_id
                     JOIN res_users agent ON agent.id = reply.user_id
                    WHERE reply.kind = 'reply' AND reply.author_kind = 'human'
                      AND reply.at >= %s AND reply.at < %s
                      AND agent.active AND NOT agent.share AND %s AND %s""",
                period.start,
                period.end,
                COUNTED,
                self._get_draw_scope(),
            )
        )
        found = defaultdict(list)
        for user_id, ticket_id in rows:
            found[user_id].append(ticket_id)
        users, tickets = self.env["res.users"], self.env["support.ticket"].sudo()
        return {
            users.browse(user_id): tickets.browse(sorted(ids))
            for user_id, ids in sorted(found.items())
        }

    def _get_draw_scope(self):
        conditions = [SQL("TRUE")]
        if self.company_id:
            conditions.append(SQL("ticket.company_id = %s", self.company_id.id))
        if self.team_ids:
            conditions.append(SQL("reply.team_id IN %s", tuple(self.team_ids.ids)))
        return SQL(" AND ").join(conditions)

    def _draw_for_agent(self, agent, tickets, monday):
        known = self.env["support.quality.review"].sudo()
        known = known.search([("agent_id", "=", agent.id), ("week", "=", monday)])
        own = known.filtered(lambda review: review.scorecard_id == self)
        missing = self.sample_size - len(own.ticket_id)
        values = []
        for ticket in self._shuffle_tickets(tickets - known.ticket_id, agent, monday):
            if missing <= 0:
                break
            chosen = self._prepare_draw(ticket, agent, monday)
            values += chosen
            missing -= bool(chosen)
        return known.create(values)

    def _shuffle_tickets(self, tickets, agent, monday):
        return tickets.browse(shuffle(tickets.ids, self.seed, monday, agent.id))

    def _prepare_draw(self, ticket, agent, monday):
        """The values of the one or two reviews of a case; none without a reviewer."""
        reviewers = self._find_reviewers(ticket, agent)
        is_double = get_share(self.seed, "twice", ticket.id) * 100 < self.double_share
        return [
            {
                "scorecard_id": self.id,
                "ticket_id": ticket.id,
                "agent_id": agent.id,
                "team_id": ticket.team_id.id,
                "reviewer_id": reviewer.id,
                "week": monday,
                "round": number,
            }
            for number, reviewer in enumerate(reviewers[: 1 + is_double], 1)
        ]

    def _find_reviewers(self, ticket, agent):
        """Who may review a case, in the order of the draw."""
        pool = self.reviewer_ids or ticket.team_id.leader_id
        draft = self.env["support.quality.review"].sudo()
        workers = draft.new(
            {"ticket_id": ticket.id, "agent_id": agent.id}
        )._get_workers()
        fit = pool.filtered(
            lambda user: user.active and user.id not in workers.ids
        ).filtered(lambda user: ticket.with_user(user).has_access("read"))
        return fit.browse(shuffle(fit.ids, self.seed, ticket.id))
