"""What cases cost, how long they are worked on, and what is left of orders."""

from odoo import api, models
from odoo.tools import SQL

from ..report.support_cost_lines import MINUTES, TOUCHES, UNUSUAL, get_cost_lines
from ..report.support_margin import get_margin_lines
from ..tools.metric import BY_CREATION, DURATION, MONEY, PRICE, Metric
from ..tools.money_sql import convert
from .support_metric_source_ticket import ATTENDED, COUNTED, MERGED_IDS, OWN_COLUMNS

_MINUTE = 60


class SupportMetric(models.AbstractModel):
    _inherit = "support.metric"

    @api.model
    def _get_metrics(self):
        return [
            *super()._get_metrics(),
            *self._get_handle_metrics(),
            *self._get_cost_metrics(),
        ]

    @api.model
    def _get_handle_metrics(self):
        _ = self.env._
        return [
            Metric(
                "handle_time",
                _("Work on a case (estimate)"),
                _(
                    "Of the cases solved by people: the minutes of the calls, and for"
                    " each other reply or note the minutes of the settings; for a line"
                    " of a chat those since the same person's words before it, where"
                    " these are fewer. An estimate: nobody stops the time of writing."
                ),
                DURATION,
                "_facts_handle_time",
                higher_is_better=False,
            ),
            Metric(
                "call_time",
                _("Length of calls"),
                _(
                    "Of the calls that somebody took, as the telephone system or the"
                    " agent wrote it down."
                ),
                DURATION,
                "_facts_call_time",
            ),
        ]

    @api.model
    def _get_cost_metrics(self):
        _ = self.env._
        parts = _(
            "Refunds without tax, vouchers and points at their value, goods sent again"
            " less those back in stock, shipping, and work at the hourly cost of the"
            " settings. Replies and notes are estimated."
        )
        money = {"higher_is_better": False, "is_for_managers": True}
        return [
            Metric(
                "support_cost",
                _("Cost of cases"),
                _("All costs of the period, each on its own day.") + " " + parts,
                MONEY,
                "_facts_cost",
                counted="ticket_id",
                documents="_get_cost_documents",
                **money,
            ),
            Metric(
                "contact_cost",
                _("Cost per contact"),
                _("What the cases that were opened in the period have cost until now.")
                + " "
                + parts,
                PRICE,
                "_facts_case_cost",
                argument="opened_at",
                period=BY_CREATION,
                **money,
            ),
            Metric(
                "resolution_cost",
                _("Cost per resolution"),
                _("What the cases cost that people solved in the period.")
                + " "
                + parts,
                PRICE,
                "_facts_case_cost",
                argument="resolved_at",
                **money,
            ),
            Metric(
                "margin_after_support",
                _("Margin after support"),
                _(
                    "Of the orders confirmed in the period: what they bring without"
                    " tax, less the goods at their cost price and less what cases about"
                    " them have cost until now."
                ),
                MONEY,
                "_facts_margin",
                higher_is_better=True,
                is_for_managers=True,
                has_dimensions=False,
                counted="order_id",
                documents="_get_margin_documents",
            ),
        ]

    # --- work -------------------------------------------------------------------------

    @api.model
    def _facts_handle_time(self, _argument, _bounds):
        """The working seconds of solved cases; they are the same on both clocks.

        What was done in a ticket before it was merged is work on the case, too. The
        ticket knows how many replies and notes that were: only those that took other
        than the usual minutes are looked up.
        """
        seconds = SQL(
            """(SELECT coalesce(ticket.touch_count, 0) * company.support_touch_minutes
                       + coalesce((SELECT sum(%s - company.support_touch_minutes)
                                     FROM support_ticket_event event
                                    WHERE event.ticket_id IN %s AND %s AND %s), 0)
                  FROM res_company company
                 WHERE company.id = ticket.company_id) * %s""",
            MINUTES,
            MERGED_IDS,
            TOUCHES,
            UNUSUAL,
            _MINUTE,
        )
        facts = self._facts_solved(SQL("resolved_at"), SQL("DESC"), seconds)
        return self._get_same_clocks(facts)

    @api.model
    def _facts_call_time(self, _argument, _bounds):
        """Calls with their length, each for who spoke."""
        facts = SQL(
            """SELECT event.ticket_id, event.at, event.company_id, event.team_id,
                      event.user_id AS agent_id, event.channel_id, ticket.reason_id,
                      (event.payload->>'talk_seconds')::float8 AS value
                 FROM support_ticket_event event
                 JOIN support_ticket ticket ON ticket.id = event.ticket_id
                WHERE event.kind = 'reply' AND %s
                  AND event.payload->>'talk_seconds' IS NOT NULL""",
            COUNTED,
        )
        return self._get_same_clocks(facts)

    @api.model
    def _get_same_clocks(self, facts):
        """Facts whose working time is all their time: somebody was at work."""
        columns = ("ticket_id", "at", "company_id", "team_id", "agent_id")
        columns = (*columns, "channel_id", "reason_id")
        # OFFSET: else the value is put in twice, and looked up twice.
        return SQL(
            """SELECT %s, once.value, once.value AS business FROM (%s) same
                CROSS JOIN LATERAL (SELECT same.value OFFSET 0) once""",
            SQL(", ").join(SQL.identifier("same", name) for name in columns),
            facts,
        )

    # --- cost -------------------------------------------------------------------------

    @api.model
    def _get_shown_amount(self, line):
        """The ``SQL`` of an amount of a line in the currency that figures are shown in.

        Several companies that are looked at together may have several currencies.

        :param line: the ``SQL`` name of rows with amount, currency_id, company_id, at
        """
        return convert(
            SQL("%s.amount", line),
            SQL("%s.currency_id", line),
            SQL("%s", self.env.company.currency_id.id),
            SQL("%s.company_id", line),
            SQL("%s.at", line),
        )

    @api.model
    def _facts_cost(self, _argument, _bounds):
        """Every cost on its day."""
        return SQL(
            """SELECT line.ticket_id, line.at, line.company_id, line.team_id,
                      line.agent_id, line.channel_id, line.reason_id,
                      (%s)::float8 AS value, NULL::int AS business
                 FROM (%s) line""",
            self._get_shown_amount(SQL("line")),
            get_cost_lines(),
        )

    @api.model
    def _facts_case_cost(self, moment, bounds):
        """What whole cases cost, whenever that was.

        :param str moment: opened_at, or resolved_at for those that people solved
        """
        at = SQL.identifier("ticket", moment)
        within = SQL("%s >= %s AND %s < %s", at, bounds[0], at, bounds[-1])
        # The tickets of the period, and those that were merged into them.
        chosen = SQL(
            """own.id IN (
                WITH RECURSIVE part AS (
                    SELECT ticket.id FROM support_ticket ticket WHERE %s UNION
                    SELECT merged.id FROM part
                      JOIN support_ticket merged ON merged.merged_into_id = part.id)
                SELECT part.id FROM part)""",
            within,
        )
        return SQL(
            """SELECT ticket.id AS ticket_id, %(at)s AS at, %(own)s,
                      coalesce(cost.value, 0)::float8 AS value, NULL::int AS business
                 FROM support_ticket ticket
                 LEFT JOIN (SELECT line.ticket_id, sum(%(amount)s) AS value
                              FROM (%(lines)s) line GROUP BY line.ticket_id) cost
                   ON cost.ticket_id = ticket.id
                WHERE %(within)s AND %(counted)s AND %(condition)s""",
            at=at,
            own=OWN_COLUMNS,
            amount=self._get_shown_amount(SQL("line")),
            lines=get_cost_lines(chosen),
            within=within,
            counted=COUNTED,
            condition=ATTENDED if moment == "resolved_at" else SQL("TRUE"),
        )

    @api.model
    def _facts_margin(self, _argument, _bounds):
        """The lines of confirmed orders and of the costs of their cases."""
        amount = self._get_shown_amount(SQL("line"))
        return SQL(
            """SELECT NULL::int AS ticket_id, line.at, line.company_id, line.order_id,
                      NULL::int AS team_id, NULL::int AS agent_id,
                      NULL::int AS channel_id, NULL::int AS reason_id,
                      (%s)::float8 AS value, NULL::int AS business
                 FROM (SELECT margin AS amount, currency_id, company_id, at, order_id
                         FROM (%s) margin_line) line""",
            amount,
            get_margin_lines(),
        )

    # --- documents --------------------------------------------------------------------

    @api.model
    def _get_cost_documents(self, question, _trace):
        return {
            "res_model": "support.cost",
            "views": [(False, name) for name in ("list", "kanban", "pivot", "graph")],
            "domain": self._get_line_domain(question, "at"),
        }

    @api.model
    def _get_margin_documents(self, question, _trace):
        domain = [
            ("company_id", "in", self.env.companies.ids),
            ("at", ">=", question.period.start),
            ("at", "<", question.period.end),
        ]
        return {
            "res_model": "support.margin",
            "views": [(False, name) for name in ("pivot", "list", "kanban", "graph")],
            "domain": domain,
        }
