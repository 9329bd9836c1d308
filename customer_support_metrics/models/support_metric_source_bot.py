"""The facts of cases and questions that no person of ours worked on."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .support_metric_source_ticket import ATTENDED

# What ends a bot's help because a person goes on.
HANDED_OVER = ("handed_over", "ticket")
_UNATTENDED = SQL("NOT %s", ATTENDED)
_BOT = SQL(
    """EXISTS (SELECT 1 FROM support_ticket_event bot
                WHERE bot.ticket_id = ticket.id AND bot.author_kind = 'bot')"""
)


class SupportMetric(models.AbstractModel):
    _inherit = "support.metric"

    @api.model
    def _facts_unattended(self, who, _bounds):
        """Solutions without any person of ours.

        :param str who: ``bot`` gives 1 for those that lasted, 0 where the customer came
            back, NULL while that is too early to tell; ``customer`` gives the others
        """
        if who == "customer":
            condition = SQL("%s AND NOT %s", _UNATTENDED, _BOT)
            value = SQL("1")
        else:
            condition = SQL("%s AND %s", _UNATTENDED, _BOT)
            value = self._get_bot_lasted()
        return self._facts_solved(
            SQL("first_resolved_at"), SQL("ASC"), value, condition=condition
        )

    @api.model
    def _get_bot_window(self):
        """How long a customer may come back after the bot's solution."""
        return timedelta(hours=72)

    @api.model
    def _get_bot_lasted(self):
        window = self._get_bot_window()
        return SQL(
            """CASE WHEN coalesce(ticket.reopen_count, 0) > 0
                      OR ticket.last_customer_message_at > ticket.first_resolved_at
                      OR EXISTS (
                        SELECT 1 FROM support_ticket other
                         WHERE other.partner_id = ticket.partner_id
                           AND other.id <> ticket.id AND other.exclusion IS NULL
                           AND other.opened_at > ticket.first_resolved_at
                           AND other.opened_at <= ticket.first_resolved_at + %(window)s)
                    THEN 0
                    WHEN ticket.first_resolved_at > %(decided)s THEN NULL
                    ELSE 1 END""",
            window=window,
            decided=fields.Datetime.now() - window,
        )

    @api.model
    def _facts_bot(self, what, _bounds):
        """What the bot did in its conversations, with a ticket or without one.

        :param str what: ``answer`` for help that it gave itself, ``handover``
        """
        handed_over = SQL("event.payload->>'what' IN %s", HANDED_OVER)
        return SQL(
            """SELECT event.ticket_id, event.at, event.company_id, event.team_id,
                      NULL::int AS agent_id, event.channel_id, ticket.reason_id,
                      1 AS value, NULL::int AS business
                 FROM support_ticket_event event
                 LEFT JOIN support_ticket ticket ON ticket.id = event.ticket_id
                WHERE event.kind = 'bot' AND ticket.exclusion IS NULL
                  AND event.payload->>'what' <> 'stopped' AND %s""",
            handed_over if what == "handover" else SQL("NOT (%s)", handed_over),
        )


class SupportTicketEvent(models.Model):
    _inherit = "support.ticket.event"

    # Few: which cases a bot worked on is told without reading all events.
    _bot_idx = models.Index("(ticket_id) WHERE author_kind = 'bot'")
