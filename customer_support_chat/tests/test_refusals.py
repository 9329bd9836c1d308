"""A provider refuses: one answer, all of the account for a while, or the access."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..tools.provider_errors import (
    ProviderBusy,
    ProviderError,
    ProviderRevoked,
    WindowClosed,
)
from .channel_common import ChannelCommon


@tagged("post_install", "-at_install")
class TestRefusals(ChannelCommon):
    def setUp(self):
        super().setUp()
        self.start = self.at(2026, 3, 2, 13)
        self.clock = self.start.start()
        self.addCleanup(self.start.stop)
        self.ticket = self.receive_text("Cadê meu pedido?")
        self.other = self.receive_text("Oi", name="wamid.5", sender="5511911111111")

    def send_with(self, *answers):
        with self.provider() as calls:
            calls.answers = list(answers)
            self.send()
        return calls

    def refuse(self, code, subcode=None):
        """What a call to Meta raises that was answered with 400 and these codes."""
        error = ProviderError(f"400 {code} words", code=code, subcode=subcode)
        with self.provider() as calls:
            calls.answers = [error]
            with self.assertRaises(ProviderError) as caught:
                self.channel._get_provider()._call_graph(self.channel, "POST", "x")
        return caught.exception

    # --- what Meta means ----------------------------------------------------------

    def test_what_concerns_one_recipient_takes_no_access_away(self):
        for code, subcode, kind in (
            (10, 2018065, WindowClosed),
            (10, 2018278, WindowClosed),
            (10, 2534022, WindowClosed),
            (10, 2018108, ProviderError),
            (200, 1545041, ProviderError),
            (131026, None, ProviderError),
            (10, None, ProviderRevoked),
            (200, 2018028, ProviderRevoked),
            (190, 463, ProviderRevoked),
        ):
            with self.subTest(code=code, subcode=subcode):
                self.assertIs(type(self.refuse(code, subcode)), kind)

    def test_a_limit_for_one_customer_holds_no_other_back(self):
        self.assertFalse(self.refuse(131056).whole_account)
        self.assertTrue(self.refuse(130429).whole_account)

    def test_a_customer_who_blocked_the_page_stops_nobody_else(self):
        for ticket in (self.ticket, self.other):
            self.agent_replies(ticket, "Já vamos ver.")
        error = ProviderError("400 10 outside of window", code=10, subcode=2018065)
        calls = self.send_with(error)
        self.assertEqual(len(calls.sent), 2)
        self.assertEqual(self.channel.state, "active")
        self.assertEqual(self.answers_of(self.ticket).state, "failed")
        self.assertEqual(self.answers_of(self.other).state, "done")

    # --- the whole account --------------------------------------------------------

    def refuse_all(self, times, error=None):
        """Let the provider refuse, each time when the pause is over; the pauses."""
        pauses = []
        for _ in range(times):
            calls = self.send_with(error or ProviderBusy("429", whole_account=True))
            self.assertEqual(len(calls.sent), 1)
            pauses.append(self.channel.busy_until - fields.Datetime.now())
            self.clock.move_to(self.channel.busy_until + timedelta(seconds=1))
        return pauses

    def test_an_account_that_is_refused_again_waits_longer_each_time(self):
        self.agent_replies(self.ticket, "Já vamos ver.")
        first, second, third = self.refuse_all(3)
        self.assertLess(first, second)
        self.assertLess(second, third)
        answer = self.answers_of(self.ticket)
        self.assertEqual((answer.state, answer.attempts), ("pending", 0))
        self.send_with()
        self.assertEqual(answer.state, "done")
        self.assertFalse(self.channel.busy_count or self.channel.busy_since)
        self.agent_replies(self.ticket, "E mais uma coisa.")
        [again] = self.refuse_all(1)
        self.assertLess(again, second)

    def test_an_hour_of_refusals_is_told_once_and_answers_still_leave(self):
        self.agent_replies(self.ticket, "Já vamos ver.")
        self.refuse_all(5)
        self.assertFalse(self.channel.activity_ids)
        self.refuse_all(3)
        told = self.channel.activity_ids
        self.assertEqual(len(told), len(told.user_id))
        self.assertIn("429", told[0].note)
        self.assertEqual(self.channel.state, "active")
        self.send_with()
        self.assertEqual(self.answers_of(self.ticket).state, "done")

    def test_an_administrator_may_have_it_tried_at_once(self):
        self.agent_replies(self.ticket, "Já vamos ver.")
        self.send_with(ProviderBusy("429", 7200, whole_account=True))
        self.assertFalse(self.send_with().sent)
        self.channel.with_user(self.lead).action_resume()
        self.send_with()
        self.assertEqual(self.answers_of(self.ticket).state, "done")
