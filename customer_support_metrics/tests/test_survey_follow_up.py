"""A bad score becomes one task; a very good one may ask for a review."""

from datetime import date

from odoo import Command
from odoo.tests import tagged

from .survey_common import SurveyCommon


@tagged("post_install", "-at_install")
class TestSurveyFollowUp(SurveyCommon):
    def ask_once(self, order=None, **rule):
        self.make_rule(**rule)
        self.solve(2026, 3, 2, 14, sale_order_id=order and order.id)
        return self.ask(2026, 3, 2, 15)

    def answer(self, asked, score, comment=""):
        with self.at(2026, 3, 3, 12):
            asked._answer(score, comment)

    def get_tasks(self, record):
        kind = self.env.ref("customer_support_metrics.mail_activity_recovery")
        tasks = record.activity_ids.filtered(lambda one: one.activity_type_id == kind)
        return [(task.user_id, task.date_deadline) for task in tasks]

    def test_a_bad_score_is_one_task_with_owner_and_deadline(self):
        asked = self.ask_once(recovery_days=2)
        self.answer(asked, 2, "Still broken")
        self.answer(asked, 1, "Still broken!")
        expected = [(self.lead, date(2026, 3, 5))]
        self.assertEqual(self.get_tasks(asked.ticket_id), expected)
        self.assertIn("Still broken", asked.ticket_id.activity_ids.note)

    def test_the_rule_names_who_calls_back(self):
        asked = self.ask_once(recovery_user_id=self.agent.id, kind="ces")
        self.answer(asked, 3)
        self.assertEqual(self.get_tasks(asked.ticket_id)[0][0], self.agent)

    def test_who_cannot_open_the_ticket_gets_no_task(self):
        self.team.visibility = "members"
        asked = self.ask_once(recovery_user_id=self.agent_b.id)
        self.answer(asked, 1)
        self.assertEqual(self.get_tasks(asked.ticket_id)[0][0], self.lead)

    def test_good_and_middling_scores_are_no_task(self):
        asked = self.ask_once()
        self.answer(asked, 3)
        self.assertFalse(self.get_tasks(asked.ticket_id))

    def test_a_rule_may_make_no_tasks(self):
        asked = self.ask_once(recovery_days=0)
        self.answer(asked, 1)
        self.assertFalse(self.get_tasks(asked.ticket_id))

    def test_after_a_merge_the_task_stands_on_the_ticket_that_goes_on(self):
        asked = self.ask_once()
        survivor = self.make_ticket()
        asked.ticket_id._merge_into(survivor)
        self.answer(asked, 1)
        self.assertTrue(self.get_tasks(survivor))
        self.assertEqual(asked.rating_id.res_id, survivor.id)

    def test_an_order_that_disappoints_is_a_task_of_the_order(self):
        self.make_rule(trigger="order_delivered", recovery_user_id=self.lead.id)
        self.deliver(self.order, 2026, 3, 2, 14)
        asked = self.ask(2026, 3, 2, 15)
        self.answer(asked, 1)
        self.assertEqual(self.get_tasks(self.order)[0][0], self.lead)
        self.assertEqual(asked.rating_id.res_model, "sale.order")

    # --- reviews ----------------------------------------------------------------------

    def test_a_promoter_is_asked_once_for_a_review_of_what_was_bought(self):
        self.lamp.product_tmpl_id.is_published = True
        asked = self.ask_once(self.order, kind="nps", invites_review=True)
        self.answer(asked, 9)
        self.answer(asked, 10)
        (mail,) = self.find_mails("Write a review")
        self.assertIn(self.lamp.website_url, mail.body_html)

    def test_no_review_without_a_promoter_a_product_in_the_shop_or_the_wish(self):
        published = self.lamp.product_tmpl_id
        for score, is_published, wish in (
            (8, True, True),
            (10, False, True),
            (10, True, False),
        ):
            with self.subTest(score=score, published=is_published, wish=wish):
                published.is_published = is_published
                self.env["support.survey.rule"].search([]).active = False
                asked = self.ask_once(
                    self.order, kind="nps", invites_review=wish, quiet_days=0
                )
                self.answer(asked[:1], score)
                self.assertFalse(self.find_mails("Write a review"))

    # --- a code for a friend ----------------------------------------------------------

    def make_coupons(self):
        return self.env["loyalty.program"].create(
            {
                "name": "Friends",
                "program_type": "coupons",
                "trigger": "with_code",
                "applies_on": "current",
                "reward_ids": [Command.create({"discount": 10})],
            }
        )

    def test_a_promoter_gets_one_code_that_anybody_can_use(self):
        program = self.make_coupons()
        asked = self.ask_once(
            self.order, kind="nps", referral_program_id=program.id, quiet_days=0
        )
        self.answer(asked, 9)
        self.answer(asked, 10)
        card = asked.referral_card_id
        self.assertEqual(program.coupon_ids, card)
        self.assertFalse(card.partner_id)
        (mail,) = self.find_mails("a friend of yours")
        self.assertIn(card.code, mail.body_html)
        # A friend's order takes it, once.
        friends = self._new_order(self.customer_b)
        friends.state = "draft"
        self.assertNotIn("error", friends._try_apply_code(card.code))

    def test_a_promoter_who_answers_again_gets_no_other_code(self):
        program = self.make_coupons()
        for _number in range(2):
            self.env["support.survey.rule"].search([]).active = False
            asked = self.ask_once(
                kind="nps", referral_program_id=program.id, quiet_days=0
            )
            self.answer(asked[:1], 10)
        self.assertEqual(len(program.coupon_ids), 1)
        self.assertEqual(len(self.find_mails("a friend of yours")), 1)
        # Nor a third one when the first was deleted.
        had = self.invitations.search([("is_referral_sent", "=", True)])
        had.referral_card_id.unlink()
        again = self.add_answers("nps", [10])
        again.rule_id.referral_program_id = program
        again._follow_up()
        self.assertFalse(again.is_referral_sent)
        self.assertFalse(program.coupon_ids)

    def test_no_code_without_a_promoter_or_the_wish(self):
        program = self.make_coupons()
        asked = self.ask_once(kind="nps", referral_program_id=program.id)
        self.answer(asked, 8)
        self.assertFalse(program.coupon_ids)
        self.env["support.survey.rule"].search([]).active = False
        asked = self.ask_once(kind="nps", quiet_days=0)
        self.answer(asked[:1], 10)
        self.assertFalse(self.find_mails("a friend of yours"))

    # --- audiences --------------------------------------------------------------------

    def find(self, audience):
        domain = [
            ("support_audience", "=", audience),
            ("id", "in", (self.customer | self.customer_b).ids),
        ]
        return self.env["res.partner"].search(domain)

    def test_the_last_recommendation_makes_promoters_and_detractors(self):
        self.add_answers("nps", [3])
        self.add_answers("nps", [10], answered_at=self.datetime(2026, 4, 1, 12))
        self.add_answers("nps", [6], partner=self.customer_b)
        self.assertEqual(self.find("promoter"), self.customer)
        self.assertEqual(self.find("detractor"), self.customer_b)
        self.assertFalse(self.find("passive"))
        self.assertEqual(self.customer_b.support_audience, "detractor")

    def test_rescued_is_who_was_unhappy_first_and_happy_last(self):
        self.add_answers("csat", [1])
        self.add_answers("csat", [5], answered_at=self.datetime(2026, 4, 1, 12))
        later = self.datetime(2026, 4, 1, 12)
        self.add_answers("csat", [5], partner=self.customer_b)
        self.add_answers("csat", [1], partner=self.customer_b, answered_at=later)
        self.assertEqual(self.find("rescued"), self.customer)

    def test_one_time_buyers_with_a_bad_case(self):
        buyer, regular, content, unsold = self.env["res.partner"].create(
            [
                {"name": name, "email": f"{name}@example.com"}
                for name in ("buyer", "regular", "content", "unsold")
            ]
        )
        for partner in (buyer, regular, regular, content):
            self._new_order(partner)
        self._new_order(buyer)._action_cancel()
        for partner in (buyer, regular, unsold):
            self.add_answers("csat", [2], partner=partner)
        self.add_answers("csat", [3], partner=content)
        people = buyer | regular | content | unsold

        def find():
            domain = [("support_audience", "=", "one_time_bad")]
            return people.search([*domain, ("id", "in", people.ids)])

        self.assertEqual(find(), buyer)
        self.assertEqual(buyer.support_audience, "one_time_bad")
        # A case that was opened again is a bad one too; spam is none.
        ticket = self.solve(2026, 3, 2, 14, partner_id=content.id)
        with self.at(2026, 3, 3, 14):
            self.customer_writes(ticket)
        self.assertEqual(find(), buyer | content)
        ticket.exclusion = "spam"
        self.assertEqual(find(), buyer)
        # Who ordered again as a guest is no one-time buyer.
        self._new_order(buyer.copy({"email": "Buyer@example.com"}))
        self.assertFalse(find())

    def test_the_audiences_stand_ready_for_mailings(self):
        for name in ("promoters", "detractors", "rescued", "one_time_bad"):
            ready = self.env.ref(f"customer_support_metrics.mailing_filter_{name}")
            self.assertEqual(ready.mailing_model_name, "res.partner")
