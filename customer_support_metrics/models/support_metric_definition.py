"""What each figure is: its name, its words, and where its facts come from."""

from odoo import api, models

from ..tools.metric import (
    AT_MOMENT,
    BY_CREATION,
    COUNT,
    DURATION,
    RATE,
    RATIO,
    STOCK,
    Metric,
)


class SupportMetric(models.AbstractModel):
    _inherit = "support.metric"

    @api.model
    def _get_metrics(self):
        return [
            *super()._get_metrics(),
            *self._get_load_metrics(),
            *self._get_reply_metrics(),
            *self._get_resolution_metrics(),
            *self._get_sla_metrics(),
            *self._get_store_metrics(),
            *self._get_unattended_metrics(),
        ]

    @api.model
    def _get_load_metrics(self):
        _ = self.env._
        return [
            Metric(
                "created",
                _("New cases"),
                _("Cases by the day they were opened, without spam and merged ones."),
                COUNT,
                "_facts_created",
                period=BY_CREATION,
            ),
            Metric(
                "backlog",
                _("Open cases"),
                _(
                    "Cases that were open at the end of the period, and how old they"
                    " were then. Cases that were closed and opened again count as open."
                ),
                STOCK,
                "_facts_backlog",
                period=AT_MOMENT,
                higher_is_better=False,
            ),
            Metric(
                "replies",
                _("Replies"),
                _("Public replies by people, each counted for who wrote it."),
                COUNT,
                "_facts_reply",
            ),
        ]

    @api.model
    def _get_reply_metrics(self):
        _ = self.env._
        return [
            Metric(
                "first_response",
                _("First response"),
                _(
                    "From the customer's first message to the first public reply of a"
                    " person, counted in the period of the reply. Bots, automatic"
                    " confirmations and notes are no reply."
                ),
                DURATION,
                "_facts_first_response",
                higher_is_better=False,
            ),
            Metric(
                "next_reply",
                _("Next reply"),
                _(
                    "From the oldest message without an answer to the next public reply"
                    " of a person, first replies left out. Several messages in a row"
                    " are one wait."
                ),
                DURATION,
                "_facts_wait",
                argument="answered",
                higher_is_better=False,
            ),
            Metric(
                "unanswered",
                _("Closed without a reply"),
                _("Waits of customers that ended because the case was closed."),
                COUNT,
                "_facts_wait",
                argument="unanswered",
                higher_is_better=False,
            ),
        ]

    @api.model
    def _get_resolution_metrics(self):
        _ = self.env._
        return [
            Metric(
                "full_resolution",
                _("Resolution"),
                _(
                    "From the opening to the latest solution, counted in the period of"
                    " the solution. Where the customer's silence confirmed it, the time"
                    " ends at our last reply. Solutions without any person are counted"
                    " apart."
                ),
                DURATION,
                "_facts_resolution",
                argument="full",
                higher_is_better=False,
            ),
            Metric(
                "net_resolution",
                _("Net resolution"),
                _(
                    "The time of the resolution without the time in which we waited for"
                    " the customer."
                ),
                DURATION,
                "_facts_resolution",
                argument="net",
                higher_is_better=False,
            ),
            Metric(
                "first_resolution",
                _("First resolution"),
                _("From the opening to the first solution, reopened or not."),
                DURATION,
                "_facts_resolution",
                argument="first",
                higher_is_better=False,
            ),
            Metric(
                "first_contact",
                _("First contact resolution"),
                _(
                    "Of the cases solved with a reply, those with one public reply and"
                    " nothing after it: not reopened, no new message that needs an"
                    " answer, and no other case of the customer about the same order or"
                    " reason within 7 days. Cases younger than that are pending. All"
                    " answers in a live chat are one reply."
                ),
                RATE,
                "_facts_first_contact",
                higher_is_better=True,
            ),
            Metric(
                "resolution_rate",
                _("Resolution rate"),
                _(
                    "Of the cases opened in the period, those that are solved now."
                    " Cancelled ones are left out."
                ),
                RATE,
                "_facts_cohort",
                period=BY_CREATION,
                higher_is_better=True,
            ),
            Metric(
                "reopen_rate",
                _("Reopened"),
                _("Of the cases first solved in the period, those that went on later."),
                RATE,
                "_facts_reopened",
                higher_is_better=False,
            ),
        ]

    @api.model
    def _get_sla_metrics(self):
        _ = self.env._
        definition = _(
            "Targets that were kept, of all that were decided in the period. A target"
            " that is late counts from its deadline on; one that was withdrawn before"
            " its deadline does not count."
        )
        names = {
            "response": _("First replies in time"),
            "next_reply": _("Next replies in time"),
            "resolution": _("Solutions in time"),
        }
        return [
            Metric(
                f"sla_{kind}",
                name,
                definition,
                RATE,
                "_facts_sla",
                argument=kind,
                higher_is_better=True,
            )
            for kind, name in names.items()
        ]

    @api.model
    def _get_store_metrics(self):
        _ = self.env._
        return [
            Metric(
                "contact_rate",
                _("Cases per 100 orders"),
                _(
                    "New cases for every hundred orders that were confirmed in the"
                    " period. The orders are those of the whole company."
                ),
                RATIO,
                "_facts_created",
                period=BY_CREATION,
                base="_count_orders",
                higher_is_better=False,
            ),
            Metric(
                "retention",
                _("Customer retention"),
                _(
                    "Of the customers who had ordered in the twelve months before the"
                    " period, those who had ordered in the twelve months before its"
                    " end. Guests are known by their address."
                ),
                RATE,
                "_facts_retention",
                higher_is_better=True,
                has_dimensions=False,
                has_tickets=False,
            ),
        ]

    @api.model
    def _get_unattended_metrics(self):
        _ = self.env._
        return [
            Metric(
                "self_service",
                _("Done by customers"),
                _("Returns, cancellations and changes that customers did themselves."),
                COUNT,
                "_facts_self_service",
            ),
            Metric(
                "customer_solved",
                _("Solved without staff"),
                _("Cases that were solved with neither a person of ours nor the bot."),
                COUNT,
                "_facts_unattended",
                argument="customer",
            ),
            Metric(
                "bot_solved",
                _("Solved by the bot"),
                _(
                    "Of the cases that the bot alone solved, those whose customer did"
                    " not come back within 72 hours. Later ones are pending."
                ),
                RATE,
                "_facts_unattended",
                argument="bot",
                higher_is_better=True,
            ),
            Metric(
                "bot_answers",
                _("Answers of the bot"),
                _("Help that the bot gave: an order's state, a return, articles."),
                COUNT,
                "_facts_bot",
                argument="answer",
                has_tickets=False,
            ),
            Metric(
                "bot_handovers",
                _("Handed over by the bot"),
                _("Times that the bot gave the conversation to a person or a ticket."),
                COUNT,
                "_facts_bot",
                argument="handover",
                has_tickets=False,
            ),
        ]
