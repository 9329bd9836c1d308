from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.metric_sql import of_a_period

_OWNERS = ("at", "company_id", "team_id", "agent_id", "channel_id", "reason_id")
_NUMBERS = ("value", "business")
_COLUMNS = (*_OWNERS, *_NUMBERS)


class SupportMetricKept(models.Model):
    """What a deleted ticket counted: one row a fact, and nobody's name but ours.

    Figures of the past stay as they were when a ticket is deleted. What never counted,
    such as spam, has no facts and leaves none.
    """

    _name = "support.metric.kept"
    _description = "Fact of a Deleted Ticket"
    _log_access = False
    _order = "at desc, id desc"
    _rec_name = "metric_key"

    metric_key = fields.Char("Figure", required=True, readonly=True)
    at = fields.Datetime("Counted on", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    team_id = fields.Many2one("support.team", readonly=True, ondelete="set null")
    agent_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    channel_id = fields.Many2one("support.channel", readonly=True, ondelete="set null")
    reason_id = fields.Many2one("support.reason", readonly=True, ondelete="set null")
    value = fields.Float(readonly=True)
    business = fields.Float("Working seconds", readonly=True)

    _period_idx = models.Index("(metric_key, at)")

    @api.model
    def _keep(self, tickets):
        """Write down what these tickets count, as they are about to be deleted.

        What is too recent to tell is not in a figure yet, and never will be.
        """
        metrics = self.env["support.metric"]
        facts = [
            SQL(
                "SELECT %s::varchar, %s FROM (%s) fact"
                " WHERE fact.ticket_id = ANY(%s) AND fact.value IS NOT NULL",
                metric.key,
                _name_columns("fact"),
                metrics._get_facts(metric, None),
                tickets.ids,
            )
            for metric in metrics._get_metrics()
            if metric.key in metrics._get_kept_keys()
        ]
        self.env.flush_all()
        query = SQL(
            "INSERT INTO support_metric_kept (metric_key, %s) %s",
            SQL(", ").join(map(SQL.identifier, _COLUMNS)),
            SQL(" UNION ALL ").join(facts),
        )
        self.env.cr.execute(of_a_period(query))


class SupportMetric(models.AbstractModel):
    _inherit = "support.metric"

    @api.model
    def _get_kept_keys(self):
        """The figures whose facts are kept when their ticket is deleted.

        The sources of these need no bounds, and all they know stands in the columns of
        ``support.metric.kept``. Scores of customers and the bot's answers are not among
        them: these stay by themselves.
        """
        return {
            *("created", "contact_rate", "resolution_rate", "replies"),
            *("first_response", "next_reply", "unanswered"),
            *("full_resolution", "net_resolution", "first_resolution"),
            *("first_contact", "reopen_rate"),
            *("sla_response", "sla_next_reply", "sla_resolution"),
            *("customer_solved", "bot_solved"),
            *("handle_time", "call_time", "quality"),
        }

    @api.model
    def _get_facts(self, metric, bounds):
        facts = super()._get_facts(metric, bounds)
        if metric.key not in self._get_kept_keys():
            return facts
        return SQL(
            """SELECT live.ticket_id, %s FROM (%s) live
            UNION ALL SELECT NULL::int, %s FROM support_metric_kept kept
                       WHERE kept.metric_key = %s""",
            _name_columns("live"),
            facts,
            _name_columns("kept"),
            metric.key,
        )


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def unlink(self):
        self.check_access("unlink")
        # sudo: support.metric.kept: written by the system alone
        self.env["support.metric.kept"].sudo()._keep(self)
        self._leave_merged_out()
        return super().unlink()

    def _leave_merged_out(self):
        """What was merged into these tickets does not count anew without them."""
        # sudo: support.ticket: all of them, whoever may read which
        tickets = self.sudo().with_context(active_test=False)
        merged = tickets.search([("merged_into_id", "in", self.ids)]) - self
        merged.filtered(lambda one: not one.exclusion).exclusion = "duplicate"


def _name_columns(table):
    """The columns of a fact.

    All their types are the same on both sides of a UNION: else PostgreSQL looks up the
    columns that nobody asks for as well.
    """
    owners = [SQL.identifier(table, name) for name in _OWNERS]
    numbers = [
        SQL("%s::float8 AS %s", SQL.identifier(table, name), SQL.identifier(name))
        for name in _NUMBERS
    ]
    return SQL(", ").join([*owners, *numbers])
