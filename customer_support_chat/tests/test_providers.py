import json

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..tools import provider_events as told
from .channel_common import NOW, SECRET
from .network_common import MILLISECONDS, PAGE, PERSON, NetworkCommon


@tagged("post_install", "-at_install")
class TestProviders(NetworkCommon):
    """Each provider's published format, in and out."""

    # --- Messenger and Instagram ------------------------------------------------

    def test_messenger_in_and_out(self):
        channel = self._new_channel("messenger", PAGE)
        message = {"mid": "m_1", "text": "Vocês entregam em Manaus?"}
        event = self.receive(channel, self.messaging(message=message))
        self.assertEqual(event.sent_at, NOW)
        method, url, options = self.answer(
            event.ticket_id, result={"message_id": "m_2", "recipient_id": PERSON}
        )
        self.assertTrue(url.endswith(f"/{PAGE}/messages"))
        self.assertEqual(options["json"]["recipient"], {"id": PERSON})
        self.assertEqual(options["json"]["messaging_type"], "RESPONSE")
        self.assertEqual(options["headers"]["Authorization"], "Bearer a-token")

    def test_what_we_sent_comes_back_and_is_no_message(self):
        channel = self._new_channel("messenger", PAGE)
        ticket = self.receive(
            channel, self.messaging(message={"mid": "m_1", "text": "Oi"})
        ).ticket_id
        self.answer(ticket, result={"message_id": "m_2"})
        echo = {"mid": "m_2", "text": "Olá, já vamos ver.", "is_echo": True}
        back = self.messaging(message=echo)
        back["entry"][0]["messaging"][0] |= {
            "sender": {"id": PAGE},
            "recipient": {"id": PERSON},
        }
        self.assertEqual(self.receive(channel, back).state, "ignored")
        self.assertEqual(ticket.customer_message_count, 1)

    def test_what_a_colleague_wrote_in_the_app_is_a_note(self):
        channel = self._new_channel("messenger", PAGE)
        ticket = self.receive(
            channel, self.messaging(message={"mid": "m_1", "text": "Oi"})
        ).ticket_id
        echo = {"mid": "m_9", "text": "Respondi pelo celular", "is_echo": True}
        back = self.messaging(message=echo)
        back["entry"][0]["messaging"][0] |= {
            "sender": {"id": PAGE},
            "recipient": {"id": PERSON},
        }
        self.receive(channel, back)
        self.assertIn("pelo celular", ticket.message_ids[0].body)
        self.assertTrue(ticket.message_ids[0].subtype_id.internal)

    def test_receipts_of_messenger(self):
        channel = self._new_channel("messenger", PAGE)
        ticket = self.receive(
            channel, self.messaging(message={"mid": "m_1", "text": "Oi"})
        ).ticket_id
        self.answer(ticket, result={"message_id": "m_2"})
        answer = self.answers_of(ticket)
        self.receive(channel, self.messaging(delivery={"mids": ["m_2"]}))
        self.assertEqual(answer.delivery, "delivered")
        self.receive(channel, self.messaging(read={"watermark": MILLISECONDS}))
        self.assertEqual(answer.delivery, "read")

    def test_an_unsent_instagram_message_loses_its_words(self):
        channel = self._new_channel("instagram", "178414")
        message = {"mid": "ig_1", "text": "meu cpf é 123"}
        event = self.receive(channel, self.messaging("178414", message=message))
        gone = {"mid": "ig_1", "is_deleted": True}
        self.receive(channel, self.messaging("178414", message=gone))
        self.assertNotIn("cpf", event.message_id.body)

    def test_instagram_takes_no_files_of_ours(self):
        channel = self._new_channel("instagram", "178414")
        message = {"mid": "ig_1", "text": "Oi"}
        event = self.receive(channel, self.messaging("178414", message=message))
        with self.assertRaisesRegex(UserError, "takes no files"):
            event.ticket_id.with_user(self.agent).message_post(
                body="Veja",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                attachments=[("a.txt", b"a")],
            )

    # --- Facebook page ----------------------------------------------------------

    def test_a_comment_opens_a_public_case_and_is_answered_below_it(self):
        ticket = self.new_comment()
        self.assertEqual(ticket.channel_id, self.facebook)
        self.assertTrue(ticket.answer_is_public)
        _method, url, options = self.answer(ticket, result={"id": "77_99"})
        self.assertTrue(url.endswith("/77_88/comments"))
        self.assertEqual(options["json"], {"message": "Olá, já vamos ver."})

    def test_a_comment_on_a_case_in_private_joins_it_and_does_not_publish_it(self):
        ticket = self.new_comment()
        author = ticket.answer_identity_id
        ticket.with_user(self.agent).action_continue_private()
        again = self.comment(name="77_89", message="E aí?")
        self.assertEqual(self.receive(self.messenger, again).ticket_id, ticket)
        self.assertFalse(ticket.answer_is_public)
        other_post = self.comment(name="78_1", post_id=f"{PAGE}_78")
        self.assertNotEqual(self.receive(self.messenger, other_post).ticket_id, ticket)
        # The agent may take it back into the public, below the latest comment.
        ticket.with_user(self.agent).answer_identity_id = author
        _method, url, _options = self.answer(ticket, result={"id": "77_99"})
        self.assertTrue(url.endswith("/77_89/comments"))
        third = self.comment(name="77_90", message="Obrigada")
        self.assertEqual(self.receive(self.messenger, third).ticket_id, ticket)
        self.assertTrue(ticket.answer_is_public)

    def test_a_public_case_that_is_answered_by_mail_stays_one_case(self):
        ticket = self.new_comment()
        ticket.with_user(self.agent).action_answer_by_mail()
        again = self.comment(name="77_89", message="E aí?")
        self.assertEqual(self.receive(self.messenger, again).ticket_id, ticket)
        self.assertFalse(ticket.answer_identity_id)

    def edit(self, text, **values):
        return self.comment("edited", message=text, **values)

    def test_an_edited_comment_is_answered_and_taken_back_as_a_whole(self):
        ticket = self.new_comment()
        edit = self.receive(self.messenger, self.edit("O pedido S9 não chegou!"))
        self.assertEqual(edit.ticket_id, ticket)
        _method, url, _options = self.answer(ticket, result={"id": "77_99"})
        self.assertTrue(url.endswith("/77_88/comments"))
        self.receive(self.messenger, self.comment("remove"))
        words = "".join(ticket.message_ids.mapped("body")) + ticket.name
        self.assertNotIn("chegou", words)
        self.assertFalse(edit.sudo().payload)

    def test_an_edited_comment_goes_on_in_private(self):
        ticket = self.new_comment()
        self.receive(self.messenger, self.edit("Meu pedido sumiu!"))
        ticket.with_user(self.agent).action_continue_private()
        result = {"message_id": "m_5", "recipient_id": "PSID-1"}
        _method, _url, options = self.answer(ticket, result=result)
        self.assertEqual(options["json"]["recipient"], {"comment_id": "77_88"})

    def test_each_edit_of_a_comment_is_read_once(self):
        ticket = self.new_comment()
        for text in ("Sumiu?", "Sumiu!", "Sumiu!"):
            # The same edit in another body.
            extra = {"parent_id": str(len(ticket.message_ids))}
            self.receive(self.messenger, self.edit(text, **extra))
        self.assertEqual(ticket.customer_message_count, 3)

    def test_an_edit_told_after_the_end_of_its_comment_brings_nothing_back(self):
        ticket = self.new_comment()
        self.receive(self.messenger, self.comment("remove"))
        late = self.receive(self.messenger, self.edit("O pedido S9 não chegou!"))
        self.assertEqual(late.external_id, "77_88")
        words = "".join(ticket.message_ids.mapped("body")) + ticket.name
        self.assertNotIn("chegou", words)
        self.assertEqual(ticket.customer_message_count, 1)
        other = self.receive(self.messenger, self.edit("Chegou!", name="77_91"))
        self.assertEqual(other.external_id.partition(".")[0], "77_91")

    def test_an_edit_of_a_comment_that_was_gone_before_it_came_stays_away(self):
        ticket = self.new_comment()
        self.receive(self.messenger, self.comment("remove", name="77_91"))
        gone = self.receive(self.messenger, self.edit("Esqueçam", name="77_91"))
        self.assertEqual((gone.external_id, gone.state), ("77_91", "ignored"))
        self.assertEqual(ticket.customer_message_count, 1)

    def test_a_deleted_comment_loses_its_words_and_a_comment_of_ours_is_none(self):
        ticket = self.new_comment()
        self.receive(self.messenger, self.comment("remove"))
        self.assertNotIn("chegou", ticket.message_ids[0].body)
        own = self.comment(name="77_90", **{"from": {"id": PAGE, "name": "Store"}})
        self.receive(self.messenger, own)
        self.assertEqual(ticket.customer_message_count, 1)

    # --- X ----------------------------------------------------------------------

    def direct(self, sender=PERSON, recipient="555", name="901"):
        return {
            "for_user_id": "555",
            "users": {PERSON: {"name": "Ana", "screen_name": "ana"}},
            "direct_message_events": [
                {
                    "type": "message_create",
                    "id": name,
                    "created_timestamp": str(MILLISECONDS),
                    "message_create": {
                        "target": {"recipient_id": recipient},
                        "sender_id": sender,
                        "message_data": {"text": "Cadê meu pedido?"},
                    },
                }
            ],
        }

    def test_a_direct_message_on_x_in_and_out(self):
        channel = self._new_channel(
            "x", "555", consumer_key="ck", access_secret="secret"
        )
        event = self.receive(channel, self.direct())
        self.assertEqual(event.ticket_id.partner_name, "Ana")
        _method, url, options = self.answer(
            event.ticket_id, result={"data": {"dm_event_id": "902"}}
        )
        self.assertTrue(url.endswith(f"/2/dm_conversations/with/{PERSON}/messages"))
        self.assertIn("oauth_signature=", options["headers"]["Authorization"])
        self.assertEqual(
            self.receive(channel, self.direct("555", PERSON, "902")).state, "ignored"
        )

    def test_a_mention_on_x_and_the_answer_to_our_answer_are_one_case(self):
        channel = self._new_channel("x_public", "555")
        post = {
            "id_str": "1000",
            "text": "@store cadê meu pedido?",
            "created_at": "Mon Mar 02 13:00:00 +0000 2026",
            "user": {"id_str": PERSON, "name": "Ana"},
        }
        payload = {"for_user_id": "555", "tweet_create_events": [post]}
        ticket = self.receive(channel, payload).ticket_id
        _method, _url, options = self.answer(ticket, result={"data": {"id": "1001"}})
        self.assertEqual(options["json"]["reply"], {"in_reply_to_tweet_id": "1000"})
        again = {**post, "id_str": "1002", "in_reply_to_status_id_str": "1001"}
        payload = {"for_user_id": "555", "tweet_create_events": [again]}
        self.assertEqual(self.receive(channel, payload).ticket_id, ticket)

    def test_the_question_of_x_is_answered_with_a_signature(self):
        channel = self._new_channel("x", "555")
        provider = self.env["support.provider.x"]
        body, kind = provider._challenge(channel, {"crc_token": "challenge"})
        # printf challenge | openssl dgst -sha256 -hmac $SECRET -binary | base64
        self.assertEqual(
            json.loads(body),
            {"response_token": "sha256=t3ttwK97C/Zb7dyYlP3wEVpISVK1a/zAw+aVF4AL0U8="},
        )
        self.assertEqual(kind, "application/json")
        channel.app_secret = False
        channel.previous_secret = False
        self.assertIsNone(provider._challenge(channel, {"crc_token": "challenge"}))

    # --- Telegram ---------------------------------------------------------------

    def telegram(self, **message):
        return {
            "update_id": 1,
            "message": {
                "message_id": 7,
                "from": {"id": 42, "is_bot": False, "first_name": "Ana"},
                "chat": {"id": 42, "type": "private"},
                "date": MILLISECONDS // 1000,
                **message,
            },
        }

    def test_telegram_in_and_out(self):
        channel = self._new_channel("telegram", "99")
        event = self.receive(channel, self.telegram(text="Oi 🙂"))
        self.assertEqual(event.external_id, "42.7")
        _method, url, options = self.answer(
            event.ticket_id, result={"ok": True, "result": {"message_id": 8}}
        )
        self.assertTrue(url.endswith("/bota-token/sendMessage"))
        self.assertEqual(options["json"]["chat_id"], "42")

    def test_a_group_and_another_bot_are_not_answered(self):
        provider = self.env["support.provider.telegram"]
        group = {"id": -1, "type": "group"}
        bot = {"id": 3, "is_bot": True, "first_name": "Bot"}
        for message in (
            self.telegram(text="Oi", chat=group),
            self.telegram(text="Oi", **{"from": bot}),
            {"update_id": 5, "poll": {}},
        ):
            self.assertEqual(provider._parse(message), [])

    def test_the_secret_header_of_telegram_is_the_proof(self):
        channel = self._new_channel("telegram", "99")
        verify = self.env["support.provider.telegram"]._verify
        name = "X-Telegram-Bot-Api-Secret-Token"
        self.assertTrue(verify(channel, {name: SECRET}, b"{}"))
        for wrong in ("", SECRET[:-1], SECRET + "x"):
            self.assertFalse(verify(channel, {name: wrong}, b"{}"))
        channel.write({"app_secret": False, "previous_secret": False})
        self.assertFalse(verify(channel, {name: ""}, b"{}"))

    # --- all --------------------------------------------------------------------

    def test_no_shape_of_a_body_stops_a_provider(self):
        shapes = (
            {},
            [],
            "x",
            1,
            None,
            {"entry": None},
            {"entry": [{}]},
            {"message": 1},
        )
        for kind in self.env["support.channel"]._get_provider_kinds():
            provider = self.env[f"support.provider.{kind}"]
            for shape in shapes:
                with self.subTest(kind=kind, shape=shape):
                    events = provider._parse(shape)
                    for event in events:
                        self.assertIsInstance(event, told.ProviderEvent)
