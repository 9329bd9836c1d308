from datetime import datetime, timedelta
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..controllers import website_form_limits
from ..models.support_team_call_back import get_slot_key
from .common import SupportCommon
from .web_common import SupportWebCase


@tagged("post_install", "-at_install")
class TestCallBackSlots(SupportCommon):
    """The hours that a team offers."""

    def setUp(self):
        super().setUp()
        self.team.call_back_capacity = 1
        # Monday, 10:00 in São Paulo; the team works from 9 to 17.
        self.frozen = self.at(2026, 3, 2, 13)
        self.frozen.start()
        self.addCleanup(self.frozen.stop)
        self.slots = self.team._get_call_back_slots()

    def book(self, slot=None):
        ticket = self.make_ticket()
        call_backs = self.env["support.call.back"]
        return call_backs._book(ticket, slot or self.slots[0], "+5511998765432")

    def test_hours_lie_in_the_working_hours_of_the_next_days(self):
        hour = timedelta(hours=1)
        first = datetime(2026, 3, 2, 14)
        self.assertEqual(self.slots[0], (first, first + hour))
        days = {start.date() for start, _end in self.slots}
        self.assertEqual(max(days), datetime(2026, 3, 6).date())
        self.assertEqual(len(self.slots), 6 + 4 * 8)
        self.assertFalse([start for start, _end in self.slots if start.weekday() > 4])

    def test_days_are_those_of_the_visitor(self):
        day, hours = self.team._get_call_back_days("Asia/Tokyo")[0]
        self.assertIn("Mar 2", day)
        self.assertIn("11:00", hours[0][1])

    def test_a_full_hour_is_not_offered_until_it_is_called_off(self):
        planned = self.book()
        self.assertNotIn(self.slots[0], self.team._get_call_back_slots())
        with self.assertRaises(UserError):
            self.book()
        self.team.call_back_capacity = 2
        self.assertEqual(self.book().place, 2)
        self.assertNotIn(self.slots[0], self.team._get_call_back_slots())
        planned._cancel()
        self.assertIn(self.slots[0], self.team._get_call_back_slots())
        self.assertEqual(self.book().place, 1)

    def test_the_database_gives_a_place_once(self):
        self.book()
        values = {
            "ticket_id": self.make_ticket().id,
            "team_id": self.team.id,
            "phone": "+5511900000000",
            "starts_at": self.slots[0][0],
            "ends_at": self.slots[0][1],
            "place": 1,
        }
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.cr.savepoint(),
        ):
            self.env["support.call.back"].create(values)

    def test_a_planned_call_is_a_task_with_its_day_and_hour(self):
        planned = self.book(self.slots[-1])
        task = planned.ticket_id.activity_ids
        self.assertEqual(
            task.activity_type_id, self.env.ref("mail.mail_activity_data_call")
        )
        self.assertEqual(task.date_deadline, datetime(2026, 3, 6).date())
        self.assertIn("+5511998765432", task.summary)
        self.assertEqual(task.user_id, self.lead)
        self.assertEqual(planned.ticket_id.call_back_at, self.slots[-1][0])
        planned._cancel()
        self.assertFalse(planned.ticket_id.activity_ids)
        self.assertFalse(planned.ticket_id.call_back_at)

    def test_the_task_speaks_the_language_of_who_calls(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        self.lead.lang = "en_US"
        ticket = self.make_ticket().with_context(lang="pt_BR")
        call_backs = self.env["support.call.back"].with_context(lang="pt_BR")
        call_backs._book(ticket, self.slots[0], "+5511998765432")
        self.assertIn("Call +5511998765432", ticket.activity_ids.summary)

    def test_without_capacity_or_hours_nothing_is_offered(self):
        self.team.call_back_capacity = 0
        self.assertFalse(self.team._get_call_back_slots())
        self.team.write({"call_back_capacity": 1, "resource_calendar_id": False})
        self.assertFalse(self.team._get_call_back_slots())

    def test_odd_settings_are_refused(self):
        for values in (
            {"call_back_capacity": -1},
            {"call_back_minutes": 5},
            {"call_back_days": 99},
        ):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self.team.write(values)

    def test_nobody_writes_calls_by_hand(self):
        planned = self.book()
        for user in (self.lead, self.agent, self.portal_user):
            with self.assertRaises(AccessError):
                planned.with_user(user).write({"state": "cancelled"})


@tagged("post_install", "-at_install")
class TestCallBackForm(SupportWebCase):
    """The form on the website, as the form for a message is guarded."""

    path = "/support/call-back"

    def setUp(self):
        super().setUp()
        self.env["support.team"].search([]).call_back_capacity = 0
        self.team.call_back_capacity = 1
        # Whatever day it is: each day has working hours.
        self.calendar.attendance_ids.unlink()
        self.calendar.attendance_ids = [
            fields.Command.create(
                {
                    "name": str(day),
                    "dayofweek": str(day),
                    "hour_from": 8,
                    "hour_to": 20,
                    "day_period": "full_day",
                }
            )
            for day in range(7)
        ]
        self.slot = self.team._get_call_back_slots()[-1]

    def ask(self, csrf=True, **data):
        values = {
            "phone": "(11) 99876-5432",
            "message": "My lamp is broken",
            "slot": get_slot_key(self.slot[0]),
            **data,
        }
        return self.send(self.path, values, csrf=csrf)

    def find_planned(self):
        return self.env["support.call.back"].search([("team_id", "=", self.team.id)])

    def test_a_guest_asks_for_a_call(self):
        self.visit_as()
        page = self.url_open("/support")
        self.assertIn("/support/call-back", page.text)
        self.assertIn(get_slot_key(self.slot[0]), self.url_open(self.path).text)
        answer = self.ask(partner_name="Rita Alves")
        self.assertEqual(answer.status_code, 303)
        planned = self.find_planned()
        ticket = planned.ticket_id
        self.assertEqual(planned.starts_at, self.slot[0])
        self.assertEqual(ticket.channel_id.kind, "phone")
        self.assertEqual(ticket.partner_name, "Rita Alves")
        self.assertFalse(ticket.partner_id)
        self.assertTrue(ticket.is_waiting_agent)
        self.assertTrue(ticket.activity_ids)
        self.assertIn("My lamp is broken", "".join(ticket.message_ids.mapped("body")))
        thanks = self.url_open("/support/thanks").text
        self.assertIn(planned.phone, thanks)
        self.assertNotIn("We answer to", thanks)

    def test_what_is_promised_is_the_call_and_nothing_sooner(self):
        self.team.write({"send_acknowledgement": True, "response_target_hours": 1})
        self.visit_as(self.portal_user)
        self.ask()
        planned = self.find_planned()
        ticket = planned.ticket_id
        self.assertEqual(ticket._get_promised_at(), planned.ends_at)
        promised = ticket._get_promised_time()
        told = [body for body in ticket.message_ids.mapped("body") if promised in body]
        self.assertEqual(len(told), 1, "the mail that acknowledges it")
        planned._cancel()
        self.assertEqual(ticket._get_promised_at(), ticket.response_deadline)
        self.assertNotEqual(ticket._get_promised_time(), promised)

    def test_whoever_has_a_number_is_a_claim(self):
        self.customer.phone = "+5511998765432"
        self.team.company_id.country_id = self.env.ref("base.br")
        self.visit_as()
        self.ask(partner_name="Rita Alves")
        ticket = self.find_planned().ticket_id
        self.assertFalse(ticket.partner_id)
        self.assertEqual(ticket.claimed_partner_id, self.customer)

    def test_a_customer_names_an_order_of_his_own_alone(self):
        self.visit_as(self.portal_user_b)
        self.ask(order_id=str(self.order.id))
        ticket = self.find_planned().ticket_id
        self.assertEqual(ticket.partner_id, self.customer_b)
        self.assertFalse(ticket.sale_order_id)

    def test_a_customer_sees_his_call_and_calls_it_off(self):
        self.visit_as(self.portal_user)
        self.ask(order_id=str(self.order.id))
        planned = self.find_planned()
        ticket = planned.ticket_id
        self.assertEqual(ticket.sale_order_id, self.order)
        self.assertIn(planned.phone, self.url_open(ticket.access_url).text)
        cancel = f"{ticket.access_url}/call-back/cancel"
        self.visit_as(self.portal_user_b)
        with mute_logger("odoo.http"):
            self.assertEqual(self.send(cancel).status_code, 404)
        self.assertEqual(planned.state, "booked")
        ticket.message_subscribe(self.customer_b.ids)
        with mute_logger("odoo.http"):
            self.assertEqual(self.send(cancel).status_code, 404)
            self.visit_as(self.portal_user)
            self.assertEqual(self.send(cancel, csrf=False).status_code, 400)
        self.assertEqual(planned.state, "booked")
        self.assertEqual(self.send(cancel).status_code, 303)
        self.env.invalidate_all()
        self.assertEqual(planned.state, "cancelled")
        self.assertFalse(ticket.activity_ids)
        self.assertNotIn("We call you on", self.url_open(ticket.access_url).text)

    def test_an_hour_that_is_taken_or_invented_is_refused(self):
        self.visit_as(self.portal_user)
        self.ask()
        self.assertEqual(self.ask().status_code, 400)
        night = get_slot_key(self.slot[0].replace(hour=3) + timedelta(minutes=7))
        for wrong in (night, "0", "x", "99999999999", "-5"):
            self.assertEqual(self.ask(slot=wrong).status_code, 400)
        self.assertEqual(len(self.find_planned()), 1)

    def test_the_same_form_sent_twice_plans_one_call(self):
        self.team.call_back_capacity = 5
        self.visit_as(self.portal_user)
        for _ in range(2):
            self.ask(form_key="0123456789abcdef0123456789abcdef")
        self.assertEqual(len(self.find_planned()), 1)

    def test_what_is_missing_is_named(self):
        self.visit_as()
        answer = self.ask(phone="12", message="", partner_name="")
        self.assertEqual(answer.status_code, 400)
        for name in ("partner_name", "phone", "message"):
            self.assertIn(f"#support_{name}", answer.text)
        self.assertFalse(self.find_planned())

    @mute_logger("odoo.http")
    def test_machines_are_held_back_as_on_the_other_form(self):
        self.team.call_back_capacity = 9
        self.visit_as()
        guest = {"partner_name": "Rita Alves"}
        self.assertEqual(self.ask(csrf=False, **guest).status_code, 400)
        trap = {website_form_limits.HONEYPOT_FIELD: "x"}
        self.assertEqual(self.ask(**guest, **trap).status_code, 400)
        checks = type(self.env["ir.http"])
        refuse = patch.object(
            checks, "_verify_request_recaptcha_token", side_effect=UserError("robot")
        )
        with refuse:
            self.assertIn("robot", self.ask(**guest).text)
        self.assertFalse(self.find_planned())
        set_param = self.env["ir.config_parameter"].set_param
        set_param("customer_support.limit_form_address", "2")
        codes = [self.ask(**guest).status_code for _ in range(3)]
        self.assertEqual(codes, [303, 303, 429])
        self.assertEqual(len(self.find_planned()), 2)

    @mute_logger("odoo.http")
    def test_a_store_that_calls_nobody_has_no_such_page(self):
        self.team.call_back_capacity = 0
        self.visit_as()
        self.assertEqual(self.url_open(self.path).status_code, 404)
        self.assertEqual(self.ask(partner_name="Rita").status_code, 404)
        self.assertNotIn("/support/call-back", self.url_open("/support").text)
