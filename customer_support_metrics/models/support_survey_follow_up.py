"""What an answer sets in motion: a task to call back, a mail that asks for a review."""

from datetime import timedelta

from markupsafe import Markup

from odoo import fields, models

from .support_survey_rule import SCALES


class SupportSurveyInvitation(models.Model):
    _inherit = "support.survey.invitation"

    def _follow_up(self):
        """Win back who is unhappy; ask who is delighted for a review. Each once."""
        if self.rule_id._is_bad(self.score):
            self._open_recovery()
        elif self._is_delighted() and not self._is_blacklisted():
            # Who answers an old question may have unsubscribed since.
            self._thank()

    def _thank(self):
        """What a very good score sets in motion; other files add theirs."""
        if self.rule_id.invites_review:
            self._invite_review()

    def _is_delighted(self):
        return self.score >= (9 if self.kind == "nps" else SCALES[self.kind][1])

    # --- a bad score --------------------------------------------------------------

    def _open_recovery(self):
        """Make one task of a bad score, with an owner and a deadline."""
        record, days = self._get_answered_record(), self.rule_id.recovery_days
        owner = self._find_recovery_owner(record)
        if self.is_recovery_open or not record or not days or not owner:
            return
        self.is_recovery_open = True
        staff = self.with_context(lang=owner.lang)
        record.with_context(
            lang=owner.lang, mail_notify_force_send=False
        ).activity_schedule(
            "customer_support_metrics.mail_activity_recovery",
            date_deadline=fields.Date.context_today(self) + timedelta(days=days),
            summary=staff.env._("Call back: %(score)s", score=staff.display_name),
            note=Markup("<p>%s</p>") % (self.comment or ""),
            user_id=owner.id,
        )

    def _find_recovery_owner(self, record):
        """The first of those responsible who can open the ticket or order."""
        candidates = (
            self.rule_id.recovery_user_id
            | self.team_id.leader_id
            | self.ticket_id.user_id
            | self.env.ref("base.user_admin")
        )
        return candidates.filtered(
            lambda user: user.active and record.with_user(user).has_access("read")
        )[:1]

    # --- a very good score --------------------------------------------------------

    def _invite_review(self):
        """Queue one mail with a link to the product that was bought."""
        if self.is_review_invited or not self._get_review_url():
            return
        self.is_review_invited = True
        self._send_mail(
            self.env.ref("customer_support_metrics.mail_template_review_invitation")
        )

    def _find_reviewed_product(self):
        """The dearest product of the order that stands in the shop."""
        lines = self.order_id.order_line.filtered(
            lambda line: (
                not line.display_type
                and not line._is_delivery()
                and line.product_template_id.is_published
            )
        )
        return lines.sorted("price_subtotal", reverse=True)[:1].product_template_id

    def _get_review_url(self):
        """Where to write the review; empty when there is no such product."""
        product = self._find_reviewed_product()
        return f"{product.get_base_url()}{product.website_url}" if product else ""
