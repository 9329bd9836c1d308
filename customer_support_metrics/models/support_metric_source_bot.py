"""The facts of cases and questions that no person of ours worked on."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .support_metric_source_ticket import ATTENDED, MERGED_IDS

# What ends a bot's help because a person goes on.
HANDED_OVER = ("handed_over", "ticket")
_UNATTENDED = SQL("NOT %s", ATTENDED)
# What the bot said or did; a form of the website speaks in its name as well, but only
# opens the case.
_BOT = SQL(
    """EXISTS (SELECT 1 FROM support_ticket_event bot
                WHERE bot.ticket_id = ticket.id AND bot.author_kind = 'bot'
                  AND bot.kind IN ('bot', 'auto_message'))"""
)
# A person of ours had a part in the first solution. Who goes on with a case whose
# customer came back had none. Joined: asked for "ticket_id IN", PostgreSQL reads the
# whole log for each case, and looks for what was merged with each line of it.
_HELPED = SQL(
    """EXISTS (SELECT 1 FROM %s AS part
                  JOIN support_ticket_event help ON help.ticket_id = part.id
                WHERE help.author_kind = 'human'
                  AND help.at <= ticket.first_resolved_at
                  AND (help.kind IN ('reply', 'note')
                       OR help.kind IN ('stage', 'created')
                          AND help.stage_kind = 'solved'))""",
    MERGED_IDS,
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
            condition = SQL("%s AND NOT %s", _BOT, _HELPED)
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
            """CASE WHEN %(returned)s THEN 0
                    WHEN ticket.first_resolved_at > %(decided)s THEN NULL
                    ELSE 1 END""",
            returned=self._get_returned(window),
            decided=fields.Datetime.now() - window,
        )

    @api.model
    def _get_returned(self, window):
        """Whether the customer wrote soon after the first solution, here or anew.

        Thanks need no answer and are no return.
        """
        soon = "%s > ticket.first_resolved_at AND %s <= ticket.first_resolved_at + %s"
        said, opened = SQL("back.at"), SQL("other.opened_at")
        other = SQL(
            """SELECT 1 FROM support_ticket other
                WHERE other.id <> ticket.id AND other.exclusion IS NULL AND %s""",
            SQL(soon, opened, opened, window),
        )
        return SQL(
            """(EXISTS (SELECT 1 FROM support_ticket_event back
                         WHERE back.ticket_id IN %(merged)s
                           AND back.author_kind = 'customer'
                           AND back.kind IN ('created', 'customer_message')
                           AND coalesce(back.payload->>'needs_answer', 'true') = 'true'
                           AND %(said_soon)s)
                OR EXISTS (%(other)s AND other.partner_id = ticket.partner_id)
                OR EXISTS (%(other)s
                           AND other.email_normalized = ticket.email_normalized))""",
            merged=MERGED_IDS,
            said_soon=SQL(soon, said, said, window),
            other=other,
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
