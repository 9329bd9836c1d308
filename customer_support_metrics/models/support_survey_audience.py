"""Groups of customers by what they said, to choose recipients of mailings."""

from odoo import fields, models
from odoo.tools import SQL

from .support_metric_source_ticket import COUNTED
from .support_survey_rule import SCALES

READERS = "customer_support.group_support_agent,mass_mailing.group_mass_mailing_user"
# The last recommendation decides who promotes; rescued is who gave a bad score and,
# to a later question, a good one.
_LAST_NPS = SQL(
    """
    SELECT DISTINCT ON (partner_id) partner_id, score
      FROM support_survey_invitation
     WHERE kind = 'nps' AND state = 'answered' AND partner_id IS NOT NULL
  ORDER BY partner_id, answered_at DESC, id DESC"""
)
_NPS = SCALES["nps"]
_BY_LAST_NPS = "SELECT partner_id FROM (%s) AS last WHERE score"
# Whose only order had a case that went badly: a bad score, reopened, or solved late.
# Guests are known by their address, as for the retention.
_ONE_TIME_BAD = SQL(
    """
    SELECT who.id
      FROM support_ticket AS ticket
      JOIN res_partner AS who ON who.id = ticket.partner_id
     WHERE %(counted)s
       AND (ticket.reopen_count > 0 OR ticket.resolution_sla_met = 'missed'
            OR EXISTS (
                SELECT 1 FROM support_survey_invitation AS asked
                 WHERE asked.ticket_id = ticket.id AND asked.state = 'answered'
                   AND asked.score <= CASE asked.kind
                       WHEN 'csat' THEN %(csat)s
                       WHEN 'nps' THEN %(nps)s ELSE %(ces)s END))
       AND coalesce(who.email_normalized, who.commercial_partner_id::text) IN (
            SELECT coalesce(buyer.email_normalized, buyer.commercial_partner_id::text)
              FROM sale_order AS orders
              JOIN res_partner AS buyer ON buyer.id = orders.partner_id
             WHERE orders.state = 'sale'
             GROUP BY 1 HAVING count(*) = 1)""",
    counted=COUNTED,
    **{kind: scale.highest_bad for kind, scale in SCALES.items()},
)
_QUERIES = {
    # The opinions come last: a customer who has one is shown with it.
    "one_time_bad": _ONE_TIME_BAD,
    "promoter": SQL(f"{_BY_LAST_NPS} >= %s", _LAST_NPS, _NPS.lowest_good),
    "passive": SQL(
        f"{_BY_LAST_NPS} > %s AND score < %s",
        _LAST_NPS,
        _NPS.highest_bad,
        _NPS.lowest_good,
    ),
    "detractor": SQL(f"{_BY_LAST_NPS} <= %s", _LAST_NPS, _NPS.highest_bad),
    "rescued": SQL(
        """
        SELECT bad.partner_id
          FROM support_survey_invitation AS bad
          JOIN support_survey_invitation AS good USING (partner_id, kind)
         WHERE bad.state = 'answered' AND good.state = 'answered'
           AND good.answered_at > bad.answered_at
           AND bad.score <= CASE kind WHEN 'csat' THEN 2 WHEN 'nps' THEN 6 ELSE 3 END
           AND good.score >= CASE kind WHEN 'csat' THEN 4 WHEN 'nps' THEN 9 ELSE 5 END
           AND NOT EXISTS (
               SELECT 1 FROM support_survey_invitation AS later
                WHERE later.partner_id = good.partner_id AND later.kind = good.kind
                  AND later.state = 'answered'
                  AND later.answered_at > good.answered_at
                  AND later.score < good.score)"""
    ),
}


class ResPartner(models.Model):
    _inherit = "res.partner"

    support_audience = fields.Selection(
        [
            ("promoter", "Promoters (NPS 9 or 10)"),
            ("passive", "Passives (NPS 7 or 8)"),
            ("detractor", "Detractors (NPS 0 to 6)"),
            ("rescued", "Rescued (first unhappy, then happy)"),
            ("one_time_bad", "Ordered once, with a bad case"),
        ],
        "Opinion of the store",
        compute="_compute_support_audience",
        search="_search_support_audience",
        groups=READERS,
    )

    def _compute_support_audience(self):
        for partner in self:
            partner.support_audience = False
        partners = self.with_context(active_test=False)
        for audience in _QUERIES:
            domain = [("id", "in", self.ids), ("support_audience", "=", audience)]
            for found in partners.search(domain):
                self.browse(found.id).support_audience = audience

    def _search_support_audience(self, operator, value):
        if operator != "in":
            return NotImplemented
        chosen = [_QUERIES[one] for one in value if one in _QUERIES]
        if not chosen:
            return [("id", "in", [])]
        for model in ("support.survey.invitation", "support.ticket", "sale.order"):
            self.env[model].flush_model()
        union = SQL(" UNION ").join(SQL("(%s)", query) for query in chosen)
        return [("id", "in", SQL("(%s)", union))]
