"""Card numbers in what networks post: hidden where they are shown and where kept."""

import json
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.customer_support.tests.test_masking import CARD

from ..tools.json_masking import mask_strings
from .channel_common import NOW, ChannelCommon

HIDDEN, STARS = "•••• •••• •••• 1111", "**** **** **** 1111"
RECEIVE = "odoo.addons.customer_support_chat.models.support_channel_receive"
INBOX = "odoo.addons.customer_support_chat.models.support_channel_event_inbox"


@tagged("post_install", "-at_install")
class TestMaskedEvents(ChannelCommon):
    def setUp(self):
        super().setUp()
        self.enterContext(self.at(2026, 3, 2, 13))
        profile = {"profile": {"name": f"Ana {CARD}"}, "wa_id": "5511998765432"}
        text = self.whatsapp_text(f"My card: {CARD}")
        self.body = self.whatsapp_body(text, contacts=[profile])

    def find_body(self):
        return self.events.search([("kind", "=", "body")]).sudo()

    def find_row(self):
        return self.find_message("wamid.1").sudo()

    def test_neither_the_ticket_nor_what_was_posted_keeps_a_card(self):
        self.post(self.body)
        self.assertIn(CARD, self.find_body().payload)
        self.work()
        row = self.find_row()
        ticket = row.ticket_id
        self.assertEqual(ticket.partner_name, f"Ana {HIDDEN}")
        self.assertEqual(ticket.answer_identity_id.name, f"Ana {HIDDEN}")
        [message] = ticket.message_ids.filtered(lambda one: "My card" in one.body)
        self.assertIn(HIDDEN, message.body)
        self.assertNotIn(CARD, f"{message.email_from} {ticket.name}")
        for event in (row, self.find_body()):
            self.assertEqual(event.state, "done")
            self.assertNotIn(CARD, event.payload)
            self.assertIn(STARS, event.payload)
            # Who it was can still be compared with what the provider says.
            self.assertIn("5511998765432", event.payload)
            self.assertIn("wamid.1", event.payload)

    def test_a_masked_body_that_comes_again_is_known(self):
        for _again in range(3):
            self.post(self.body)
            self.work()
        self.assertEqual(len(self.find_body()), 1)
        self.assertEqual(self.find_row().ticket_id.customer_message_count, 1)

    def test_the_answer_goes_to_the_sender_as_before(self):
        self.post(self.body)
        self.work()
        ticket = self.find_row().ticket_id
        ticket.user_id = self.agent
        self.agent_replies(ticket, "Please tell nobody.")
        with self.provider() as calls:
            self.send()
        [(_method, _url, options)] = calls.sent
        self.assertEqual(options["json"]["to"], "5511998765432")

    @mute_logger(INBOX)
    def test_what_may_be_tried_again_stays_exact_until_it_is_done(self):
        with patch(f"{RECEIVE}.SupportChannel._prepare_incoming", side_effect=OSError):
            self.post(self.body)
            self.work()
            for _ in range(4):
                self.set_due(self.find_row())
                self.work()
        row = self.find_row()
        self.assertEqual(row.state, "quarantined")
        self.assertIn(CARD, row.payload)
        row.with_user(self.lead).action_retry()
        self.work()
        self.assertEqual((row.state, bool(row.ticket_id)), ("done", True))
        self.assertNotIn(CARD, row.payload)

    def test_what_is_left_or_too_old_is_masked_at_once(self):
        old = self.whatsapp_text(CARD, name="wamid.old", at=NOW - timedelta(days=9))
        self.post(self.whatsapp_body(old))
        self.work()
        left = self.events.create(
            {
                "channel_id": self.channel.id,
                "kind": "message",
                "state": "quarantined",
                "external_id": "broken:1",
                "payload": f"no JSON, {CARD}",
            }
        )
        left.with_user(self.lead).action_discard()
        for event in self.find_message("wamid.old").sudo() | left:
            self.assertEqual(event.state, "ignored")
            self.assertIn(STARS, event.payload)

    def test_the_store_may_keep_them(self):
        self.env["ir.config_parameter"].set_param(
            "customer_support.mask_cards", "False"
        )
        self.post(self.body)
        self.work()
        self.assertIn(CARD, self.find_row().payload)
        self.assertIn(CARD, self.find_row().ticket_id.partner_name)

    def test_names_and_numbers_of_records_stay_and_the_rest_is_json(self):
        card = CARD.replace(" ", "")
        values = {"id": card, "page_id": card, "n": int(card), "text": [{"body": card}]}
        masked = json.loads(mask_strings(json.dumps(values), lambda text: "x"))
        self.assertEqual(masked, {**values, "text": [{"body": "x"}]})
        self.assertEqual(mask_strings(json.dumps(values), lambda text: text), "")

    def test_a_visitor_of_the_chat_is_called_by_no_card(self):
        guest = self.env["mail.guest"].create({"name": CARD})
        self.assertEqual(guest.name, HIDDEN)
        guest.name = f"Rita {CARD}"
        self.assertEqual(guest.name, f"Rita {HIDDEN}")
