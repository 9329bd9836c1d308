from babel.dates import format_skeleton

from odoo import api, fields, models
from odoo.tools import babel_locale_parse, format_date, get_lang

from ..tools.return_verdict import ALL_WAYS, Verdict, get_day, get_last_day


class SupportReturnPolicy(models.Model):
    _inherit = "support.return.policy"

    @api.model
    def _judge(self, sale_lines, reason=None, at=None):
        """Say of each order line whether it may be returned, and on which terms.

        The caller checks that the user may see these lines. Needs a fixed number of
        queries, however many lines there are.

        :param sale_lines: recordset of `sale.order.line`
        :param reason: `support.reason` of the ticket: it tells whose fault it is
        :param datetime at: the moment (UTC) to judge at, now when not given
        :return: dict {sale.order.line: Verdict}, in words of the user's language
        """
        # sudo: sale.order.line, support.reason: whether, when and where goods that
        # the caller shows already were delivered; customers cannot read deliveries
        lines = sale_lines.with_env(self.env(su=True))
        is_fault = bool(reason) and reason.sudo().is_our_fault
        at = at or fields.Datetime.now()
        candidates = self._find_candidates(lines.company_id)
        return {
            line: candidates._judge_kindly(line_su, is_fault, at)
            for line, line_su in zip(sale_lines, lines, strict=True)
        }

    def _judge_kindly(self, line, is_fault, at):
        """Say whether one line may be returned, by the one of these that decides.

        Of several that compete (see ``support_return_policy_choice.py``) it is the
        kindest that still allows it at that moment.

        :param line: `sale.order.line` (in sudo)
        :return: Verdict
        """
        order = line.order_id
        day = get_day(order.date_order, order._get_support_return_zone())
        rivals = self._find_rivals(*line._get_support_return_terms(), day)
        if len(rivals) < 2:
            return rivals._judge_line(line, is_fault, at)
        verdicts = {policy: policy._judge_line(line, is_fault, at) for policy in rivals}
        kindest = max(
            rivals, key=lambda p: (verdicts[p].allowed, p._get_kindness(is_fault))
        )
        return verdicts[kindest]

    def _judge_line(self, line, is_fault, at):
        """Say whether one line may be returned under this policy, or under none.

        :param line: `sale.order.line` (in sudo)
        :param bool is_fault: the fault is ours
        :param datetime at: the moment in UTC
        :return: Verdict
        """
        _ = self.env._
        if refusal := line._get_support_no_return_words():
            return Verdict(False, refusal, summary=_("No return"))
        terms = self._prepare_verdict_terms(is_fault)
        delivered_at = line._get_support_delivered_at()
        if not delivered_at:
            explanation = _("Cannot be returned yet: it was not delivered.")
            return Verdict(False, explanation, **terms, summary=_("Not delivered yet"))
        if not self:
            explanation = _("No return policy applies to it.")
            return Verdict(True, explanation, **terms, summary=_("No return policy"))
        days = self._get_days(is_fault)
        if days is None:
            explanation = self._explain_final_sale()
            return Verdict(False, explanation, **terms, summary=_("Final sale"))
        zone = line.order_id._get_support_return_zone()
        last_day = get_last_day(delivered_at, days, zone)
        allowed = get_day(at, zone) <= last_day
        return Verdict(
            allowed,
            self._explain_period(allowed, last_day, is_fault),
            last_day=last_day,
            summary=self._summarize_period(allowed, last_day),
            **terms,
        )

    def _prepare_verdict_terms(self, is_fault):
        """Return the fields of a verdict that do not depend on the order."""
        return {
            "policy_id": self.id,
            "payer": "store" if is_fault else self.payer or "customer",
            # Without a policy nothing is promised: a person decides.
            "self_service": self.self_service,
            "ways": self._get_ways(is_fault) if self else ALL_WAYS,
        }

    # In words

    def _explain_final_sale(self):
        return self.env._(
            "Cannot be returned: final sale (policy “%(policy)s”).", policy=self.name
        )

    def _explain_period(self, allowed, last_day, is_fault):
        values = {"date": format_date(self.env, last_day), "policy": self.name}
        if not allowed:
            return self.env._(
                "Could be returned until %(date)s (policy “%(policy)s”); that day is "
                "over.",
                **values,
            )
        if is_fault:
            return self.env._(
                "Damaged, wrong or defective goods can be returned until %(date)s at "
                "our cost (policy “%(policy)s”).",
                **values,
            )
        if self.condition == "unopened":
            return self.env._(
                "Can be returned unopened until %(date)s (policy “%(policy)s”).",
                **values,
            )
        if self.condition == "unused":
            return self.env._(
                "Can be returned unused until %(date)s (policy “%(policy)s”).", **values
            )
        return self.env._(
            "Can be returned until %(date)s (policy “%(policy)s”).", **values
        )

    def _summarize_period(self, allowed, last_day):
        if not allowed:
            return self.env._("Too late to return")
        return self.env._(
            "Return until %(date)s",
            # Day and month, in the order of the language.
            date=format_skeleton(
                "MMMd", last_day, locale=babel_locale_parse(get_lang(self.env).code)
            ),
        )
