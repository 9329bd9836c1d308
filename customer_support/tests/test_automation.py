"""The ready rules fire where they should, and nowhere else."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import TransactionCase, tagged

from ..tools.negative_words import find_negative_words
from .common import SupportCommon

RULES = (
    *("automation_vip", "automation_high_value", "automation_delivery_late"),
    *("automation_negative_words", "automation_no_answer"),
)


@tagged("post_install", "-at_install")
class TestReadyRules(SupportCommon):
    def switch_on(self, name):
        rule = self.env.ref(f"customer_support.{name}")
        rule.active = True
        self.addCleanup(self.env["base.automation"]._unregister_hook)
        return rule

    def test_every_rule_comes_switched_off_and_with_an_action(self):
        for name in RULES:
            rule = self.env.ref(f"customer_support.{name}")
            self.assertFalse(rule.active, name)
            self.assertTrue(rule.action_server_ids, name)

    def test_a_vip_is_urgent_and_others_are_not(self):
        self.switch_on("automation_vip")
        vip = self.env.ref("customer_support.partner_category_vip")
        self.customer.category_id = vip
        self.assertEqual(self.make_ticket().priority, "3")
        plain = self.make_ticket(partner_id=self.customer_b.id)
        self.assertEqual(plain.priority, "1")
        company = self.env["res.partner"].create(
            {"name": "Big buyer", "is_company": True, "category_id": vip.ids}
        )
        self.customer_b.parent_id = company
        late_known = self.make_ticket(partner_id=False, email_from="x@y.example")
        late_known.partner_id = self.customer_b
        self.assertEqual(late_known.priority, "3")

    def test_a_dear_order_has_high_priority_and_a_cheap_one_has_not(self):
        self.switch_on("automation_high_value")
        self.assertEqual(self.make_ticket(sale_order_id=self.order.id).priority, "1")
        dear = self._new_order(self.customer)
        dear.order_line[0].product_uom_qty = 20
        self.assertGreater(dear.amount_total, 1000)
        self.assertEqual(self.make_ticket(sale_order_id=dear.id).priority, "2")
        urgent = self.make_ticket(sale_order_id=dear.id, priority="3")
        self.assertEqual(urgent.priority, "3")
        later = self.make_ticket()
        later.with_user(self.agent).sale_order_id = dear
        self.assertEqual(later.priority, "2")

    def test_a_late_delivery_is_tagged_and_one_in_time_is_not(self):
        self.switch_on("automation_delivery_late")
        tag = self.env.ref("customer_support.tag_delivery_late")
        late, timely = self.order, self._new_order(self.customer)
        now = fields.Datetime.now()
        late.picking_ids.move_ids.date_deadline = now - timedelta(days=1)
        timely.picking_ids.move_ids.date_deadline = now + timedelta(days=1)
        one = self.make_ticket(sale_order_id=late.id)
        two = self.make_ticket(sale_order_id=timely.id)
        self.assertEqual(one.tag_ids, tag)
        self.assertFalse(two.tag_ids)
        seen = self.env["support.ticket"].with_user(self.agent)
        domain = [("id", "in", (one | two).ids)]
        for value, expected in ((True, one), (False, two)):
            found = seen.search([*domain, ("is_delivery_late", "=", value)])
            self.assertEqual(found, expected)

    def test_an_upset_customer_is_tagged_and_a_kind_one_is_not(self):
        self.switch_on("automation_negative_words")
        tag = self.env.ref("customer_support.tag_upset")
        for words in ("Péssimo atendimento!", "I will call my LAWYER."):
            ticket = self.make_ticket()
            self.customer_writes(ticket, words)
            self.assertEqual(ticket.tag_ids, tag, words)
        subject = self.make_ticket(name="Isto é um golpe")
        self.customer_writes(subject)
        self.assertEqual(subject.tag_ids, tag)
        kind = self.make_ticket()
        self.customer_writes(kind)
        self.agent_replies(kind, "We know, terrible weather.")
        self.assertFalse(kind.tag_ids)

    def test_two_days_without_an_answer_remind_the_agent_once(self):
        rule = self.switch_on("automation_no_answer")
        now = self.env.cr.now()
        rule.last_run = now - timedelta(hours=1)
        moment = now - timedelta(days=2, minutes=30)
        tickets = []
        for agent in (self.agent, self.env["res.users"], self.agent):
            with self.at(*moment.timetuple()[:6]):
                ticket = self.make_ticket(user_id=agent.id)
                self.customer_writes(ticket)
            tickets.append(ticket)
        waits, free, answered = tickets
        self.agent_replies(answered)
        cron = self.env.ref("base_automation.ir_cron_data_base_automation_check")
        with self.enter_registry_test_mode():
            for _run in range(2):
                cron.method_direct_trigger()
                rule.last_run = now - timedelta(hours=1)
        self.env.invalidate_all()
        self.assertEqual(waits.activity_ids.user_id, self.agent)
        self.assertEqual(len(waits.activity_ids), 1)
        self.assertEqual(free.activity_ids.user_id, self.lead)
        self.assertFalse(answered.activity_ids)

    def test_amount_and_tags_are_searched_by_an_agent(self):
        dear = self._new_order(self.customer)
        dear.order_line[0].product_uom_qty = 20
        ticket = self.make_ticket(sale_order_id=dear.id)
        cheap = self.make_ticket(sale_order_id=self.order.id)
        vip = self.env.ref("customer_support.partner_category_vip")
        self.customer.category_id = [Command.link(vip.id)]
        other = self.make_ticket(partner_id=self.customer_b.id)
        seen = self.env["support.ticket"].with_user(self.agent)
        ours = [("id", "in", (ticket | cheap | other).ids)]
        found = seen.search([*ours, ("order_amount_total", ">", 1000)])
        self.assertEqual(found, ticket)
        found = seen.search([*ours, ("customer_tag_ids", "in", vip.ids)])
        self.assertEqual(found, ticket | cheap)


class TestNegativeWords(TransactionCase):
    def test_words_are_found_without_accents_and_in_any_case(self):
        for text, words in (
            ("PÉSSIMO, vou ao Procon", ["pessimo", "procon"]),
            ("Never   again", ["never   again"]),
            ("An outrageous fraud", ["outrageous", "fraud"]),
            ("Obrigado, ficou ótimo", []),
            ("Please resend the invoice", []),
            ("I live in Suez", []),
            ("", []),
        ):
            with self.subTest(text=text):
                self.assertEqual(find_negative_words(text), words)
