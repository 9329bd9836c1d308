"""Asking: what is due is judged once more, then mailed in the customer's language."""

import secrets
from datetime import timedelta

from odoo import models

# A question that comes this long after its moment is asked no more.
MAX_LATE = timedelta(days=7)


class SupportSurveyInvitation(models.Model):
    _inherit = "support.survey.invitation"

    def _run_due(self, now):
        """Ask this customer, or write down why not."""
        if self.state != "queued":
            self.send_at = False
            return
        if self.ticket_id and self._has_moved_on(now):
            return
        skip_reason = self._get_skip_reason(now)
        if not skip_reason and not self._claim_quiet_period():
            skip_reason = "quiet"
        if skip_reason:
            self.write(
                {"state": "skipped", "skip_reason": skip_reason, "send_at": False}
            )
        else:
            self._ask(now)

    def _has_moved_on(self, now):
        """Whether the ticket was opened again meanwhile: then its last end counts."""
        if not self.ticket_id.resolved_at:
            # Its next solution is asked about.
            self.unlink()
            return True
        due_at = self.ticket_id.resolved_at + self.rule_id._get_delay()
        if due_at > now:
            self.write({"due_at": due_at, "send_at": due_at})
        return due_at > now

    def _get_skip_reason(self, now):
        """Why this question is not asked: a value of ``skip_reason``, or False."""
        ticket = self.ticket_id
        if not self.rule_id.active:
            return "archived"
        if now > self.due_at + MAX_LATE:
            return "late"
        if ticket.exclusion or ticket.merged_into_id:
            return "excluded"
        if ticket.closed_by:
            return "idle"
        if not ticket and self._has_open_case():
            return "open_case"
        if self._is_blacklisted():
            return "blacklisted"
        return False

    def _has_open_case(self):
        domain = [("sale_order_id", "=", self.order_id.id), ("closed_at", "=", False)]
        return bool(self.env["support.ticket"].search_count(domain, limit=1))

    def _get_quiet_counter(self):
        return f"survey_{self.kind}"

    def _ask(self, now):
        expires_at = now + timedelta(days=self.rule_id.expiry_days)
        self.write(
            {
                "state": "sent",
                "sent_at": now,
                "send_at": False,
                "expires_at": expires_at,
                "token": self.kind == "csat" and secrets.token_hex(32),
                **self._prepare_credit(),
            }
        )
        if self.kind != "csat":
            self.user_input_id = self._create_user_input()
        self._send_mail(self.rule_id._get_mail_template())

    def _prepare_credit(self):
        """Who and what a score of this question belongs to, as of now."""
        ticket = self.ticket_id
        if not ticket:
            return {}
        answer = self.env["support.ticket.event"].search(
            [
                ("ticket_id", "=", ticket.id),
                ("kind", "=", "reply"),
                ("author_kind", "=", "human"),
            ],
            order="id desc",
            limit=1,
        )
        return {
            "agent_id": answer.user_id.id,
            "team_id": (answer.team_id or ticket.team_id).id,
            "channel_id": ticket.channel_id.id,
            "reason_id": ticket.reason_id.id,
        }

    def _create_user_input(self):
        """The customer's own sheet of the survey, which ends with the link."""
        partner = self.partner_id
        return self.env["survey.user_input"].create(
            {
                "survey_id": self.rule_id.survey_id.id,
                "partner_id": partner.id,
                "email": self.email,
                "nickname": partner.name,
                "deadline": self.expires_at,
                "lang_id": self.env["res.lang"]._lang_get(self.lang).id,
                "predefined_question_ids": [
                    (6, 0, self.rule_id.survey_id.question_ids.ids)
                ],
            }
        )

    def _get_mail_reply_to(self):
        ticket = self.ticket_id
        return ticket and ticket._notify_get_reply_to().get(ticket.id)

    def _prepare_mail_values(self):
        # The mail names no document: whoever may read the case must not read the link
        # that answers for the customer.
        return {
            **super()._prepare_mail_values(),
            "model": False,
            "res_id": False,
            "auto_delete": True,
        }
