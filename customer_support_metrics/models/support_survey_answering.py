"""Answers: by the page behind the link, or by Odoo's survey; stored once a question."""

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from .support_survey_rule import SCALES


class SupportSurveyInvitation(models.Model):
    _inherit = "support.survey.invitation"

    # --- the link -----------------------------------------------------------------

    def _get_answer_url(self, score=None):
        """The address of the page that takes the answer.

        :param int score: chosen on the page already; opening it stores nothing
        """
        self.ensure_one()
        record = self.ticket_id or self.order_id or self
        base = record.get_base_url()
        # sudo: survey.user_input, own token: for the mail to this customer alone
        invitation = self.sudo()
        if invitation.user_input_id:
            return f"{base}{invitation.user_input_id.get_start_url()}"
        chosen = f"?score={score}" if score else ""
        return f"{base}/support/rate/{invitation.token}{chosen}"

    @api.model
    def _find_by_token(self, token):
        """The question that a link belongs to, in sudo; empty when there is none."""
        # sudo: support.survey.invitation: who has the token may answer this one
        invitations = self.sudo()
        if not isinstance(token, str) or not token or "\x00" in token:
            return invitations.browse()
        domain = [("token", "=", token), ("state", "in", ("sent", "answered"))]
        return invitations.search(domain, limit=1)

    def _is_for(self, user):
        """Whether this visitor may answer: the customer, or somebody not signed in.

        A store may know a customer by several contacts: who has the address to which
        the question went is the same person.
        """
        self.ensure_one()
        if user._is_public():
            return True
        if self.partner_id and user.partner_id == self.partner_id:
            return True
        return bool(self.email) and email_normalize(user.email) == self.email

    def _get_phase(self):
        """What can be done now: open, changeable, fixed or expired."""
        self.ensure_one()
        now = fields.Datetime.now()
        if self.state == "answered":
            return "changeable" if now < self.fixed_at else "fixed"
        return "open" if self.state == "sent" and now < self.expires_at else "expired"

    # --- storing ------------------------------------------------------------------

    def _answer(self, score, comment="", reasons=None):
        """Store what the customer says; a later answer replaces an earlier one.

        :param int score: on the scale of the question
        :param str comment: plain text
        :param reasons: ``support.rating.reason`` that were ticked
        :raise UserError: for a score off the scale, after the end, and once fixed
        """
        self.ensure_one()
        self.lock_for_update()
        self.invalidate_recordset()
        lowest, highest, *_limits = SCALES[self.kind]
        if not lowest <= score <= highest:
            raise UserError(self.env._("Please choose one of the scores."))
        if self._get_phase() not in ("open", "changeable"):
            raise UserError(self.env._("This answer cannot be changed any more."))
        self._store_answer(score, comment, reasons)
        if self.kind == "csat":
            self._store_rating()
        self._log_answer()
        self._follow_up()

    def _store_answer(self, score, comment, reasons):
        now = fields.Datetime.now()
        values = {
            "state": "answered",
            "score": score,
            "comment": comment,
            "rating_reason_ids": [(6, 0, reasons.ids if reasons else [])],
        }
        if not self.answered_at:
            values["answered_at"] = now
            values["fixed_at"] = now + timedelta(hours=self.rule_id.change_hours)
        self.write(values)

    def _get_answered_record(self):
        """The ticket that holds the case now, else the order."""
        ticket = self.ticket_id
        return ticket._get_survivor() if ticket else self.order_id

    def _store_rating(self):
        """Keep the score as Odoo's rating of the ticket or the order."""
        record = self._get_answered_record()
        if not record:
            return
        values = {
            "rating": self.score,
            "feedback": self.comment,
            "consumed": True,
        }
        if self.rating_id:
            self.rating_id.write(values)
            return
        self.rating_id = self.env["rating.rating"].create(
            {
                **values,
                "res_model_id": self.env["ir.model"]._get_id(record._name),
                "res_id": record.id,
                "support_ticket_id": self.ticket_id and record.id,
                "partner_id": self.partner_id.id,
                "rated_partner_id": self.agent_id.partner_id.id,
                # Odoo's own page would take another answer for it, at any time.
                "access_token": False,
            }
        )

    def _log_answer(self):
        """Show the answer in the conversation, to staff alone."""
        record = self._get_answered_record()
        if not record:
            return
        staff = self.with_context(lang=self.company_id.partner_id.lang)
        lines = [staff.display_name, *staff.rating_reason_ids.mapped("name")]
        lines += (self.comment or "").splitlines()
        body = Markup("").join(Markup("<p>%s</p>") % line for line in lines)
        record._message_log(body=body)

    # --- Odoo's survey ---------------------------------------------------------------

    def _read_survey(self):
        """Take score and comment from the finished survey."""
        self.ensure_one()
        if self._get_phase() != "open":
            return
        lines = self.user_input_id.user_input_line_ids.filtered(
            lambda line: not line.skipped
        )
        question = self.rule_id._find_score_question()
        score = lines.filtered(lambda line: line.question_id == question)[:1]
        texts = lines.filtered(lambda line: line.answer_type == "text_box")
        if score:
            self._answer(score.value_scale, texts[:1].value_text_box or "")
