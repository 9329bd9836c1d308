"""Trouble at a carrier: everybody hears of it once, and complaints are one case."""

from datetime import datetime
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .proactive_common import ProactiveCommon


@tagged("post_install", "-at_install")
class TestProactiveIncident(ProactiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls.buy_and_send(cls.customer, "SW100")
        cls.second = cls.buy_and_send(cls.customer_b, "SW200")

    @classmethod
    def buy_and_send(cls, partner, tracking, day=2):
        order = cls.make_order([(cls.bulb, 1)], partner=partner)
        order.action_confirm()
        picking = cls.deliver(order, {cls.bulb: 1}, tracking=tracking)
        picking.date_done = datetime(2026, 3, day, 13)
        return order

    def make_incident(self, **vals):
        return (
            self.env["support.proactive.incident"]
            .with_user(self.lead)
            .create(
                {
                    "name": "Strike in the sorting center",
                    "team_id": self.team.id,
                    "carrier_id": self.carrier.id,
                    "date_from": datetime(2026, 3, 1),
                    "date_to": datetime(2026, 3, 5),
                    "customer_text": "The sorting center is on strike.",
                    **vals,
                }
            )
        )

    def start(self, **vals):
        """An incident that has reached its customers."""
        incident = self.make_incident(**vals)
        with self.at(2026, 3, 4, 13):
            incident.action_count()
            incident.action_start()
        self.spread(2026, 3, 4, 13, 5)
        return incident

    def spread(self, *moment):
        self.run_job("plan", *moment)
        self.run_job("tell", *moment)

    def notices_of(self, incident):
        return self.notices.search([("incident_id", "=", incident.id)], order="id")

    # --- whom ---------------------------------------------------------------------

    def test_everybody_concerned_is_told_once(self):
        incident = self.start()
        told = self.notices_of(incident)
        self.assertEqual(told.order_id, self.first | self.second)
        self.assertEqual(set(told.mapped("state")), {"sent"})
        mails = self.find_mails(told, "on strike")
        self.assertEqual(len(mails), 2)
        self.spread(2026, 3, 4, 14)
        self.assertEqual(self.find_mails(told), mails)
        self.assertEqual(self.notices_of(incident), told)

    def test_an_order_in_two_parcels_is_told_once(self):
        order = self.make_order([(self.bulb, 2)])
        order.action_confirm()
        for tracking in ("SW301", "SW302"):
            parcel = self.deliver(order, {self.bulb: 1}, tracking=tracking)
            parcel.date_done = datetime(2026, 3, 3)
        incident = self.start()
        self.assertEqual(incident.counted, 3)
        told = self.notices_of(incident)
        self.assertEqual(len(told.filtered(lambda one: one.order_id == order)), 1)

    def test_days_region_and_number_decide(self):
        self.buy_and_send(self.customer, "SW300", day=9)
        self.assertEqual(self._count(), 2)
        self.assertEqual(self._count(tracking_prefix="SW1"), 1)
        self.assertEqual(self._count(date_to=datetime(2026, 3, 10)), 3)
        brazil = self.env.ref("base.br")
        self.assertEqual(self._count(country_ids=brazil.ids), 0)
        self.second.partner_shipping_id.country_id = brazil
        self.second.picking_ids.partner_id = self.second.partner_shipping_id
        self.assertEqual(self._count(country_ids=brazil.ids), 1)
        self.first.picking_ids.support_arrived_at = datetime(2026, 3, 4)
        self.assertEqual(self._count(), 1)

    def _count(self, **vals):
        incident = self.make_incident(**vals)
        shown = self.preview(incident, "action_count")
        self.assertEqual(len(shown), incident.counted)
        return incident.counted

    def test_a_parcel_that_leaves_later_is_told_later(self):
        incident = self.start()
        late = self.buy_and_send(self.customer, "SW400", day=4)
        self.spread(2026, 3, 5, 14)
        self.assertIn(late, self.notices_of(incident).order_id)

    def test_another_company_s_parcels_are_not_concerned(self):
        company = self.env["res.company"].create({"name": "Second store"})
        team = self.team.copy({"company_id": company.id, "alias_name": "second"})
        incident = self.make_incident().sudo()
        self.assertEqual(incident._count_orders(), 2)
        incident.write({"company_id": company.id, "team_id": team.id})
        self.assertEqual(incident._count_orders(), 0)
        incidents = self.env["support.proactive.incident"].with_user(self.agent)
        self.assertNotIn(incident, incidents.search([]))

    def test_a_number_with_wildcards_is_refused(self):
        with self.assertRaises(ValidationError):
            self.make_incident(tracking_prefix="SW%")

    # --- count, then confirm ------------------------------------------------------

    def test_nobody_is_written_to_before_the_count_and_the_confirmation(self):
        incident = self.make_incident()
        with self.assertRaises(UserError):
            incident.action_start()
        self.spread(2026, 3, 4, 13)
        self.assertFalse(self.notices_of(incident))
        shown = self.preview(incident, "action_count")
        self.assertEqual(shown, {self.first: "send", self.second: "send"})
        incident.tracking_prefix = "SW1"
        with self.assertRaises(UserError):
            incident.action_start()
        incident.action_count()
        incident.action_start()
        with self.assertRaises(UserError):
            incident.action_start()
        with self.assertRaises(UserError):
            incident.tracking_prefix = "SW"

    def test_agents_read_incidents_and_begin_none(self):
        incident = self.make_incident()
        incident.action_count()
        for name in ("action_count", "action_start"):
            with self.assertRaises(AccessError):
                getattr(incident.with_user(self.agent), name)()
        with self.assertRaises(AccessError):
            incident.write({"state": "running"})
        self.assertEqual(incident.with_user(self.agent).counted, 2)

    # --- complaints ---------------------------------------------------------------

    def test_a_later_complaint_joins_the_parent_ticket(self):
        incident = self.start()
        parent = incident.ticket_id
        self.assertEqual(parent.exclusion, "internal")
        complaint = self.make_ticket(sale_order_id=self.first.id)
        self.assertEqual(complaint.parent_id, parent)
        late = self.make_ticket()
        self.assertFalse(late.parent_id)
        late.sale_order_id = self.first
        self.assertEqual(late.parent_id, parent)
        self.assertEqual(incident.complaint_count, 2)

    def test_other_questions_do_not_join(self):
        self.start()
        invoice = self.env.ref("customer_support.reason_invoice")
        where = self.env.ref("customer_support.reason_where_is_my_order")
        other = self.make_ticket(sale_order_id=self.first.id, reason_id=invoice.id)
        self.assertFalse(other.parent_id)
        spam = self.make_ticket(sale_order_id=self.first.id, exclusion="spam")
        self.assertFalse(spam.parent_id)
        self.assertFalse(self.make_ticket(sale_order_id=self.sale.id).parent_id)
        joined = self.make_ticket(sale_order_id=self.first.id, reason_id=where.id)
        self.assertTrue(joined.parent_id)

    def test_an_open_ticket_joins_and_its_customer_gets_no_message(self):
        ticket = self.make_ticket(sale_order_id=self.first.id)
        incident = self.start()
        self.assertEqual(ticket.parent_id, incident.ticket_id)
        skipped = self.notices_of(incident).filtered("skip_reason")
        self.assertEqual(skipped.order_id, self.first)
        self.assertEqual(skipped.skip_reason, "open_case")

    def test_after_the_end_nothing_joins(self):
        incident = self.start()
        incident.action_close()
        self.assertFalse(self.make_ticket(sale_order_id=self.first.id).parent_id)

    # --- the end ------------------------------------------------------------------

    def test_the_end_is_told_once_in_the_ticket_or_by_mail(self):
        incident = self.start()
        with self.at(2026, 3, 5, 13):
            ticket = self.make_ticket(sale_order_id=self.first.id)
            incident.action_close_and_inform()
        for moment in ((2026, 3, 5, 13, 5), (2026, 3, 5, 14)):
            self.spread(*moment)
        told = self.notices_of(incident)
        mails = self.find_mails(told, "goes on")
        self.assertEqual(len(mails), 1)
        self.assertIn("joao@example.com", mails.email_to)
        answers = ticket.message_ids.filtered(lambda one: "goes on" in one.body)
        self.assertEqual(len(answers), 1)
        self.assertEqual(answers.author_id, self.lead.partner_id)
        self.assertIn(self.customer, answers.partner_ids)
        self.assertEqual(incident.ticket_id.stage_kind, "solved")
        with self.assertRaises(UserError):
            incident.action_close()

    def test_an_end_without_a_message_tells_nobody_and_stops_what_waits(self):
        incident = self.make_incident()
        with self.at(2026, 3, 4, 13):
            incident.action_count()
            incident.action_start()
        self.run_job("plan", 2026, 3, 4, 13)
        incident.action_close()
        self.run_job("tell", 2026, 3, 4, 14)
        told = self.notices_of(incident)
        self.assertEqual(set(told.mapped("skip_reason")), {"off"})
        self.assertFalse(self.find_mails(told))

    # --- batches, and workers that die --------------------------------------------

    def test_a_worker_that_dies_goes_on_where_it_was(self):
        module = "odoo.addons.customer_support_metrics.models.support_proactive_reach"
        incident = self.make_incident()
        with self.at(2026, 3, 4, 13):
            incident.action_count()
            incident.action_start()
            self.env.flush_all()
            with patch(f"{module}.BATCH", 1):
                incident.sudo()._plan_batch()
                self.assertEqual(len(self.notices_of(incident)), 1)
        self.spread(2026, 3, 4, 14)
        told = self.notices_of(incident)
        self.assertEqual(told.order_id, self.first | self.second)
        self.assertEqual(len(self.find_mails(told)), 2)

    @mute_logger("odoo.addons.customer_support.models.support_due_job_mixin")
    def test_a_mail_that_fails_does_not_stop_the_others(self):
        incident = self.make_incident()
        with self.at(2026, 3, 4, 13):
            incident.action_count()
            incident.action_start()
        self.run_job("plan", 2026, 3, 4, 13)
        told = self.notices_of(incident)
        model = self.registry["support.proactive.notice"]
        send = model._send_mail

        def fail_for_one(notice, template):
            if notice == told[0]:
                raise ValueError("A template that cannot be rendered")
            return send(notice, template)

        with patch.object(model, "_send_mail", fail_for_one):
            self.run_job("tell", 2026, 3, 4, 13, 5)
        self.assertEqual(told.mapped("state"), ["queued", "sent"])
        self.run_job("tell", 2026, 3, 4, 16)
        self.assertEqual(told.mapped("state"), ["sent", "sent"])
        self.assertEqual(len(self.find_mails(told)), 2)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_second_message_about_an_order(self):
        told = self.notices_of(self.start())[0]
        with self.assertRaises(UniqueViolation), self.cr.savepoint():
            told.copy()
            self.env.flush_all()

    def test_the_mail_speaks_the_customer_s_language(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        self.customer.lang = "pt_BR"
        incident = self.make_incident()
        incident.with_context(lang="pt_BR").customer_text = "O centro está em greve."
        with self.at(2026, 3, 4, 13):
            incident.action_count()
            incident.action_start()
        self.spread(2026, 3, 4, 13, 5)
        mails = self.find_mails(self.notices_of(incident))
        brazilian = mails.filtered(lambda mail: "ana@" in mail.email_to)
        self.assertIn("em greve", brazilian.body_html)
        self.assertIn("problemas", brazilian.body_html)
        self.assertIn("on strike", (mails - brazilian).body_html)
