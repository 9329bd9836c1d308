import json
from datetime import datetime

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..tools import signature
from ..tools.provider_errors import ProviderBusy
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
        reply = ticket.event_ids.filtered(lambda event: event.kind == "reply")
        self.assertEqual(reply.payload, {"talk_seconds": 185})

    def test_a_call_without_a_length_is_a_call_all_the_same(self):
        ticket = self.call("answered")
        reply = ticket.event_ids.filtered(lambda event: event.kind == "reply")
        self.assertEqual(reply.payload, {"talk_seconds": None})
        self.assertIn("Answered call", reply.message_id.body)

    def test_a_call_counts_from_when_it_was_made_not_from_when_it_was_told(self):
        made = datetime(2026, 3, 2, 11, 20)
        ticket = self.call("missed", started_at=int(made.timestamp()))
        self.assertEqual(ticket.opened_at, made)
        self.assertEqual(ticket.waiting_since, made)
        self.assertEqual(ticket.message_ids[0].date, made)
        taken = datetime(2026, 3, 2, 11, 50)
        values = {"started_at": int(taken.timestamp()), "duration": 60}
        self.assertEqual(self.call("answered", "c2", **values), ticket)
        self.assertEqual(ticket.first_response_at, taken)
        self.assertEqual(ticket.first_response_seconds, 30 * 60)

    def test_a_call_of_a_clock_that_runs_ahead_counts_from_now(self):
        ahead = datetime(2026, 3, 2, 14)
        ticket = self.call("missed", started_at=int(ahead.timestamp()))
        self.assertEqual(ticket.waiting_since, NOW)

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


@tagged("post_install", "-at_install")
class TestCallFromTicket(ChannelCommon):
    """An agent has the telephone system call the customer of a ticket."""

    def setUp(self):
        super().setUp()
        self.frozen = self.at(2026, 3, 2, 13)
        self.frozen.start()
        self.addCleanup(self.frozen.stop)
        self.phone = self.env.ref("customer_support.channel_phone")
        self.phone.write(
            {
                "app_secret": SECRET,
                "team_id": self.team.id,
                "call_url": "https://pbx.example/call",
            }
        )
        self.ticket = self.make_ticket(phone=NUMBER)

    def start_call(self, answer=None):
        self.ticket.with_user(self.agent).action_call()
        with self.provider() as calls:
            calls.answers.append(answer or {"call_id": "c9"})
            self.send()
        return calls.sent, self.find_calls()

    def find_calls(self):
        domain = [("kind", "=", "call"), ("ticket_id", "=", self.ticket.id)]
        return self.events.search(domain)

    def told(self, **values):
        self.post(
            {
                "call_id": "c9",
                "outcome": "answered",
                "direction": "out",
                "customer": NUMBER,
                "started_at": int(NOW.timestamp()),
                "duration": 60,
                "agent": "support_bia",
                **values,
            },
            self.phone,
        )
        self.work()
        return self.find_message(values.get("call_id", "c9")).ticket_id

    def test_the_order_is_signed_and_sent_by_a_worker(self):
        sent, call = self.start_call()
        [(method, url, options)] = sent
        self.assertEqual((method, url), ("POST", "https://pbx.example/call"))
        order = json.loads(options["data"])
        self.assertEqual(order["customer"], NUMBER)
        self.assertEqual(order["agent"], self.agent.login)
        self.assertEqual(order["request_id"], call.our_key)
        proof = f"sha256={signature.sign_hex(SECRET, options['data'])}"
        self.assertEqual(options["headers"]["X-Support-Signature"], proof)
        self.assertEqual(call.state, "done")

    def test_what_is_told_of_the_call_joins_the_ticket(self):
        _sent, call = self.start_call({})
        self.assertEqual(
            self.told(call_id="other", request_id=call.our_key), self.ticket
        )
        self.start_call()
        self.assertEqual(self.told(), self.ticket)
        self.assertTrue(self.ticket.first_response_at)

    def test_another_call_of_the_number_does_not(self):
        self.start_call()
        self.assertNotEqual(self.told(call_id="c10", direction="in"), self.ticket)

    def test_two_clicks_are_one_call(self):
        self.ticket.with_user(self.agent).action_call()
        with self.assertRaises(UserError):
            self.ticket.with_user(self.agent).action_call()
        self.assertEqual(len(self.find_calls()), 1)

    def test_a_busy_system_is_not_asked_again_later(self):
        _sent, call = self.start_call(ProviderBusy("busy"))
        self.assertEqual(call.state, "failed")
        self.assertIn("could not be started", self.ticket.message_ids[0].body)

    def test_a_call_that_waited_too_long_is_not_made(self):
        self.ticket.with_user(self.agent).action_call()
        with self.provider() as calls, self.at(2026, 3, 2, 13, 5):
            self.send()
        self.assertFalse(calls.sent)
        self.assertEqual(self.find_calls().state, "failed")

    def test_who_may_not_call_and_what_nothing_can_call_with(self):
        for user in (self.agent_b, self.portal_user):
            with self.assertRaises(AccessError):
                self.ticket.with_user(user).action_call()
        self.assertTrue(self.ticket.with_user(self.agent).can_call)
        with self.assertRaises(AccessError):
            self.phone.with_user(self.lead).read(["call_url"])
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.phone.call_url = "http://pbx.example/call"
        self.phone.call_url = False
        self.ticket.invalidate_recordset()
        self.assertFalse(self.ticket.with_user(self.agent).can_call)
        with self.assertRaises(UserError):
            self.ticket.with_user(self.agent).action_call()
        self.assertFalse(self.find_calls())
