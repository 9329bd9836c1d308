"""Which days have changed: from the logs, and from marks where no log knows."""

from odoo import api, fields, models
from odoo.tools import SQL

# What facts depend on and no event tells.
_UNLOGGED = {"channel_id", "reason_id", "sale_order_id"}
# Who the customer is: cases of the former customer may count otherwise, too.
_CUSTOMER = {"partner_id", "email_from", "email_normalized"}
# Facts of a ticket stand on its own moments and on those of its lines.
_OWN_MOMENTS = (
    *("opened_at", "first_response_at", "first_resolved_at", "resolved_at"),
    "closed_at",
)
_LINES = (
    ("support_ticket_event", "at"),
    ("support_ticket_wait", "ended_at"),
    ("support_sla_result", "ended_at"),
    ("support_ticket_action", "executed_at"),
    ("support_survey_invitation", "sent_at"),
    ("support_survey_invitation", "answered_at"),
)


class SupportMetric(models.AbstractModel):
    _inherit = "support.metric"

    @api.model
    def _get_rollup_metrics(self):
        """The figures that the roll-up has: those whose facts add up over days.

        A figure may be added when a change of its facts is always found by
        ``_get_changed_moments`` or marked.
        """
        keys = self._get_rollup_keys()
        return [metric for metric in self._get_metrics() if metric.key in keys]

    @api.model
    def _get_rollup_keys(self):
        return {
            *("created", "contact_rate", "resolution_rate", "replies"),
            *("first_response", "next_reply", "unanswered"),
            *("full_resolution", "net_resolution", "first_resolution"),
            *("first_contact", "reopen_rate"),
            *("sla_response", "sla_next_reply", "sla_resolution"),
            *("self_service", "customer_solved", "bot_solved"),
            *("bot_answers", "bot_handovers"),
            *("csat", "csat_order", "nps", "ces", "ces_share"),
            *("csat_response", "csat_order_response"),
            *("nps_response", "ces_response"),
        }

    @api.model
    def _get_all_moments(self):
        """A moment of each day since the first fact, as ``SQL``."""
        firsts = [
            SQL("(SELECT min(%s) FROM %s)", SQL.identifier(name), SQL.identifier(table))
            for table, name in (
                ("support_ticket", "opened_at"),
                ("support_metric_kept", "at"),
                *_LINES,
            )
        ]
        return SQL(
            """SELECT generate_series(
                          least(%s)::timestamp - interval '1 day',
                          %s::timestamp + interval '1 day',
                          interval '1 day') AS at""",
            SQL(", ").join(firsts),
            fields.Datetime.now(),
        )

    @api.model
    def _get_changed_moments(self, run):
        """The moments on which something has changed since a run, as ``SQL``.

        :param run: ``support.metric.rollup.run``
        """
        logged = SQL(
            """SELECT ticket_id FROM support_ticket_event
                WHERE id > %s AND ticket_id IS NOT NULL""",
            run.event_id,
        )
        since = run.started_at
        return SQL(
            """%(tickets)s
            UNION ALL SELECT at FROM support_ticket_event WHERE id > %(event_id)s
            UNION ALL SELECT ended_at FROM support_sla_result WHERE id > %(result_id)s
            UNION ALL SELECT unnest(ARRAY[sent_at, answered_at])
                        FROM support_survey_invitation WHERE write_date >= %(since)s
            UNION ALL SELECT executed_at
                        FROM support_ticket_action WHERE write_date >= %(since)s""",
            tickets=self._get_moments_of(logged),
            event_id=run.event_id,
            result_id=run.result_id,
            since=since,
        )

    @api.model
    def _get_moments_of(self, ticket_ids):
        """All moments on which facts of some tickets, or beside them, may stand.

        :param ticket_ids: ``SQL`` of a SELECT of ids
        """
        lines = SQL(" ").join(
            SQL(
                "UNION ALL SELECT line.%s FROM %s line JOIN changed"
                " ON line.ticket_id = changed.id",
                SQL.identifier(name),
                SQL.identifier(table),
            )
            for table, name in _LINES
        )
        near = SQL(" ").join(
            SQL(
                """UNION ALL SELECT unnest(ARRAY[near.resolved_at,
                                                 near.first_resolved_at])
                     FROM changed JOIN support_ticket near
                       ON near.%(name)s = changed.%(name)s
                    WHERE near.resolved_at >= changed.opened_at - %(window)s
                       OR near.first_resolved_at >= changed.opened_at - %(window)s""",
                name=SQL.identifier(name),
                window=max(self._get_repeat_window(), self._get_bot_window()),
            )
            for name in ("partner_id", "email_normalized")
        )
        # The ticket that another one was merged into has its replies as well.
        return SQL(
            """(WITH named AS (%(ticket_ids)s), changed AS MATERIALIZED (
                SELECT id, partner_id, email_normalized, %(own)s
                  FROM support_ticket ticket
                 WHERE ticket.id IN (
                    SELECT * FROM named UNION
                    SELECT merged_into_id FROM support_ticket
                     WHERE id IN (SELECT * FROM named)))
            SELECT unnest(ARRAY[%(own)s]) AS at FROM changed %(lines)s %(near)s)""",
            ticket_ids=ticket_ids,
            own=SQL(", ").join(map(SQL.identifier, _OWN_MOMENTS)),
            lines=lines,
            near=near,
        )


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def write(self, vals):
        if _CUSTOMER.intersection(vals):
            self._mark_rollup()
        result = super().write(vals)
        if (_CUSTOMER | _UNLOGGED).intersection(vals):
            self._mark_rollup()
        return result

    def unlink(self):
        self._mark_rollup()
        return super().unlink()

    def _rebuild_clock(self):
        self._mark_rollup()
        result = super()._rebuild_clock()
        self._mark_rollup()
        return result

    def _mark_rollup(self):
        """Have the days of these tickets counted anew; one statement for all."""
        if not self.ids:
            return
        # What is not written yet of its lines has an event.
        self.flush_recordset([*_OWN_MOMENTS, "partner_id", "email_normalized"])
        ids = SQL("SELECT unnest(%s::int[])", self.ids)
        # sudo: support.metric.rollup.run: days alone are noted, whoever changes tickets
        runs = self.env["support.metric.rollup.run"].sudo()
        runs._mark(self.env["support.metric"]._get_moments_of(ids))


class SupportTeam(models.Model):
    _inherit = "support.team"

    def write(self, vals):
        # sudo: support.ticket: all of the team, whoever may change the team
        tickets = self.env["support.ticket"].sudo().with_context(active_test=False)
        if "company_id" in vals:
            tickets = tickets.search([("team_id", "in", self.ids)])
            tickets._mark_rollup()
        return super().write(vals)
