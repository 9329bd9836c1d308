from odoo.tests import tagged

from ..tools import signature
from .channel_common import NOW, SECRET, ChannelCommon

NUMBER = "+5511998765432"


@tagged("post_install", "-at_install")
class TestPhone(ChannelCommon):
    """What the telephone system tells becomes tickets, notes and tasks."""

    def setUp(self):
        super().setUp()
        self.phone = self.env.ref("customer_support.channel_phone")
        self.phone.write({"app_secret": SECRET, "team_id": self.team.id})
        self.frozen = self.at(2026, 3, 2, 13)
        self.frozen.start()
        self.addCleanup(self.frozen.stop)

    def call(self, outcome, name="c1", **values):
        told = {
            "call_id": name,
            "outcome": outcome,
            "direction": "in",
            "customer": "+55 11 99876-5432",
            "started_at": int(NOW.timestamp()),
            **values,
        }
        self.post(told, self.phone)
        self.work()
        return self.find_message(name).ticket_id

    def test_a_missed_call_is_a_case_that_waits_and_a_task_with_a_deadline(self):
        ticket = self.call("missed")
        self.assertEqual(ticket.phone, NUMBER)
        self.assertTrue(ticket.is_waiting_agent)
        task = ticket.activity_ids
        self.assertEqual(
            task.activity_type_id, self.env.ref("mail.mail_activity_data_call")
        )
        self.assertEqual(task.date_deadline, NOW.date())
        self.assertIn(NUMBER, task.summary)

    def test_a_call_that_was_taken_is_question_and_answer_at_once(self):
        ticket = self.call("answered", duration=185, agent="support_bia")
        self.assertEqual(ticket.user_id, self.agent)
        self.assertFalse(ticket.is_waiting_agent)
        self.assertTrue(ticket.first_response_at)
        self.assertFalse(ticket.activity_ids)
        self.assertIn("Call of 3 min", ticket.message_ids[0].body)

    def test_the_next_call_goes_on_with_the_case_and_one_told_twice_is_one(self):
        ticket = self.call("missed")
        self.assertEqual(self.call("missed", "c2"), ticket)
        self.call("missed", "c2", duration=0.0)
        self.assertEqual(ticket.customer_message_count, 2)

    def test_a_recording_is_a_link_and_nothing_else(self):
        ticket = self.call("voicemail", recording_url="https://pbx.example/r/1")
        self.assertIn('href="https://pbx.example/r/1"', ticket.message_ids[0].body)
        ticket = self.call("voicemail", "c2", recording_url="javascript:alert(1)")
        self.assertNotIn("javascript", ticket.message_ids[0].body)

    def test_whoever_has_the_number_is_a_claim(self):
        self.customer.phone = NUMBER
        ticket = self.call("missed")
        self.assertFalse(ticket.partner_id)
        self.assertEqual(ticket.claimed_partner_id, self.customer)

    def test_an_odd_call_is_kept_for_a_person(self):
        self.call("exploded")
        odd = self.events.search([("state", "=", "quarantined")])
        self.assertEqual(odd.error, "ValueError")

    def test_the_system_proves_itself(self):
        verify = self.env["support.provider.phone"]._verify
        good = {"X-Support-Signature": f"sha256={signature.sign_hex(SECRET, b'{}')}"}
        self.assertTrue(verify(self.phone, good, b"{}"))
        self.assertFalse(verify(self.phone, good, b"{ }"))
        self.assertFalse(verify(self.phone, {}, b"{}"))
        self.assertTrue(self.phone.webhook_url)
