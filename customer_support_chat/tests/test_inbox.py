from datetime import timedelta
from unittest.mock import Mock, patch

from psycopg2.errors import SerializationFailure

from odoo.tests import tagged

from ..tools.provider_errors import ProviderBusy, ProviderError
from ..tools.provider_events import Removal
from .channel_common import NOW, ChannelCommon


@tagged("post_install", "-at_install")
class TestInbox(ChannelCommon):
    """What a provider posts becomes messages in tickets, each once."""

    def setUp(self):
        super().setUp()
        self.frozen = self.at(2026, 3, 2, 13)
        self.frozen.start()
        self.addCleanup(self.frozen.stop)

    def test_a_first_message_opens_a_ticket_of_the_channels_team(self):
        ticket = self.receive_text("Cadê meu pedido?")
        self.assertEqual(ticket.name, "Cadê meu pedido?")
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.channel_id, self.channel)
        self.assertEqual(ticket.partner_name, "Ana Souza")
        self.assertEqual(ticket.phone, "+5511998765432")
        self.assertTrue(ticket.is_waiting_agent)
        self.assertEqual(ticket.customer_message_count, 1)
        self.assertEqual(self.find_message("wamid.1").state, "done")

    def test_a_number_is_a_claim_and_opens_no_orders(self):
        self.customer.phone = "+5511998765432"
        self.assertFalse(self.receive_text("Cadê meu pedido?").partner_id)

    def test_the_next_message_goes_on_with_the_case(self):
        ticket = self.receive_text("Cadê meu pedido?")
        self.assertEqual(self.receive_text("Alguém aí?", name="wamid.2"), ticket)
        self.assertEqual(ticket.customer_message_count, 2)

    def test_a_merged_case_goes_on_in_the_survivor(self):
        ticket = self.receive_text("Cadê meu pedido?")
        survivor = self.make_ticket()
        ticket._merge_into(survivor)
        self.assertEqual(self.receive_text("Alguém aí?", name="wamid.2"), survivor)

    def test_a_message_soon_after_the_end_reopens_and_thanks_do_not(self):
        ticket = self.receive_text("Cadê meu pedido?")
        ticket.action_close()
        self.assertEqual(self.receive_text("Obrigada!", name="wamid.2"), ticket)
        self.assertTrue(ticket.closed_at)
        self.assertEqual(self.receive_text("Ainda não veio", name="wamid.3"), ticket)
        self.assertFalse(ticket.closed_at)

    def test_long_after_the_end_a_new_case_begins(self):
        ticket = self.receive_text("Cadê meu pedido?")
        ticket.action_close()
        with self.at(2026, 5, 2, 13):
            new = self.receive_text(
                "Outra coisa", name="wamid.2", at=NOW.replace(month=5)
            )
        self.assertTrue(new)
        self.assertNotEqual(new, ticket)

    def test_a_proven_customer_goes_on_with_the_case_from_another_channel(self):
        ticket = self.make_ticket()
        identity = self.env["support.identity"]._get_or_create(
            self.channel, "5511998765432"
        )
        identity.write({"partner_id": self.customer.id, "is_verified": True})
        self.assertEqual(self.receive_text("Sou eu de novo"), ticket)
        self.assertEqual(ticket.answer_identity_id, identity)

    # --- once -------------------------------------------------------------------

    def test_a_body_that_comes_again_is_one_message(self):
        body = self.whatsapp_body(self.whatsapp_text("Cadê meu pedido?"))
        for _ in range(10):
            self.post(body)
            self.work()
        self.assertEqual(self.events.search_count([("kind", "=", "body")]), 1)
        self.assertEqual(
            self.find_message("wamid.1").ticket_id.customer_message_count, 1
        )

    def test_a_message_in_another_body_is_the_same_message(self):
        ticket = self.receive_text("Cadê meu pedido?")
        text = self.whatsapp_text("Cadê meu pedido?")
        self.post(self.whatsapp_body(text, self.whatsapp_text("Oi", name="wamid.2")))
        self.work()
        self.assertEqual(ticket.customer_message_count, 2)

    def test_a_replay_after_the_memory_ended_is_refused_by_its_time(self):
        self.receive_text("Cadê meu pedido?", at=NOW - timedelta(days=9))
        event = self.find_message("wamid.1")
        self.assertEqual(event.state, "ignored")
        self.assertFalse(event.ticket_id)

    def test_messages_stand_in_the_order_in_which_they_were_written(self):
        later = self.whatsapp_text("second", name="wamid.2", at=NOW)
        first = self.whatsapp_text("first", at=NOW - timedelta(seconds=20))
        self.post(self.whatsapp_body(later, first))
        self.work()
        messages = self.find_message("wamid.1").ticket_id.message_ids.sorted("id")
        words = [body for body in messages.mapped("body") if "s" in body]
        self.assertEqual(
            [("first" in word, "second" in word) for word in words[-2:]],
            [(True, False), (False, True)],
        )

    def test_a_message_in_somebody_else_s_way_is_not_overtaken(self):
        later = self.whatsapp_text("second", name="wamid.2", at=NOW)
        first = self.whatsapp_text("first", at=NOW - timedelta(seconds=20))
        self.post(self.whatsapp_body(later, first))
        read, tries = type(self.events)._read_message, []

        def collide(event):
            tries.append(event.external_id)
            if len(tries) == 1:
                raise SerializationFailure()
            return read(event)

        self.patch(type(self.events), "_read_message", collide)
        self.work()
        self.assertEqual(tries, ["wamid.1", "wamid.1", "wamid.2"])
        self.assertEqual(self.find_message("wamid.1").state, "done")

    def test_a_message_whose_ticket_is_never_free_is_tried_again_later(self):
        self.patch(
            type(self.events),
            "_read_message",
            Mock(side_effect=SerializationFailure()),
        )
        with self.assertLogs(self._get_logger(), "WARNING"):
            self.receive_text("Cadê meu pedido?")
        event = self.find_message("wamid.1")
        self.assertEqual((event.state, event.attempts), ("pending", 1))
        self.assertGreater(event.next_attempt_at, NOW)

    # --- not for us, not understood ---------------------------------------------

    def test_an_account_without_a_channel_is_ignored_and_counted(self):
        self.post(self.whatsapp_body(self.whatsapp_text("Hi"), account="999"))
        self.work()
        self.assertFalse(self.find_message("wamid.1"))
        self.assertEqual(self.channel.ignored_count, 1)

    def test_an_account_of_the_same_app_has_its_own_channel(self):
        other = self._new_channel("whatsapp", "999")
        self.post(self.whatsapp_body(self.whatsapp_text("Hi"), account="999"))
        self.work()
        self.assertEqual(self.find_message("wamid.1").channel_id, other)

    def test_an_account_with_another_secret_is_not_reached(self):
        self._new_channel("whatsapp", "999", app_secret="another app's")
        self.post(self.whatsapp_body(self.whatsapp_text("Hi"), account="999"))
        self.work()
        self.assertFalse(self.find_message("wamid.1"))

    def test_one_broken_entry_of_a_hundred_stops_no_other(self):
        messages = [
            self.whatsapp_text(f"Message {number}", name=f"wamid.{number}")
            for number in range(100)
        ]
        del messages[50]["timestamp"]
        self.post(self.whatsapp_body(*messages))
        self.work()
        rows = self.events.search([("kind", "=", "message")])
        self.assertEqual(len(rows), 100)
        broken = rows.filtered(lambda row: row.state == "quarantined")
        self.assertEqual(broken.mapped("error"), ["KeyError"])
        self.assertIn("Message 50", broken.sudo().payload)

    def test_what_fails_is_tried_again_and_then_kept_for_a_person(self):
        path = "odoo.addons.customer_support_chat.models.support_channel_receive"
        with patch(f"{path}.SupportChannel._prepare_incoming", side_effect=OSError):
            with self.assertLogs(self._get_logger(), "WARNING") as logs:
                self.receive_text("Cadê meu pedido?")
                event = self.find_message("wamid.1")
                for _ in range(4):
                    self.set_due(event)
                    self.work()
        self.assertEqual(event.state, "quarantined")
        self.assertEqual(event.attempts, 4)
        self.assertNotIn("pedido", "".join(logs.output))
        event.with_user(self.lead).action_retry()
        self.work()
        self.assertEqual(event.state, "done")
        self.assertTrue(event.ticket_id)

    def _get_logger(self):
        return "odoo.addons.customer_support_chat.models.support_channel_event_inbox"

    # --- the time at which it was written ---------------------------------------

    def test_what_was_written_while_we_were_down_has_waited_since_then(self):
        at = NOW - timedelta(hours=3)
        ticket = self.receive_text("Cadê meu pedido?", at=at)
        self.assertEqual(self.find_message("wamid.1").message_id.date, at)
        self.assertEqual(ticket.opened_at, at)
        self.assertEqual(ticket.first_customer_at, at)
        self.assertEqual(ticket.last_customer_message_at, at)
        # The team opened an hour ago: three of its four hours are left.
        self.assertEqual(ticket.response_deadline, NOW + timedelta(hours=3))
        self.agent_replies(ticket)
        self.assertEqual(ticket.first_response_seconds, 3 * 3600)
        self.assertEqual(ticket.first_response_business_seconds, 3600)
        self.assertEqual(ticket._get_clock_differences(), [])

    def test_a_pause_ends_when_the_customer_wrote(self):
        with self.at(2026, 3, 2, 9):
            ticket = self.receive_text("Cadê meu pedido?", at=NOW - timedelta(hours=4))
            self.agent_replies(ticket)
            ticket.action_wait()
        at = NOW - timedelta(hours=3)
        self.receive_text("Ainda não veio", name="wamid.2", at=at)
        self.assertEqual(ticket.paused_seconds, 3600)
        self.assertEqual((ticket.stage_kind, ticket.stage_since), ("open", at))
        self.assertEqual(ticket.waiting_since, at)
        self.assertEqual(ticket._get_clock_differences(), [])

    def test_a_message_older_than_what_is_logged_counts_from_the_log_on(self):
        with self.at(2026, 3, 2, 9):
            ticket = self.receive_text("Cadê meu pedido?", at=NOW - timedelta(hours=4))
        with self.at(2026, 3, 2, 12):
            self.agent_replies(ticket)
        at = NOW - timedelta(hours=2)
        self.receive_text("Ainda não veio", name="wamid.2", at=at)
        self.assertEqual(self.find_message("wamid.2").message_id.date, at)
        moments = ticket.event_ids.mapped("at")
        self.assertEqual(moments, sorted(moments))
        self.assertEqual(ticket.waiting_since, NOW - timedelta(hours=1))
        self.assertEqual(ticket._get_clock_differences(), [])

    def test_a_message_from_the_future_is_of_now(self):
        ticket = self.receive_text("Cadê meu pedido?", at=NOW + timedelta(days=2))
        self.assertEqual(ticket.first_customer_at, NOW)

    # --- kinds of messages ------------------------------------------------------

    def test_what_cannot_be_shown_leaves_a_word(self):
        message = self.whatsapp_text("")
        for kind in ("sticker_pack", "order", "unsupported", "system"):
            with self.subTest(kind=kind):
                name = f"wamid.{kind}"
                self.post(self.whatsapp_body({**message, "id": name, "type": kind}))
                self.work()
                event = self.find_message(name)
                self.assertEqual(event.state, "done")
                self.assertIn(f"[{kind}", event.message_id.body)

    def test_a_reaction_is_a_note_that_asks_for_no_answer(self):
        ticket = self.receive_text("Cadê meu pedido?")
        self.agent_replies_here(ticket)
        reaction = self.whatsapp_text("")
        reaction |= {
            "id": "wamid.9",
            "type": "reaction",
            "reaction": {"message_id": "wamid.sent.1", "emoji": "👍"},
        }
        self.post(self.whatsapp_body(reaction))
        self.work()
        self.assertFalse(ticket.is_waiting_agent)
        self.assertIn("👍", ticket.message_ids[0].body)

    def agent_replies_here(self, ticket):
        with self.provider():
            self.agent_replies(ticket)
            self.send()

    def image(self, name="wamid.7"):
        return {
            **self.whatsapp_text("", name=name),
            "type": "image",
            "image": {"id": "555", "mime_type": "image/jpeg", "caption": "Veja"},
        }

    def receive_image(self, result):
        path = "odoo.addons.customer_support_chat.models.support_provider_whatsapp"
        with patch(f"{path}.SupportProviderWhatsapp._fetch_media", side_effect=result):
            self.post(self.whatsapp_body(self.image()))
            for _ in range(5):
                self.work()
                self.set_due(self.find_message("wamid.7"))
        return self.find_message("wamid.7")

    def test_a_picture_stands_in_the_ticket(self):
        event = self.receive_image([(b"\xff\xd8\xff", "image/jpeg")])
        self.assertEqual(event.message_id.attachment_ids.raw, b"\xff\xd8\xff")
        self.assertIn("Veja", event.message_id.body)

    def test_a_page_that_says_it_is_a_picture_is_kept_as_text(self):
        page = b"<html><script>alert(1)</script></html>"
        event = self.receive_image([(page, "image/jpeg")])
        self.assertEqual(event.message_id.attachment_ids.mimetype, "text/plain")

    def test_a_picture_that_may_not_be_fetched_leaves_a_word(self):
        event = self.receive_image(ProviderError("host"))
        self.assertFalse(event.message_id.attachment_ids)
        self.assertIn("could not be fetched", event.message_id.body)

    def test_files_may_come_from_the_server_for_trying_out(self):
        provider = self.channel._get_provider()
        self.assertNotIn("http", "".join(provider._get_media_hosts(self.channel)))
        self.channel.api_url = "http://127.0.0.1:8100/graph"
        hosts = provider._get_media_hosts(self.channel)
        self.assertIn("http://127.0.0.1:8100", hosts)

    def test_a_picture_that_comes_late_is_waited_for_but_not_for_ever(self):
        logger = self._get_logger()
        with self.assertLogs(logger, "WARNING"):
            event = self.receive_image(ProviderBusy("503"))
        self.assertEqual(event.state, "done")
        self.assertEqual(event.attempts, 4)
        self.assertIn("could not be fetched", event.message_id.body)

    def removal(self, name):
        return Removal(account_key=self.phone_number_id, external_id=name)

    def test_a_message_that_was_deleted_before_it_came_stays_away(self):
        removal = self.removal("wamid.1")
        self.events._apply(self.channel, removal)
        self.receive_text("Não era para você")
        self.assertFalse(self.find_message("wamid.1").ticket_id)

    def test_a_deleted_message_loses_its_words(self):
        ticket = self.receive_text("Não era para você")
        removal = self.removal("wamid.1")
        self.events._apply(self.channel, removal)
        self.assertNotIn("era para", ticket.message_ids[0].body)
        self.assertFalse(self.find_message("wamid.1").sudo().payload)

    def test_a_case_called_by_deleted_words_is_called_otherwise(self):
        words = "Meu  cartão é o do\tBanco & Cia, " + "o azul com letras " * 6
        ticket = self.receive_text(f"{words}\nObrigada")
        self.assertIn("Banco & Cia", ticket.name)
        self.events._apply(self.channel, self.removal("wamid.1"))
        self.assertEqual(ticket.name, self.channel.name)

    def test_a_case_called_by_words_turned_round_loses_them_too(self):
        ticket = self.receive_text("Boleto \u202efdp.1234")
        self.assertEqual(ticket.name, "Boleto fdp.1234")
        self.events._apply(self.channel, self.removal("wamid.1"))
        self.assertEqual(ticket.name, self.channel.name)

    def test_what_an_agent_called_a_case_stays_when_words_are_deleted(self):
        ticket = self.receive_text("Não era para você")
        self.receive_text("Cadê meu pedido?", name="wamid.2")
        self.events._apply(self.channel, self.removal("wamid.2"))
        self.assertEqual(ticket.name, "Não era para você")
        ticket.name = "Wrong number"
        self.events._apply(self.channel, self.removal("wamid.1"))
        self.assertEqual(ticket.name, "Wrong number")
