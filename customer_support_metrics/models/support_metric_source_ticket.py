"""The facts of tickets: opened, answered, solved, reopened, still open."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

# Odoo leaves a number empty in the database until it is something else than 0: hence
# the many coalesce.
# What is spam, a test, internal or merged away never enters.
COUNTED = SQL("ticket.exclusion IS NULL AND ticket.merged_into_id IS NULL")
# Who belongs to a fact when the log does not say: who has the ticket now.
OWN_COLUMNS = SQL(
    "ticket.company_id, ticket.team_id, ticket.user_id AS agent_id,"
    " ticket.channel_id, ticket.reason_id"
)
# The case and all that was merged into it, whatever that had taken in before: what
# happened there stays in their logs.
MERGED_IDS = SQL(
    """(WITH RECURSIVE part AS (
            SELECT ticket.id UNION ALL
            SELECT merged.id FROM part
              JOIN support_ticket merged ON merged.merged_into_id = part.id)
        SELECT part.id FROM part)"""
)
# The way back: where the case ``own`` goes on; itself unless it was merged.
SURVIVOR_ID = SQL(
    """CASE WHEN own.merged_into_id IS NULL THEN own.id ELSE (
        WITH RECURSIVE way AS (
            SELECT own.merged_into_id AS id UNION ALL
            SELECT step.merged_into_id FROM way
              JOIN support_ticket step ON step.id = way.id
             WHERE step.merged_into_id IS NOT NULL)
        SELECT survivor.id FROM way
          JOIN support_ticket survivor ON survivor.id = way.id
         WHERE survivor.merged_into_id IS NULL) END"""
)
# A case that a person of ours worked on; all others are counted apart. With EXISTS,
# PostgreSQL reads the log of all cases for the few that nobody has touched.
ATTENDED = SQL(
    """(coalesce(ticket.touch_count, 0) > 0 OR (
        SELECT closing.id FROM support_ticket_event closing
         WHERE closing.ticket_id = ticket.id
           AND closing.kind IN ('stage', 'created')
           AND closing.stage_kind = 'solved' AND closing.author_kind = 'human'
         LIMIT 1) IS NOT NULL)"""
)


def _closing(expression, order):
    """A column of the event that solved a ticket, the first or the last one."""
    return SQL(
        """(SELECT %s FROM support_ticket_event closing
             WHERE closing.ticket_id = ticket.id
               AND closing.kind IN ('stage', 'created')
               AND closing.stage_kind = 'solved'
             ORDER BY closing.id %s LIMIT 1)""",
        expression,
        order,
    )


_CLOSER = SQL(
    "CASE WHEN closing.author_kind = 'human' THEN closing.user_id"
    " ELSE closing.agent_id END"
)
_RESOLUTIONS = {
    # argument: moment, seconds, working seconds, the first or last solution
    "first": (
        *("first_resolved_at", "first_resolution_seconds"),
        *("first_resolution_business_seconds", "ASC"),
    ),
    "full": (
        *("resolved_at", "resolution_seconds"),
        *("resolution_business_seconds", "DESC"),
    ),
    "net": (
        *("resolved_at", "net_resolution_seconds"),
        *("net_resolution_business_seconds", "DESC"),
    ),
}


class SupportMetric(models.AbstractModel):
    _inherit = "support.metric"

    @api.model
    def _facts_created(self, _argument, _bounds):
        """Cases by the day they were opened."""
        return SQL(
            """SELECT ticket.id AS ticket_id, ticket.opened_at AS at, %s,
                      1 AS value, NULL::int AS business
                 FROM support_ticket ticket WHERE %s""",
            OWN_COLUMNS,
            COUNTED,
        )

    @api.model
    def _facts_first_response(self, _argument, _bounds):
        """First replies; team and agent are those of the reply.

        The reply may have been given in a ticket that was merged into this one.
        """
        wait = """(SELECT wait.%s FROM support_ticket_wait wait
             WHERE wait.ticket_id IN %s
               AND wait.kind = 'reply' AND wait.outcome = 'answered'
               AND wait.ended_at = ticket.first_response_at
             ORDER BY wait.id LIMIT 1)"""
        return SQL(
            """SELECT ticket.id AS ticket_id, ticket.first_response_at AS at,
                      ticket.company_id,
                      coalesce(%(team)s, ticket.team_id) AS team_id,
                      coalesce(%(agent)s, ticket.user_id) AS agent_id,
                      ticket.channel_id, ticket.reason_id,
                      coalesce(ticket.first_response_seconds, 0) AS value,
                      coalesce(ticket.first_response_business_seconds, 0) AS business
                 FROM support_ticket ticket
                WHERE ticket.first_response_at IS NOT NULL AND %(counted)s""",
            team=SQL(wait, SQL("team_id"), MERGED_IDS),
            agent=SQL(wait, SQL("agent_id"), MERGED_IDS),
            counted=COUNTED,
        )

    @api.model
    def _facts_wait(self, outcome, _bounds):
        """Later waits of customers for us, as they ended.

        :param str outcome: answered (but not the first response), or unanswered
        """
        later = SQL("AND wait.ended_at > ticket.first_response_at")
        return SQL(
            """SELECT wait.ticket_id, wait.ended_at AS at, wait.company_id,
                      wait.team_id, wait.agent_id, wait.channel_id, ticket.reason_id,
                      wait.seconds AS value, wait.business_seconds AS business
                 FROM support_ticket_wait wait
                 JOIN support_ticket ticket ON ticket.id = wait.ticket_id
                WHERE wait.kind = 'reply' AND wait.outcome = %s %s AND %s""",
            outcome,
            later if outcome == "answered" else SQL(),
            COUNTED,
        )

    @api.model
    def _facts_reply(self, _argument, _bounds):
        """Public replies of persons, each to who wrote it."""
        return SQL(
            """SELECT reply.ticket_id, reply.at, reply.company_id, reply.team_id,
                      reply.user_id AS agent_id, reply.channel_id, ticket.reason_id,
                      1 AS value, NULL::int AS business
                 FROM support_ticket_event reply
                 JOIN support_ticket ticket ON ticket.id = reply.ticket_id
                WHERE reply.kind = 'reply' AND %s""",
            COUNTED,
        )

    @api.model
    def _facts_resolution(self, which, _bounds):
        """Solutions by persons; team and agent are those of the closing.

        :param str which: a key of ``_RESOLUTIONS``
        """
        at, seconds, business, order = _RESOLUTIONS[which]
        value = SQL("coalesce(%s, 0)", SQL.identifier("ticket", seconds))
        return self._facts_solved(SQL(at), SQL(order), value, business)

    @api.model
    def _facts_solved(self, at, order, value, business=None, condition=None):
        return SQL(
            """SELECT ticket.id AS ticket_id, ticket.%(at)s AS at, ticket.company_id,
                      coalesce(%(team)s, ticket.team_id) AS team_id,
                      coalesce(%(agent)s, ticket.user_id) AS agent_id,
                      ticket.channel_id, ticket.reason_id,
                      %(value)s AS value, %(business)s AS business
                 FROM support_ticket ticket
                WHERE ticket.%(at)s IS NOT NULL AND %(counted)s AND %(condition)s""",
            at=at,
            team=_closing(SQL("closing.team_id"), order),
            agent=_closing(_CLOSER, order),
            value=value,
            business=SQL("coalesce(ticket.%s, 0)", SQL(business or "id")),
            counted=COUNTED,
            condition=condition or ATTENDED,
        )

    @api.model
    def _facts_first_contact(self, _argument, _bounds):
        """Whether one reply was enough; NULL while the customer may come back.

        The lines of a live chat are one reply, however many there are.
        """
        now, window = fields.Datetime.now(), self._get_repeat_window()
        more_lines = SQL(
            """(SELECT greatest(count(*) - 1, 0) FROM support_ticket_event line
                 WHERE line.ticket_id IN %s AND line.kind = 'reply'
                   AND line.payload->>'line' IS NOT NULL)""",
            MERGED_IDS,
        )
        value = SQL(
            """CASE WHEN ticket.reply_count > 1
                         AND ticket.reply_count - %(more_lines)s > 1
                      OR coalesce(ticket.reopen_count, 0) > 0
                      OR EXISTS (SELECT 1 FROM support_ticket_wait wait
                                  WHERE wait.ticket_id = ticket.id
                                    AND wait.kind = 'reply'
                                    AND wait.ended_at > ticket.last_reply_at)
                      OR %(repeated)s THEN 0
                    WHEN ticket.resolved_at > %(decided)s THEN NULL
                    ELSE 1 END""",
            more_lines=more_lines,
            repeated=self._get_repeated(window),
            decided=now - window,
        )
        condition = SQL("ticket.reply_count > 0")
        return self._facts_solved(
            SQL("resolved_at"), SQL("DESC"), value, condition=condition
        )

    @api.model
    def _get_repeat_window(self):
        """How long a customer has to come back about the same matter."""
        return timedelta(days=7)

    @api.model
    def _get_repeated(self, window):
        """Whether the customer opened another case about the order or the reason."""
        same = SQL(
            """SELECT 1 FROM support_ticket other
                WHERE other.exclusion IS NULL AND other.merged_into_id IS NULL
                  AND other.id <> ticket.id AND other.opened_at >= ticket.opened_at
                  AND other.opened_at <= ticket.resolved_at + %s
                  AND (other.sale_order_id = ticket.sale_order_id
                       OR other.reason_id = ticket.reason_id)""",
            window,
        )
        return SQL(
            "(EXISTS (%(same)s AND other.partner_id = ticket.partner_id) OR EXISTS"
            " (%(same)s AND other.email_normalized = ticket.email_normalized))",
            same=same,
        )

    @api.model
    def _facts_cohort(self, _argument, _bounds):
        """Cases by the day they were opened: solved by now, or still open."""
        return SQL(
            """SELECT ticket.id AS ticket_id, ticket.opened_at AS at, %s,
                      (ticket.resolved_at IS NOT NULL)::int AS value, 0 AS business
                 FROM support_ticket ticket
                WHERE %s AND (ticket.closed_at IS NULL
                              OR ticket.resolved_at IS NOT NULL AND %s)""",
            OWN_COLUMNS,
            COUNTED,
            ATTENDED,
        )

    @api.model
    def _facts_reopened(self, _argument, _bounds):
        """Whether a case that was solved went on afterwards."""
        value = SQL("(coalesce(ticket.reopen_count, 0) > 0)::int")
        return self._facts_solved(SQL("first_resolved_at"), SQL("ASC"), value)

    @api.model
    def _facts_backlog(self, _argument, bounds):
        """The cases that were open at the end of each period, with their age.

        Columns know of a case only its last closing and who has it now: one that was
        reopened, changed teams or went on later is read from the log.
        """
        last = SQL(
            """FROM support_ticket_event past
                WHERE past.ticket_id = ticket.id AND past.at < moment.at
                ORDER BY past.id DESC LIMIT 1"""
        )
        return SQL(
            """SELECT ticket.id AS ticket_id,
                      moment.at - interval '1 microsecond' AS at, ticket.company_id,
                      CASE WHEN coalesce(ticket.transfer_count, 0) = 0
                           THEN ticket.team_id ELSE
                        coalesce((SELECT CASE WHEN past.kind = 'team'
                                              THEN (past.payload->>'to_team')::int
                                              ELSE past.team_id END %(last)s),
                                 ticket.team_id) END AS team_id,
                      CASE WHEN ticket.clock_at < moment.at THEN ticket.user_id
                           ELSE (SELECT CASE WHEN past.kind <> 'released'
                                             THEN past.agent_id END %(last)s)
                           END AS agent_id, ticket.channel_id, ticket.reason_id,
                      extract(epoch FROM least(moment.at, %(now)s) - ticket.opened_at)
                        AS value, NULL::int AS business
                 FROM unnest(%(moments)s::timestamp[]) moment(at)
                 JOIN support_ticket ticket ON ticket.opened_at < moment.at
                WHERE (ticket.closed_at IS NULL OR ticket.closed_at >= %(first)s)
                  AND %(counted)s
                  AND CASE WHEN coalesce(ticket.reopen_count, 0) = 0
                           THEN ticket.closed_at IS NULL
                                OR ticket.closed_at >= moment.at
                           ELSE coalesce((SELECT past.stage_kind %(last)s), 'new')
                                NOT IN ('solved', 'cancelled') END""",
            last=last,
            now=fields.Datetime.now(),
            moments=bounds[1:],
            first=bounds[1],
            counted=COUNTED,
        )
