"""What figures need of the ticket: its moments indexed, and a way back to it."""

import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    metric_trace = fields.Char(
        "Behind the figure",
        store=False,
        search="_search_metric_trace",
        compute="_compute_metric_trace",
        help="Finds the tickets that a figure of the dashboard was counted from.",
    )

    _opened_at_idx = models.Index("(opened_at)")
    _first_response_at_idx = models.Index(
        "(first_response_at) WHERE first_response_at IS NOT NULL"
    )
    _first_resolved_at_idx = models.Index(
        "(first_resolved_at) WHERE first_resolved_at IS NOT NULL"
    )
    _resolved_at_idx = models.Index("(resolved_at) WHERE resolved_at IS NOT NULL")
    _closed_at_idx = models.Index("(closed_at) WHERE closed_at IS NOT NULL")
    # Whether a customer came back soon is asked for each solved ticket of a period.
    _customer_period_idx = models.Index(
        "(partner_id, opened_at) WHERE partner_id IS NOT NULL"
    )
    _address_period_idx = models.Index("(email_normalized, opened_at)")

    def _compute_metric_trace(self):
        self.metric_trace = False

    @api.model
    def _search_metric_trace(self, operator, values):
        """Find the tickets behind a figure: JSON of its ``key`` and ``filters``."""
        if operator != "in":
            return NotImplemented
        return Domain.OR(self._get_trace_domain(value) for value in values)

    @api.model
    def _get_trace_domain(self, value):
        try:
            question = json.loads(value)
            key, filters = question["key"], question["filters"]
        except (TypeError, ValueError, KeyError) as error:
            raise UserError(self.env._("This is not a figure: %s", value)) from error
        # The figure is limited to the teams of the user, and the tickets
        # that are found to what the user may read
        Metric = self.env["support.metric"]
        filters = Metric._read_filters(filters)
        trace = Metric._get_trace(Metric._get_metric(key), filters, [filters.period])
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "%s IN (%s)", SQL.identifier(alias, "id"), trace
            )
        )


class SupportTicketEvent(models.Model):
    _inherit = "support.ticket.event"

    # Calls and lines of chats: which there are is asked for each solved ticket.
    _unusual_touch_idx = models.Index(
        "(ticket_id) WHERE payload->>'line' IS NOT NULL"
        " OR payload->>'talk_seconds' IS NOT NULL"
    )
