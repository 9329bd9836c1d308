"""Who is asked, when, how often, and in whose name."""

from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .survey_common import MONDAY, SurveyCommon


@tagged("post_install", "-at_install")
class TestSurveyRule(SurveyCommon):
    # --- when ---------------------------------------------------------------------

    def test_a_solved_ticket_is_asked_about_once_after_the_delay(self):
        self.make_rule(delay_hours=24)
        ticket = self.solve(2026, 3, 2, 14)
        self.assertFalse(self.ask(2026, 3, 3, 13, 30))
        asked = self.ask(2026, 3, 3, 14, 30)
        self.assertEqual(asked.ticket_id, ticket)
        self.assertEqual(asked.state, "sent")
        self.assertEqual(len(self.find_mails("/support/rate/")), 1)
        self.assertFalse(self.ask(2026, 3, 3, 15))
        self.assertEqual(len(self.find_mails("/support/rate/")), 1)

    def test_what_was_solved_before_the_rule_is_not_asked_about(self):
        self.solve(2026, 3, 2, 12)
        self.make_rule()
        self.assertFalse(self.plan(2026, 3, 2, 14))

    def test_what_was_solved_while_the_rule_slept_is_not_asked_about(self):
        rule = self.make_rule()
        rule.active = False
        self.solve(2026, 3, 2, 14)
        with self.at(2026, 3, 2, 15):
            rule.active = True
        self.assertFalse(self.plan(2026, 3, 2, 16))

    def test_a_reopened_ticket_is_asked_about_after_its_last_end(self):
        self.make_rule(delay_hours=24)
        ticket = self.solve(2026, 3, 2, 14)
        self.assertTrue(self.plan(2026, 3, 2, 15))
        with self.at(2026, 3, 3, 9):
            ticket.action_reopen()
        self.assertFalse(self.ask(2026, 3, 3, 15))
        self.assertFalse(self.invitations.search([("ticket_id", "=", ticket.id)]))
        self.solve(2026, 3, 4, 14, ticket=ticket)
        self.assertFalse(self.ask(2026, 3, 5, 13))
        self.assertEqual(self.ask(2026, 3, 5, 15).ticket_id, ticket)

    def test_a_ticket_solved_again_before_the_question_is_asked_later(self):
        self.make_rule(delay_hours=24)
        ticket = self.solve(2026, 3, 2, 14)
        self.plan(2026, 3, 2, 15)
        with self.at(2026, 3, 2, 16):
            ticket.action_reopen()
        self.solve(2026, 3, 3, 13, ticket=ticket)
        self.assertFalse(self.ask(2026, 3, 3, 15))
        self.assertTrue(self.ask(2026, 3, 4, 14))

    def test_a_delivered_order_is_asked_about_days_later(self):
        self.make_rule(trigger="order_delivered", delay_hours=72, kind="csat")
        self.deliver(self.order, 2026, 3, 2, 15)
        self.assertFalse(self.ask(2026, 3, 5, 14))
        asked = self.ask(2026, 3, 5, 16)
        self.assertEqual(asked.order_id, self.order)
        self.assertFalse(asked.ticket_id or asked.agent_id)
        self.assertIn(self.order.name, self.find_mails("/support/rate/").body_html)

    def test_an_order_with_an_open_case_is_not_asked_about(self):
        self.make_rule(trigger="order_delivered")
        self.deliver(self.order, 2026, 3, 2, 15)
        self.make_ticket(sale_order_id=self.order.id)
        self.assertFalse(self.ask(2026, 3, 2, 16))
        asked = self.invitations.search([("order_id", "=", self.order.id)])
        self.assertEqual(asked.skip_reason, "open_case")

    def test_an_order_that_is_only_sent_in_part_is_not_asked_about(self):
        self.make_rule(trigger="order_delivered")
        picking = self.order.picking_ids
        with self.at(2026, 3, 2, 15):
            picking.move_ids[0].write({"quantity": 1, "picked": True})
            picking.with_context(skip_backorder=True).button_validate()
        self.assertFalse(self.plan(2026, 3, 2, 16))

    # --- whom ---------------------------------------------------------------------

    def test_spam_tests_merged_and_idle_tickets_are_never_asked_about(self):
        self.make_rule()
        for exclusion in ("spam", "test", "duplicate", "internal"):
            self.solve(2026, 3, 2, 14, exclusion=exclusion)
        idle = self.solve(2026, 3, 2, 14)
        idle.closed_by = "idle"
        survivor, loser = self.make_ticket(), self.solve(2026, 3, 2, 14)
        loser._merge_into(survivor)
        self.assertFalse(self.plan(2026, 3, 2, 15))

    def test_what_turns_out_to_be_spam_before_the_question_is_not_asked_about(self):
        self.make_rule(delay_hours=24)
        ticket = self.solve(2026, 3, 2, 14)
        asked = self.plan(2026, 3, 2, 15)
        ticket.exclusion = "spam"
        self.run_job("ask", 2026, 3, 3, 15)
        self.assertEqual((asked.state, asked.skip_reason), ("skipped", "excluded"))
        self.assertFalse(self.find_mails("/support/rate/"))

    def test_team_channel_reason_and_language_of_the_rule_decide(self):
        form = self.env.ref("customer_support.channel_web_form")
        portuguese = self.env["res.lang"]._activate_lang("pt_BR")
        for condition, fitting in (
            ({"team_ids": self.link(self.team)}, {}),
            ({"channel_ids": self.link(form)}, {"channel_id": form.id}),
            (
                {"reason_ids": self.link(self.damaged.parent_id)},
                {"reason_id": self.damaged.id},
            ),
            ({"lang_ids": self.link(portuguese)}, {"lang": "pt_BR"}),
        ):
            with self.subTest(condition):
                rule = self.make_rule(**condition)
                self.solve(
                    *(2026, 3, 2, 14),
                    agent=self.lead,
                    team_id=self.team_b.id,
                    reason_id=self.question.id,
                )
                wanted = self.solve(2026, 3, 2, 14, **fitting)
                self.assertEqual(self.plan(2026, 3, 2, 15).ticket_id, wanted)
                rule.active = False

    def test_who_has_no_address_or_wants_no_mails_is_not_asked(self):
        self.make_rule(quiet_days=0)
        self.env["mail.blacklist"]._add("joao@example.com")
        self.solve(2026, 3, 2, 14, partner_id=False, email_from="no-reply@shop.example")
        self.solve(2026, 3, 2, 14, partner_id=self.customer_b.id)
        self.assertFalse(self.ask(2026, 3, 2, 15))
        asked = self.invitations.search([("email", "=", "joao@example.com")])
        self.assertEqual(asked.skip_reason, "blacklisted")

    def test_a_sample_asks_about_so_many_and_always_the_same(self):
        rule = self.make_rule(sample_percent=30)
        tickets = self.env["support.ticket"].browse(range(1, 2001))
        chosen = [ticket.id for ticket in tickets if rule._is_in_sample(ticket)]
        self.assertAlmostEqual(len(chosen) / 2000, 0.3, delta=0.04)
        again = [ticket.id for ticket in tickets if rule._is_in_sample(ticket)]
        self.assertEqual(chosen, again)

    # --- how often ----------------------------------------------------------------

    def test_a_customer_is_left_in_peace_for_the_quiet_period(self):
        self.make_rule(quiet_days=30)
        self.solve(2026, 3, 2, 14)
        self.assertTrue(self.ask(2026, 3, 2, 15))
        self.solve(2026, 3, 20, 14)
        self.solve(2026, 3, 20, 14, partner_id=self.customer_b.id)
        asked = self.ask(2026, 3, 20, 15)
        self.assertEqual(asked.partner_id, self.customer_b)
        quiet = self.invitations.search([("skip_reason", "=", "quiet")])
        self.assertEqual(quiet.partner_id, self.customer)
        self.solve(2026, 4, 2, 14)
        self.assertEqual(self.ask(2026, 4, 2, 15).partner_id, self.customer)

    def test_two_questions_due_at_once_are_one(self):
        self.make_rule(quiet_days=30)
        self.solve(2026, 3, 2, 14)
        self.solve(2026, 3, 2, 14)
        self.assertEqual(len(self.ask(2026, 3, 2, 15)), 1)

    def test_the_first_rule_that_fits_asks(self):
        self.make_rule(sequence=20, name="Everything")
        first = self.make_rule(sequence=10, name="Our team")
        self.solve(2026, 3, 2, 14)
        self.assertEqual(self.plan(2026, 3, 2, 15).rule_id, first)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_second_question_about_a_ticket(self):
        self.make_rule()
        self.solve(2026, 3, 2, 14)
        asked = self.ask(2026, 3, 2, 15)
        with self.assertRaises(UniqueViolation), self.cr.savepoint():
            asked.copy()
            self.env.flush_all()

    def test_a_question_that_comes_far_too_late_is_not_asked(self):
        self.make_rule()
        self.solve(2026, 3, 2, 14)
        asked = self.plan(2026, 3, 2, 15)
        self.run_job("ask", 2026, 3, 12, 15)
        self.assertEqual(asked.skip_reason, "late")

    def test_a_question_that_fails_does_not_stop_the_others(self):
        self.make_rule(quiet_days=0)
        broken = self.solve(2026, 3, 2, 14)
        self.solve(2026, 3, 2, 14, partner_id=self.customer_b.id)
        rows = self.plan(2026, 3, 2, 15)
        row = rows.filtered(lambda one: one.ticket_id == broken)
        send = self.registry["support.survey.invitation"]._send_mail

        def fail_for_one(invitation, template):
            if invitation == row:
                raise ValueError("A template that cannot be rendered")
            return send(invitation, template)

        logger = "odoo.addons.customer_support.models.support_due_job_mixin"
        with (
            mute_logger(logger),
            patch.object(
                self.registry["support.survey.invitation"], "_send_mail", fail_for_one
            ),
        ):
            self.run_job("ask", 2026, 3, 2, 15)
        self.assertEqual(row.state, "queued")
        self.assertGreater(row.send_at, self.datetime(2026, 3, 2, 15))
        self.assertEqual((rows - row).state, "sent")

    # --- in whose name --------------------------------------------------------------

    def test_the_score_belongs_to_who_answered_last_not_to_who_holds_it(self):
        self.make_rule(delay_hours=1)
        with self.at(2026, 3, 2, 13):
            ticket = self.make_ticket(user_id=self.agent_own.id)
            self.agent_replies(ticket, agent=self.agent_own)
        self.solve(2026, 3, 2, 14, ticket=ticket, agent=self.agent)
        with self.at(2026, 3, 2, 14, 30):
            ticket.with_user(self.agent).message_post(
                body="Well done", subtype_xmlid="mail.mt_note"
            )
            ticket.user_id = self.lead
        self.assertEqual(self.ask(2026, 3, 2, 16).agent_id, self.agent)

    def test_the_mail_speaks_the_customer_s_language_and_names_no_document(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        self.customer.lang = "pt_BR"
        self.make_rule()
        self.solve(2026, 3, 2, 14)
        asked = self.ask(2026, 3, 2, 15)
        mail = self.find_mails("/support/rate/")
        self.assertIn("Muito bom", mail.body_html)
        self.assertIn(f"{asked.token}?score=5", mail.body_html)
        self.assertFalse(mail.model or mail.res_id)
        self.assertTrue(mail.auto_delete)
        messages = self.env["mail.message"].with_user(self.agent)
        self.assertFalse(messages.search([("body", "ilike", "support/rate")]))

    # --- setting up -----------------------------------------------------------------

    def test_agents_read_rules_and_answers_and_change_none(self):
        rule = self.make_rule()
        self.solve(2026, 3, 2, 14)
        asked = self.ask(2026, 3, 2, 15)
        with self.assertRaises(AccessError):
            rule.with_user(self.agent).name = "Mine"
        for user in (self.agent, self.lead):
            with self.assertRaises(AccessError):
                asked.with_user(user).score = 5
            with self.assertRaises(AccessError):
                asked.with_user(user).read(["token"])
        self.assertEqual(asked.with_user(self.agent).state, "sent")
        self.team.visibility = "members"
        with self.assertRaises(AccessError):
            asked.with_user(self.agent_b).read(["score"])

    def test_a_survey_without_the_right_scale_is_refused(self):
        effort = self.env.ref("customer_support_metrics.survey_ces")
        with self.assertRaises(ValidationError):
            self.make_rule(kind="nps", survey_id=effort.id)
        self.assertEqual(self.make_rule(MONDAY, kind="ces").survey_id, effort)
