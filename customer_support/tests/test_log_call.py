from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import SupportCommon


@tagged("post_install", "-at_install")
class TestLogCall(SupportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.br")
        cls.customer.write(
            {"country_id": cls.env.ref("base.br").id, "phone": "+55 11 97777-1234"}
        )

    def log(self, agent=None, **values):
        wizard = self.env["support.log.call"].with_user(agent or self.agent)
        call = wizard.create({"name": "Lamp broken", "team_id": self.team.id, **values})
        action = call.action_log()
        return self.env["support.ticket"].browse(action["res_id"])

    def test_the_number_finds_the_customer_however_it_is_written(self):
        for phone in ("+5511977771234", "(11) 97777-1234", "0055 11 97777 1234"):
            with self.subTest(phone=phone):
                form = Form(self.env["support.log.call"].with_user(self.agent))
                form.phone = phone
                self.assertEqual(form.partner_id, self.customer)

    def test_several_customers_with_one_number_are_offered(self):
        self.customer_b.write(
            {"country_id": self.env.ref("base.br").id, "phone": "11 97777-1234"}
        )
        form = Form(self.env["support.log.call"].with_user(self.agent))
        form.phone = "+55 11 97777-1234"
        self.assertFalse(form.partner_id)
        self.assertEqual(form.candidate_count, 2)

    def test_an_unknown_number_finds_nobody(self):
        form = Form(self.env["support.log.call"].with_user(self.agent))
        for phone in ("+55 11 91111-1111", "12", "no number"):
            form.phone = phone
            self.assertFalse(form.partner_id)

    def test_a_call_that_is_taken_is_question_and_answer_at_once(self):
        with self.at(2026, 3, 2, 13):
            ticket = self.log(partner_id=self.customer.id, phone="+5511977771234")
        self.assertEqual(ticket.channel_id.kind, "phone")
        self.assertEqual(ticket.user_id, self.agent)
        self.assertEqual(ticket.stage_kind, "open")
        self.assertEqual(ticket.customer_message_count, 1)
        self.assertEqual(ticket.reply_count, 1)
        self.assertEqual(ticket.touch_count, 1)
        self.assertEqual(ticket.first_response_seconds, 0)
        self.assertTrue(ticket.first_response_at)
        self.assertFalse(ticket.waiting_since)
        self.assertFalse(ticket._get_clock_differences())

    def test_a_voice_mail_waits_for_us(self):
        ticket = self.log(partner_id=self.customer.id, has_spoken=False)
        self.assertEqual(ticket.reply_count, 0)
        self.assertTrue(ticket.waiting_since)
        self.assertTrue(ticket.response_deadline)

    def test_calling_back_answers_the_waiting_customer(self):
        with self.at(2026, 3, 2, 13):
            ticket = self.make_ticket()
        with self.at(2026, 3, 2, 14):
            self.log(direction="out", result="existing", ticket_id=ticket.id)
        self.assertEqual(ticket.first_response_seconds, 3600)
        self.assertEqual(ticket.first_response_business_seconds, 3600)
        self.assertFalse(ticket.waiting_since)
        self.assertEqual(ticket.customer_message_count, 0)

    def test_a_call_nobody_takes_answers_nothing(self):
        ticket = self.make_ticket()
        self.log(
            direction="out", has_spoken=False, result="existing", ticket_id=ticket.id
        )
        self.assertTrue(ticket.waiting_since)
        self.assertFalse(ticket.first_response_at)
        self.assertEqual(ticket.touch_count, 1)

    def test_a_case_that_an_agent_starts_has_no_first_response(self):
        ticket = self.log(direction="out", partner_id=self.customer.id)
        self.assertFalse(ticket.first_response_at)
        self.assertFalse(ticket.first_customer_at)
        self.customer_writes(ticket)
        self.assertTrue(ticket.waiting_since)

    def test_a_case_opened_in_the_back_office_waits_for_nobody(self):
        form = Form(self.env["support.ticket"].with_user(self.agent))
        form.name = "Call the supplier"
        form.partner_id = self.customer
        form.team_id = self.team
        ticket = form.save()
        self.assertEqual(ticket.channel_id.kind, "backoffice")
        self.assertFalse(ticket.waiting_since)
        self.assertFalse(ticket.response_deadline)

    def test_the_note_is_for_colleagues_and_tells_the_facts(self):
        ticket = self.log(
            partner_id=self.customer.id,
            phone="+5511977771234",
            duration_minutes=7,
            notes="<p>wants a new glass</p>",
        )
        note = ticket.message_ids.filtered(lambda m: "7 min" in (m.body or ""))
        self.assertTrue(note.subtype_id.internal)
        self.assertIn("wants a new glass", note.body)
        self.assertFalse(note.notified_partner_ids & self.customer)

    def test_a_call_of_unknown_length_is_a_call_without_a_length(self):
        ticket = self.log(partner_id=self.customer.id, duration_minutes=0)
        reply = ticket.event_ids.filtered(lambda event: event.kind == "reply")
        self.assertEqual(reply.payload, {"talk_seconds": None})
        self.assertNotIn("0 min", reply.message_id.body)

    def test_that_settled_it_solves_the_case(self):
        ticket = self.log(partner_id=self.customer.id, is_solved=True)
        self.assertEqual(ticket.stage_kind, "solved")

    def test_what_is_missing_is_told(self):
        with self.assertRaisesRegex(UserError, "subject"):
            self.log(name=" ")
        with self.assertRaisesRegex(UserError, "Choose the ticket"):
            self.log(result="existing")

    def test_a_call_cannot_be_logged_on_a_case_of_another_team(self):
        ticket = self.make_ticket()
        with self.assertRaises(AccessError):
            self.log(agent=self.agent_b, result="existing", ticket_id=ticket.id)
