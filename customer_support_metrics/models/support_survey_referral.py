"""A code for the friends of who is delighted, once a customer."""

import psycopg2

from odoo import fields, models
from odoo.tools import mute_logger


class SupportSurveyRule(models.Model):
    _inherit = "support.survey.rule"

    referral_program_id = fields.Many2one(
        "loyalty.program",
        "Code for promoters",
        domain="[('program_type', '=', 'coupons'),"
        " ('company_id', 'in', (company_id, False))]",
        ondelete="set null",
        help="Who gives 9 or 10 gets one mail with a code of these coupons, to hand on"
        " to a friend; each customer once.",
    )


class SupportSurveyInvitation(models.Model):
    _inherit = "support.survey.invitation"

    referral_card_id = fields.Many2one(
        "loyalty.card", "Code to hand on", ondelete="set null"
    )
    is_referral_sent = fields.Boolean("Got a code", readonly=True)

    # The mark stays when the code is deleted: who has had one gets no other.
    _referral_partner_unique = models.UniqueIndex(
        "(company_id, partner_id) WHERE is_referral_sent AND partner_id IS NOT NULL"
    )
    _referral_email_unique = models.UniqueIndex(
        "(company_id, email) WHERE is_referral_sent AND email IS NOT NULL"
    )

    def _thank(self):
        result = super()._thank()
        if self.rule_id.referral_program_id.active and not self.is_referral_sent:
            self._send_referral()
        return result

    def _send_referral(self):
        """Make a code and queue the mail; nothing for who has had one.

        Of two answers at the same moment the unique index lets one through, and takes
        back the code of the other.
        """
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                self.is_referral_sent = True
                self.flush_recordset(["is_referral_sent"])
                self.referral_card_id = self._create_referral_card()
        except psycopg2.errors.UniqueViolation:
            self.invalidate_recordset()
            return
        self._send_mail(self.env.ref("customer_support_metrics.mail_template_referral"))

    def _create_referral_card(self):
        """A coupon for one order, tied to nobody: whoever has the code may use it.

        :return: ``loyalty.card``
        """
        program = self.rule_id.referral_program_id
        # sudo: loyalty.card, loyalty.reward: the customer who answers may make no
        # coupons; it is worth one reward of the program that a manager chose
        points = program.sudo().reward_ids[:1].required_points or 1
        cards = self.env["loyalty.card"].sudo().with_context(loyalty_no_mail=True)
        return cards.create({"program_id": program.id, "points": points})
