"""Which parcels are noticed, who is told, who is not and why, and only once."""

from datetime import datetime

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .proactive_common import ProactiveCommon


@tagged("post_install", "-at_install")
class TestProactiveRule(ProactiveCommon):
    # --- what is noticed ----------------------------------------------------------

    def test_a_delivery_past_its_promised_date_is_told_once(self):
        self.make_rule()
        order = self.buy()
        self.assertFalse(self.tell(2026, 3, 2, 13))
        told = self.tell(2026, 3, 3, 13)
        self.assertEqual((told.order_id, told.state), (order, "sent"))
        self.assertEqual(told.picking_id, order.picking_ids)
        mail = self.find_mails(told)
        self.assertIn(order.name, mail.body_html)
        self.assertIn("ana@example.com", mail.email_to)
        self.assertFalse(self.tell(2026, 3, 3, 14))
        self.assertFalse(self.tell(2026, 3, 8, 14))
        self.assertEqual(self.find_mails(told), mail)

    def test_what_an_agent_promised_counts_as_the_promised_date(self):
        self.make_rule()
        order = self.buy(deadline=(2026, 5, 1))
        with self.at(2026, 3, 1, 13):
            ticket = self.make_ticket(sale_order_id=order.id)
            self.env["support.promise"].create(
                {
                    "ticket_id": ticket.id,
                    "user_id": self.agent.id,
                    "due_at": datetime(2026, 3, 2),
                    "picking_id": order.picking_ids.id,
                }
            )
            ticket.action_close()
        self.assertEqual(self.tell(2026, 3, 3, 13).order_id, order)

    def test_a_parcel_without_news_is_told_until_it_arrives(self):
        rule = self.make_rule(kind="no_news", days=7, quiet_days=0)
        silent, arrived, moving = (self.buy() for _ in range(3))
        for order in (silent, arrived, moving):
            self.send(order, 2026, 3, 2, 13)
        unlabelled = self.send(self.buy(), 2026, 3, 2, 13, tracking=False)
        arrived.picking_ids.support_arrived_at = datetime(2026, 3, 4)
        moving.picking_ids.support_tracking_at = datetime(2026, 3, 8)
        self.assertFalse(self.tell(2026, 3, 9, 12))
        told = self.tell(2026, 3, 10, 13)
        self.assertEqual(told.order_id, silent)
        self.assertEqual(self.tell(2026, 3, 15, 13).order_id, moving)
        self.assertFalse(unlabelled.support_notice_ids)
        self.assertEqual(rule.notice_count, 2)

    def test_goods_that_are_short_are_told_before_the_promised_date(self):
        self.make_rule(kind="short_stock", days=2)
        chair = self.env["product.product"].create(
            {"name": "Chair", "type": "consu", "is_storable": True, "taxes_id": False}
        )
        short = self.buy(product=chair, deadline=(2026, 3, 10))
        self.buy(deadline=(2026, 3, 10))
        self.assertFalse(self.tell(2026, 3, 7, 13))
        told = self.tell(2026, 3, 9, 13)
        self.assertEqual((told.order_id, told.state), (short, "sent"))
        self.assertIn("short at the moment", self.find_mails(told).body_html)

    def test_carrier_and_warehouse_of_the_rule_decide(self):
        self.make_rule(carrier_ids=self.carrier.ids, warehouse_ids=self.warehouse.ids)
        self.buy()
        with_carrier = self.buy()
        with_carrier.picking_ids.carrier_id = self.carrier
        self.assertEqual(self.tell(2026, 3, 3, 13).order_id, with_carrier)

    def test_the_past_is_left_alone(self):
        self.make_rule(max_age_days=5)
        self.buy()
        self.assertFalse(self.tell(2026, 3, 20, 13))

    # --- who is not told ----------------------------------------------------------

    def test_who_has_an_open_case_about_the_order_is_not_told(self):
        self.make_rule()
        self.make_ticket(sale_order_id=self.buy().id)
        told = self.tell(2026, 3, 3, 13)
        self.assertEqual((told.state, told.skip_reason), ("skipped", "open_case"))
        self.assertFalse(self.find_mails(told))

    def test_who_wants_no_mails_or_has_no_address_is_not_told(self):
        self.make_rule(quiet_days=0)
        self.env["mail.blacklist"]._add("joao@example.com")
        self.buy(partner=self.customer_b)
        nobody = self.env["res.partner"].create({"name": "Guest"})
        self.buy(partner=nobody)
        told = self.tell(2026, 3, 3, 13)
        reasons = {notice.partner_id: notice.skip_reason for notice in told}
        self.assertEqual(reasons, {self.customer_b: "opted_out", nobody: "no_address"})

    def test_what_changed_between_the_two_jobs_is_not_told(self):
        rule = self.make_rule(quiet_days=0)
        cancelled, left, fine = (self.buy() for _ in range(3))
        found = self.find(2026, 3, 3, 13)
        self.assertEqual(found.order_id, cancelled | left | fine)
        cancelled.with_context(disable_cancel_warning=True).action_cancel()
        self.send(left, 2026, 3, 3, 13, 5)
        self.run_job("tell", 2026, 3, 3, 13, 10)
        reasons = {notice.order_id: notice.skip_reason for notice in found}
        self.assertEqual(
            reasons, {cancelled: "cancelled", left: "resolved", fine: False}
        )
        waiting = self.buy()
        self.find(2026, 3, 3, 14)
        rule.action_switch_off()
        self.run_job("tell", 2026, 3, 3, 14, 10)
        self.assertEqual(waiting.picking_ids.support_notice_ids.skip_reason, "off")

    def test_a_customer_is_left_in_peace_for_the_quiet_period(self):
        self.make_rule(quiet_days=3)
        self.buy()
        self.assertEqual(self.tell(2026, 3, 3, 13).state, "sent")
        self.buy()
        second = self.tell(2026, 3, 4, 13)
        self.assertEqual((second.state, second.skip_reason), ("skipped", "quiet"))

    def test_the_message_waits_for_the_hours_of_the_customer(self):
        self.make_rule()
        self.customer.write(
            {
                "tz": "America/Sao_Paulo",
                "support_hours_from": 9,
                "support_hours_to": 18,
            }
        )
        self.buy()
        told = self.tell(2026, 3, 3, 4)
        self.assertEqual(told.state, "queued")
        self.assertEqual(told.send_at, datetime(2026, 3, 3, 12))
        self.run_job("tell", 2026, 3, 3, 12, 30)
        self.assertEqual(told.state, "sent")

    # --- limits -------------------------------------------------------------------

    def test_a_run_takes_up_no_more_than_its_limit(self):
        self.make_rule(run_limit=2, quiet_days=0)
        orders = self.sale.browse()
        for _ in range(5):
            orders |= self.buy()
        first, second, third = (self.find(2026, 3, 3, 13) for _ in range(3))
        self.assertEqual([len(first), len(second), len(third)], [2, 2, 1])
        self.assertEqual((first | second | third).order_id, orders)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_second_message_about_a_delivery(self):
        self.make_rule()
        self.buy()
        told = self.tell(2026, 3, 3, 13)
        with self.assertRaises(UniqueViolation), self.cr.savepoint():
            told.copy()
            self.env.flush_all()

    def test_another_company_s_deliveries_are_not_found(self):
        company = self.env["res.company"].create({"name": "Second store"})
        team = self.team.copy({"company_id": company.id, "alias_name": "second"})
        self.make_rule(company_id=company.id, team_id=team.id)
        other = self.buy(company_id=company.id)
        own = self.buy()
        told = self.find(2026, 3, 3, 13)
        self.assertEqual((told.order_id, told.company_id), (other, company))
        self.make_rule()
        self.assertEqual(self.find(2026, 3, 3, 13).order_id, own)
        seen = self.notices.with_user(self.agent).search([("id", "in", told.ids)])
        self.assertFalse(seen)

    # --- language -----------------------------------------------------------------

    def test_the_mail_speaks_the_customer_s_language(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        self.customer.lang = "pt_BR"
        self.make_rule()
        order = self.buy()
        mail = self.find_mails(self.tell(2026, 3, 3, 13))
        self.assertIn("Lamentamos", mail.body_html)
        self.assertEqual(mail.subject, f"Seu pedido {order.name} está atrasado")

    # --- preview and switch -------------------------------------------------------

    def test_the_preview_says_whom_and_why_not_and_sends_nothing(self):
        rule = self.make_rule(state="off", quiet_days=0)
        plain, with_case = self.buy(), self.buy(partner=self.customer_b)
        self.make_ticket(sale_order_id=with_case.id, partner_id=self.customer_b.id)
        before = self.notices.search_count([])
        with self.at(2026, 3, 3, 13):
            shown = self.preview(rule)
        self.assertEqual(shown, {plain: "send", with_case: "open_case"})
        rule.quiet_days = 3
        again = self.buy()
        with self.at(2026, 3, 3, 13):
            shown = self.preview(rule)
        self.assertEqual((shown[plain], shown[again]), ("send", "quiet"))
        self.assertEqual(self.notices.search_count([]), before)
        self.assertFalse(self.find(2026, 3, 3, 13))

    def test_nobody_else_sees_a_preview(self):
        rule = self.make_rule(state="off")
        self.buy()
        with self.at(2026, 3, 3, 13):
            action = rule.with_user(self.lead).action_preview()
        other = self._new_agent(
            "rui", "Rui Dias", "customer_support.group_support_manager"
        )
        rows = self.env["support.proactive.preview"].search(action["domain"])
        self.assertTrue(rows)
        with self.assertRaises(AccessError):
            rows.with_user(other).read(["outcome"])

    def test_a_rule_is_switched_on_after_its_preview_only(self):
        rule = self.make_rule(state="off").with_user(self.lead)
        with self.assertRaises(UserError):
            rule.action_switch_on()
        rule.action_preview()
        rule.days = 3
        with self.assertRaises(UserError):
            rule.action_switch_on()
        rule.action_preview()
        rule.action_switch_on()
        self.assertEqual(rule.state, "on")
        with self.assertRaises(UserError):
            rule.days = 1

    def test_agents_read_rules_and_messages_and_change_none(self):
        rule = self.make_rule()
        self.buy()
        told = self.tell(2026, 3, 3, 13)
        for name in ("action_preview", "action_switch_on", "action_switch_off"):
            with self.assertRaises(AccessError):
                getattr(rule.with_user(self.agent), name)()
        for user in (self.agent, self.lead):
            with self.assertRaises(AccessError):
                told.with_user(user).state = "queued"
            with self.assertRaises(AccessError):
                rule.with_user(user).read(["salt"])
        with self.assertRaises(AccessError):
            self.make_rule(state="off").with_user(self.lead).state = "on"
        self.assertEqual(told.with_user(self.agent).state, "sent")

    def test_the_ready_rules_are_off(self):
        for name in ("late", "no_news", "short_stock"):
            rule = self.env.ref(f"customer_support_metrics.proactive_rule_{name}")
            self.assertEqual((rule.state, rule.kind), ("off", name))
