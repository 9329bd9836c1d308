"""Figures of the answers, each with the numbers that it rests on."""

from collections import Counter

from odoo import api, models
from odoo.fields import Domain

from ..tools.metric import SMALL_CELL
from .support_survey_rule import SCALES


class SupportSurveyInvitation(models.Model):
    _inherit = "support.survey.invitation"

    @api.model
    def _get_scores(self, kind, domain=(), date_from=None, date_to=None, groupby=()):
        """CSAT, NPS or CES of a period, as the present user may see it.

        Answers count on the day of the answer. The response rate is that of the
        questions asked in the period, whenever they were answered. Rates are None
        below five answers (or questions); counts are always given.

        :param str kind: csat, nps or ces
        :param domain: further conditions on ``support.survey.invitation``
        :param date_from: UTC, included; None for no limit
        :param date_to: UTC, not included; None for no limit
        :param groupby: fields to group by; none gives one row
        :return: list of dicts with the group's values and ``n``, ``asked``,
            ``responded``, ``response_rate`` (0 to 1), ``mean`` and

            * csat: ``good``, ``share`` (0 to 1, of scores 4 and 5)
            * nps: ``promoters``, ``passives``, ``detractors``, ``nps`` (-100 to 100)
            * ces: ``share`` (0 to 1, of scores 5 to 7)
        """
        base = Domain(domain) & Domain("kind", "=", kind) & self._get_counted_domain()
        asked_in = base & _between("sent_at", date_from, date_to)
        answered_in = (
            base
            & Domain("state", "=", "answered")
            & _between("answered_at", date_from, date_to)
        )
        scores, asked, responded = {}, Counter(), Counter()
        groupby = list(groupby)
        for *group, score, count in self._read_group(
            answered_in, [*groupby, "score"], ["__count"]
        ):
            scores.setdefault(tuple(group), Counter())[score] += count
        for *group, state, count in self._read_group(
            asked_in, [*groupby, "state"], ["__count"]
        ):
            asked[tuple(group)] += count
            responded[tuple(group)] += count if state == "answered" else 0
        groups = dict.fromkeys([*scores, *asked]) or ({} if groupby else {(): None})
        return [
            {
                **dict(zip(groupby, group, strict=True)),
                **_summarise(kind, scores.get(group, Counter())),
                "asked": asked[group],
                "responded": responded[group],
                "response_rate": _rate(responded[group], asked[group]),
            }
            for group in groups
        ]

    @api.model
    def _get_counted_domain(self):
        """What figures count: no ticket that is left out of them."""
        return Domain("ticket_id", "=", False) | (
            Domain("ticket_id.exclusion", "=", False)
            & Domain("ticket_id.merged_into_id", "=", False)
        )


def _between(field, date_from, date_to):
    domain = Domain(field, "!=", False)
    if date_from:
        domain &= Domain(field, ">=", date_from)
    return domain & Domain(field, "<", date_to) if date_to else domain


def _rate(part, whole):
    return part / whole if whole >= SMALL_CELL else None


def _summarise(kind, scores):
    """The figures of ``scores``, a Counter of how often each was given."""
    n, scale = scores.total(), SCALES[kind]
    total = sum(score * count for score, count in scores.items())
    values = {"n": n, "mean": _rate(total, n)}
    good = sum(count for score, count in scores.items() if score >= scale.lowest_good)
    if kind == "nps":
        promoters = good
        detractors = sum(
            count for score, count in scores.items() if score <= scale.highest_bad
        )
        share = _rate(promoters - detractors, n)
        values["promoters"] = promoters
        values["detractors"] = detractors
        values["passives"] = n - promoters - detractors
        values["nps"] = None if share is None else round(100 * share)
        return values
    return {**values, "good": good, "share": _rate(good, n)}
