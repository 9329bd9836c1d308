"""Two months of solved cases and what customers said of them, for a full dashboard."""

import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import file_open

CASES = "customer_support_metrics/demo/support_metrics_demo.json"
CASE_COUNT = 40
DAYS = 60
AGENTS = ("user_bia", "user_caio")
TEAMS = ("team_customer_care", "team_customer_care", "team_returns")
# What customers give, one after the other; None for no answer.
SCORES = {
    "csat": (5, 4, None, 5, 3, 5, None, 4, 1, 5, 4, None, 5, 2, 5),
    "ces": (6, 7, None, 5, 6, 3, 7, None, 4, 6),
    "nps": (9, 10, None, 8, 9, 5, 10, None, 7, 10, 9, 3),
}
COMMENTS = {
    5: "Fast and friendly. Thank you!",
    1: "I had to ask twice.",
    2: "Too slow.",
}


class SupportDemo(models.AbstractModel):
    _inherit = "support.demo"

    @api.model
    def _load_opinions(self):
        """Play the cases of two months, and let customers answer questions about them.

        All that is dated in the past happens there: nobody is written to.
        """
        with file_open(CASES) as file:
            cases = json.load(file)
        quiet = self.with_context(
            mail_create_nolog=True, mail_notrack=True, tracking_disable=True
        )
        tickets = self.env["support.ticket"]
        for number in range(CASE_COUNT):
            case = cases[number % len(cases)]
            tickets += quiet._play(self._prepare_past_case(case, number))
        self._let_answer("csat", tickets)
        self._let_answer("ces", tickets[::3])
        self._let_answer("nps", tickets[::2])

    def _prepare_past_case(self, case, number):
        """A case as ``_play`` takes it, solved within its first days."""
        answered = 0.5 + number * 7 % 11
        solved = answered + 1 + number * 5 % 23
        messages = [
            [0, "customer", case["question"]],
            [answered, "agent", case["answer"]],
        ]
        if number % 4 == 3 and "more" in case:
            messages += [
                [answered + 1 + 3 * place, who, text]
                for place, (who, text) in enumerate(case["more"])
            ]
            solved += 6
        return {
            "subject": case["subject"],
            "days": DAYS - number * (DAYS - 3) / CASE_COUNT,
            "team": TEAMS[number % len(TEAMS)],
            "channel": case["channel"],
            "customer": case["customer"],
            "reason": case["reason"],
            "agent": AGENTS[number % len(AGENTS)],
            "messages": messages,
            "end": ["solved", solved],
        }

    def _let_answer(self, kind, tickets):
        """Ask about these tickets a day after their solution.

        :param str kind: csat, nps or ces
        """
        rule = self.env.ref(f"customer_support_metrics.survey_rule_{kind}")
        asked = self.env["support.survey.invitation"].create(
            [
                self._prepare_opinion(rule, kind, ticket, number)
                for number, ticket in enumerate(tickets)
            ]
        )
        for one in asked:
            one.write(one._prepare_credit())
            if kind == "csat" and one.score:
                one._store_rating()

    def _prepare_opinion(self, rule, kind, ticket, number):
        score = SCORES[kind][number % len(SCORES[kind])]
        asked_at = ticket.resolved_at + timedelta(hours=24)
        values = {
            "rule_id": rule.id,
            "kind": kind,
            "company_id": rule.company_id.id,
            "ticket_id": ticket.id,
            "partner_id": ticket.partner_id.id,
            "email": ticket.email_normalized,
            "lang": ticket.lang,
            "due_at": asked_at,
            "sent_at": asked_at,
            "expires_at": asked_at + timedelta(days=rule.expiry_days),
            "state": "sent",
        }
        if score is None:
            return values
        answered_at = min(asked_at + timedelta(hours=5), fields.Datetime.now())
        return {
            **values,
            "state": "answered",
            "score": score,
            "comment": COMMENTS.get(score) if kind == "csat" and number % 2 else "",
            "answered_at": answered_at,
            "fixed_at": answered_at + timedelta(hours=rule.change_hours),
        }
