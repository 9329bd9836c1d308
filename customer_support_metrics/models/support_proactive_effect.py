"""What a rule achieves: who was written to, against who was left out."""

from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ..tools.proportions import get_difference
from .support_survey_rule import SCALES

LATER_DAYS = 60
OUTCOMES = ("contact", "repurchase", "csat")


class SupportProactiveRule(models.Model):
    _inherit = "support.proactive.rule"

    effect_contact = fields.Char(
        "Contacts",
        compute="_compute_effects",
        help="Orders about which the customer opened a ticket. Fewer among those"
        " written to than among those left out is what the messages save.",
    )
    effect_repurchase = fields.Char(
        "Bought again",
        compute="_compute_effects",
        help="Customers who ordered again within 60 days.",
    )
    effect_csat = fields.Char(
        "Satisfied",
        compute="_compute_effects",
        help="Scores of 4 or 5, of those who answered a survey within 60 days.",
    )

    def _compute_effects(self):
        for rule in self:
            for outcome in OUTCOMES:
                words = rule._get_effect_words(*rule._count_outcome(outcome))
                rule[f"effect_{outcome}"] = words

    def _count_outcome(self, outcome):
        """Count an outcome among orders whose window is over, in both groups.

        :param str outcome: contact, repurchase or csat
        :return: ((hits, orders) of those written to, the same of those left out)
        """
        days = self.effect_days if outcome == "contact" else LATER_DAYS
        window = timedelta(days=days)
        for name in ("support.proactive.notice", "support.ticket", "sale.order"):
            self.env[name].flush_model()
        self.env["support.survey.invitation"].flush_model()
        told = SQL(
            """
            SELECT DISTINCT ON (notice.order_id)
                   notice.order_id, notice.state = 'held' AS is_held,
                   notice.decided_at, customer.commercial_partner_id
              FROM support_proactive_notice AS notice
              JOIN sale_order ON sale_order.id = notice.order_id
              JOIN res_partner AS customer ON customer.id = sale_order.partner_id
             WHERE notice.rule_id = %s AND notice.state IN ('sent', 'held')
               AND notice.decided_at <= %s
          ORDER BY notice.order_id, notice.id""",
            self._origin.id or 0,
            fields.Datetime.now() - window,
        )
        rows = self.env.execute_query(_BUILDERS[outcome](told, window))
        counts = {is_held: (hits, total) for is_held, hits, total in rows}
        return counts.get(False, (0, 0)), counts.get(True, (0, 0))

    def _get_effect_words(self, told, held):
        """Both shares and their difference, in words for the form.

        :param tuple told: (hits, orders) of those written to
        :param tuple held: the same of those left out
        """
        numbers = {"told": told[1], "held": held[1]}
        difference = get_difference(*told, *held)
        if difference is None:
            return self.env._(
                "Too few to say: %(told)s written to, %(held)s left out.", **numbers
            )
        text = self.env._(
            "%(told_share)s of %(told)s written to, %(held_share)s of %(held)s left"
            " out: %(difference)s points (95%% interval %(low)s to %(high)s).",
            told_share=_percent(told[0] / told[1]),
            held_share=_percent(held[0] / held[1]),
            difference=_points(difference.difference),
            low=_points(difference.low),
            high=_points(difference.high),
            **numbers,
        )
        if not difference.is_shown:
            text += " " + self.env._("No difference is shown.")
        return text


def _percent(share):
    return f"{share * 100:.1f}%"


def _points(share):
    return f"{share * 100:+.1f}"


def _count_contacts(told, window):
    return _count_share(
        told,
        SQL(
            """
            EXISTS (SELECT 1 FROM support_ticket AS ticket
                     WHERE ticket.sale_order_id = told.order_id
                       AND ticket.exclusion IS NULL
                       AND ticket.merged_into_id IS NULL
                       AND ticket.opened_at >= told.decided_at
                       AND ticket.opened_at < told.decided_at + %s)""",
            window,
        ),
    )


def _count_repurchases(told, window):
    return _count_share(
        told,
        SQL(
            """
            EXISTS (SELECT 1 FROM sale_order AS later
                      JOIN res_partner AS buyer ON buyer.id = later.partner_id
                     WHERE buyer.commercial_partner_id = told.commercial_partner_id
                       AND later.id != told.order_id AND later.state = 'sale'
                       AND later.date_order >= told.decided_at
                       AND later.date_order < told.decided_at + %s)""",
            window,
        ),
    )


def _count_share(told, condition):
    return SQL(
        "SELECT is_held, COUNT(*) FILTER (WHERE %s), COUNT(*) FROM (%s) AS told"
        " GROUP BY is_held",
        condition,
        told,
    )


def _count_scores(told, window):
    return SQL(
        """
        SELECT is_held, COUNT(*) FILTER (WHERE answer.score >= %s), COUNT(*)
          FROM (%s) AS told
          JOIN support_survey_invitation AS answer
            ON answer.order_id = told.order_id AND answer.kind = 'csat'
           AND answer.state = 'answered' AND answer.answered_at >= told.decided_at
           AND answer.answered_at < told.decided_at + %s
      GROUP BY is_held""",
        SCALES["csat"].lowest_good,
        told,
        window,
    )


_BUILDERS = {
    "contact": _count_contacts,
    "repurchase": _count_repurchases,
    "csat": _count_scores,
}
