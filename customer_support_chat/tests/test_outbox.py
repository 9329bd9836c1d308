from datetime import timedelta

from markupsafe import Markup
from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.customer_support.tools.author_kind import RULE

from ..tools.provider_errors import (
    ProviderBusy,
    ProviderError,
    ProviderRevoked,
    ProviderSilent,
)
from .channel_common import ChannelCommon


@tagged("post_install", "-at_install")
class TestOutbox(ChannelCommon):
    """Answers reach the customer where he wrote: once, in order, or visibly not."""

    def setUp(self):
        super().setUp()
        self.frozen = self.at(2026, 3, 2, 13)
        self.frozen.start()
        self.addCleanup(self.frozen.stop)
        self.ticket = self.receive_text("Cadê meu pedido?")
        self.ticket.user_id = self.agent

    def reply(self, body="Seu pedido saiu hoje.", **values):
        return self.agent_replies(self.ticket, body)

    def get_text(self, call):
        return call[2]["json"]["text"]["body"]

    def test_an_answer_leaves_by_the_channel_and_not_by_mail(self):
        self.ticket.partner_id = self.customer
        message = self.reply()
        with self.provider() as calls:
            self.send()
        answer = self.answers_of(self.ticket)
        self.assertEqual(answer.state, "done")
        self.assertEqual(answer.external_id, "wamid.sent.1")
        method, url, options = calls.sent[0]
        self.assertEqual(method, "POST")
        self.assertTrue(url.endswith(f"/{self.phone_number_id}/messages"))
        self.assertEqual(options["json"]["to"], "5511998765432")
        self.assertEqual(self.get_text(calls.sent[0]), "Seu pedido saiu hoje.")
        self.assertFalse(message.sudo().notified_partner_ids & self.customer)

    def test_a_note_stays_in_the_house(self):
        self.ticket.with_user(self.agent).message_post(
            body="Ask the carrier", subtype_xmlid="mail.mt_note"
        )
        self.assertFalse(self.answers_of(self.ticket))

    def test_the_answer_counts_as_the_first_response(self):
        self.assertFalse(self.ticket.first_response_at)
        self.reply()
        self.assertTrue(self.ticket.first_response_at)

    def test_the_agent_may_answer_by_mail_instead(self):
        self.ticket.partner_id = self.customer
        self.ticket.with_user(self.agent).action_answer_by_mail()
        message = self.reply()
        self.assertFalse(self.answers_of(self.ticket))
        self.assertIn(self.customer, message.sudo().notified_partner_ids)

    def test_no_manager_rewrites_an_answer_or_whom_it_goes_to(self):
        self.reply()
        answer = self.answers_of(self.ticket).with_user(self.lead)
        for values in ({"text": "x"}, {"identity_id": False}, {"state": "done"}):
            with self.subTest(values), self.assertRaises(AccessError):
                answer.write(values)
        self.assertEqual(answer.text, "Seu pedido saiu hoje.")
        answer.action_discard()
        self.assertEqual(answer.state, "ignored")

    def test_links_keep_their_address_in_plain_text(self):
        self.ticket.with_user(self.agent).message_post(
            body=Markup('<p>Hi,<br>see <a href="https://a.example/1">here</a></p>'),
            subtype_xmlid="mail.mt_comment",
            message_type="comment",
        )
        self.assertEqual(
            self.answers_of(self.ticket).text, "Hi,\nsee here (https://a.example/1)"
        )

    def test_a_long_answer_leaves_in_parts_in_their_order(self):
        self.reply("Palavra " * 1000)
        with self.provider() as calls:
            self.send()
        texts = [self.get_text(call) for call in calls.sent]
        self.assertEqual(len(texts), 2)
        self.assertTrue(all(len(text) <= 4096 for text in texts))
        self.assertEqual(" ".join(texts).split(), ["Palavra"] * 1000)

    # --- failures ---------------------------------------------------------------

    def send_with(self, *answers):
        with self.provider() as calls:
            calls.answers = list(answers)
            self.send()
        return self.answers_of(self.ticket)

    def test_a_busy_provider_is_asked_again_later_each_time(self):
        self.reply()
        pauses = []
        for _ in range(3):
            answer = self.send_with(ProviderBusy("500"))
            self.assertEqual(answer.state, "pending")
            pauses.append(answer.next_attempt_at - fields.Datetime.now())
            self.set_due(answer)
        self.assertLess(pauses[0], pauses[1])
        self.assertLess(pauses[1], pauses[2])
        self.assertEqual(self.send_with().state, "done")

    def test_after_eight_attempts_a_person_is_told(self):
        self.reply()
        for _ in range(8):
            answer = self.send_with(ProviderBusy("500"))
            self.set_due(answer)
        self.assertEqual(answer.state, "failed")
        self.assertIn("text-danger", self.ticket.message_ids[0].body)
        self.assertIn(self.agent, self.ticket.activity_ids.user_id)

    def test_the_wait_that_a_provider_asks_for_holds_the_whole_account(self):
        self.reply("one")
        answer = self.send_with(ProviderBusy("429", 120, whole_account=True))
        self.assertEqual(answer.attempts, 0)
        other = self.receive_text("Oi", name="wamid.5", sender="5511911111111")
        self.agent_replies(other, "two")
        with self.provider() as calls:
            self.send()
        self.assertFalse(calls.sent)
        with self.at(2026, 3, 2, 13, 5):
            with self.provider() as calls:
                self.send()
        self.assertEqual(len(calls.sent), 2)

    def test_what_was_about_to_leave_waits_with_the_account_too(self):
        for number in range(3):
            sender = f"551191111111{number}"
            ticket = self.receive_text("Oi", name=f"wamid.w{number}", sender=sender)
            self.agent_replies(ticket, "Já vamos ver.")
        with self.provider() as calls:
            calls.answers = [None, ProviderBusy("429", 120, whole_account=True)]
            self.send()
        self.assertEqual(len(calls.sent), 2)
        with self.at(2026, 3, 2, 13, 5), self.provider() as calls:
            self.send()
        self.assertEqual(len(calls.sent), 2)

    def test_a_revoked_access_pauses_the_channel_and_loses_nothing(self):
        self.reply()
        answer = self.send_with(ProviderRevoked("401 expired"))
        self.assertEqual(answer.state, "pending")
        self.assertEqual(self.channel.state, "paused")
        self.assertTrue(self.channel.activity_ids)
        with self.provider() as calls:
            self.send()
        self.assertFalse(calls.sent)
        self.channel.action_resume()
        self.assertEqual(self.send_with().state, "done")
        self.assertFalse(self.channel.activity_ids)

    def test_a_call_without_an_answer_is_never_made_again_by_a_machine(self):
        self.reply()
        answer = self.send_with(ProviderSilent("ReadTimeout"))
        self.assertEqual(answer.state, "unknown")
        with self.at(2026, 3, 3, 13):
            with self.provider() as calls:
                self.send()
        self.assertFalse(calls.sent)
        self.assertIn("Nobody knows", self.ticket.message_ids[0].body)

    def test_a_status_tells_what_became_of_a_call_without_an_answer(self):
        self.reply()
        answer = self.send_with(ProviderSilent("ReadTimeout"))
        status = {
            "id": "wamid.77",
            "status": "delivered",
            "biz_opaque_callback_data": answer.our_key,
        }
        self.post(self.whatsapp_body(statuses=[status]))
        self.work()
        self.assertEqual(answer.state, "done")
        self.assertEqual(answer.external_id, "wamid.77")
        self.assertEqual(answer.delivery, "delivered")

    def test_a_status_that_is_faster_than_the_silence_is_not_taken_back(self):
        self.reply()

        def call(event):
            event._mark_sent("wamid.77")
            event.env["ir.cron"]._commit_progress()
            raise ProviderSilent("ReadTimeout")

        self.patch(type(self.events), "_call_provider", call)
        self.send()
        self.assertEqual(self.answers_of(self.ticket).state, "done")
        self.assertNotIn("Nobody knows", self.ticket.message_ids[0].body)

    def test_a_status_at_the_same_moment_does_not_stop_the_job(self):
        self.reply()
        learn, tries = type(self.events)._learn_recipient, []

        def collide(event, key):
            tries.append(key)
            if len(tries) == 1:
                raise SerializationFailure()
            return learn(event, key)

        self.patch(type(self.events), "_learn_recipient", collide)
        with self.provider() as calls:
            self.send()
        self.assertEqual(len(tries), 2)
        self.assertEqual(len(calls.sent), 1)
        self.assertEqual(self.answers_of(self.ticket).state, "done")

    def test_what_a_killed_worker_was_sending_is_shown_not_repeated(self):
        self.reply()
        answer = self.answers_of(self.ticket)
        answer.state = "sending"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE support_channel_event SET write_date = %s WHERE id = %s",
            (fields.Datetime.now() - timedelta(minutes=5), answer.id),
        )
        answer.invalidate_recordset()
        self.send_with()
        self.assertEqual(answer.state, "unknown")

    def test_a_refused_answer_is_told_and_the_next_one_leaves(self):
        self.reply("one")
        self.reply("two")
        with self.provider() as calls:
            calls.answers = [ProviderError("400 131026 undeliverable")]
            self.send()
        self.assertEqual(
            self.answers_of(self.ticket).mapped("state"), ["failed", "done"]
        )
        self.assertIn("131026", self.ticket.message_ids[0].body)

    def test_no_answer_overtakes_an_earlier_one(self):
        self.reply("one")
        self.reply("two")
        with self.provider() as calls:
            calls.answers = [ProviderBusy("500")]
            self.send()
        self.assertEqual([self.get_text(call) for call in calls.sent], ["one"])

    # --- statuses ---------------------------------------------------------------

    def test_statuses_never_move_backwards(self):
        self.reply()
        answer = self.send_with()
        for status, expected in (
            ("read", "read"),
            ("delivered", "read"),
            ("sent", "read"),
            ("failed", "read"),
        ):
            told = {"id": answer.external_id, "status": status, "timestamp": "1"}
            self.post(self.whatsapp_body(statuses=[told]))
            self.work()
            self.assertEqual(answer.delivery, expected)

    # --- the window -------------------------------------------------------------

    def test_a_free_answer_is_refused_when_the_window_is_closed(self):
        with self.at(2026, 3, 3, 14):
            self.assertTrue(self.ticket.is_answer_window_closed)
            with self.assertRaisesRegex(UserError, "24 hours"):
                self.reply()
            self.assertFalse(self.answers_of(self.ticket))

    def test_an_automatic_answer_then_leaves_a_note_and_no_error(self):
        with self.at(2026, 3, 3, 14):
            self.ticket.with_context(support_author_kind=RULE).message_post(
                body="We are on it",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        self.assertEqual(self.answers_of(self.ticket).state, "failed")

    def test_the_window_is_looked_at_again_when_the_answer_leaves(self):
        self.reply()
        with self.at(2026, 3, 3, 14):
            with self.provider() as calls:
                self.send()
        self.assertFalse(calls.sent)
        self.assertEqual(self.answers_of(self.ticket).state, "failed")

    def make_template(self, placeholder="first_name"):
        return self.env["support.message.template"].create(
            {
                "name": "order_update",
                "channel_id": self.channel.id,
                "body": "Olá {{1}}, temos novidades.",
                "place_ids": [
                    fields.Command.create({"number": 1, "placeholder": placeholder})
                ],
            }
        )

    def send_template(self, template):
        wizard = self.env["support.send.template"].with_user(self.agent)
        wizard.create(
            {"ticket_id": self.ticket.id, "template_id": template.id}
        ).action_send()

    def test_an_approved_message_may_leave_at_any_time(self):
        template = self.make_template()
        with self.at(2026, 3, 9, 14):
            self.send_template(template)
            with self.provider() as calls:
                self.send()
        sent = calls.sent[0][2]["json"]["template"]
        self.assertEqual(sent["name"], "order_update")
        self.assertEqual(
            sent["components"][0]["parameters"], [{"type": "text", "text": "Ana"}]
        )
        self.assertIn("Olá Ana", self.ticket.message_ids[0].body)

    def test_a_place_without_a_value_stops_it_and_says_which(self):
        template = self.make_template("tracking_number")
        with self.assertRaisesRegex(UserError, "place 1"):
            self.send_template(template)

    def test_each_place_of_a_template_needs_a_value(self):
        with self.assertRaisesRegex(UserError, "Each place needs one value"):
            self.make_template().body = "Olá {{1}} {{2}}"
