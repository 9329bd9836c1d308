"""Any figure by what its tickets are about: product, carrier, country and so on."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .support_metric import ALL_GROUPS, GROUPS, TICKET_PARTS


class SupportMetric(models.AbstractModel):
    """Facts do not carry these parts: they are looked up in the ticket behind each.

    That costs, so that neither the roll-up nor the page has them: each is counted when
    somebody asks for it.
    """

    _inherit = "support.metric"

    @api.model
    def _get_ticket_parts(self, metric):
        """What a figure can be cut by besides ``GROUPS`` and its own parts.

        :return: list of keys of ``TICKET_PARTS``
        """
        # The list of documents behind the others knows nothing of tickets.
        if not metric.has_dimensions or not metric.has_tickets or metric.documents:
            return []
        return [part for part in TICKET_PARTS if part not in metric.groups]

    @api.model
    def _get_group_column(self, metric, group):
        """The ``SQL`` of the column of ``fact`` that a figure is cut by.

        :param str group: a key of ``ALL_GROUPS``, as a browser sends it
        :raise UserError: if the figure has no such parts
        """
        if group in GROUPS or group in metric.groups:
            return SQL.identifier("fact", ALL_GROUPS[group][0])
        if group not in self._get_ticket_parts(metric):
            raise UserError(self.env._("“%s” cannot be cut in that way.", metric.name))
        report = self.env["support.ticket.report"]
        return SQL(
            "(SELECT %s FROM %s WHERE ticket.id = fact.ticket_id)",
            report._get_dimension_columns()[TICKET_PARTS[group][0]],
            report._get_tables(),
        )

    @api.model
    @api.readonly
    def get_bars(self, key, group, filters=None):
        """The largest parts of one figure, for a part that its chart does not hold.

        :param str key: of a figure
        :param str group: one of the ``parts`` of its chart
        :param dict filters: see ``_read_filters``
        :return: list as in the groups of ``get_chart``
        :raise UserError: if the figure has no such parts
        """
        metric, question = self._get_metric(key), self._read_filters(filters)
        return self._prepare_bars(metric, question, group)
