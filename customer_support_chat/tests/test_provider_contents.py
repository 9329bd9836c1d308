"""What is no plain text: files, stickers, reactions, receipts, what was taken away."""

from odoo.tests import tagged

from ..tools import provider_events as told
from .channel_common import NOW, ChannelCommon

PAGE, PERSON = "1234567890", "24012345678901"
SECONDS = int(NOW.timestamp())
PICTURE = "https://scontent.fbcdn.net/a.jpg"


@tagged("post_install", "-at_install")
class TestProviderContents(ChannelCommon):
    def setUp(self):
        super().setUp()
        self.enterContext(self.at(2026, 3, 2, 13))

    def parse(self, kind, payload):
        return self.env[f"support.provider.{kind}"]._parse(payload)

    def parse_one(self, kind, payload):
        [event] = self.parse(kind, payload)
        return event

    def messaging(self, **item):
        entry = {
            "sender": {"id": PERSON},
            "recipient": {"id": PAGE},
            "timestamp": SECONDS * 1000,
            **item,
        }
        return {"object": "page", "entry": [{"id": PAGE, "messaging": [entry]}]}

    def feed(self, **value):
        value = {
            "item": "comment",
            "verb": "add",
            "post_id": f"{PAGE}_77",
            "from": {"id": PERSON, "name": "Ana Souza"},
            "created_time": SECONDS,
            **value,
        }
        change = {"field": "feed", "value": value}
        return {"object": "page", "entry": [{"id": PAGE, "changes": [change]}]}

    def telegram(self, **message):
        return {
            "update_id": 1,
            "message": {
                "message_id": 7,
                "from": {"id": 42, "is_bot": False, "first_name": "Ana"},
                "chat": {"id": 42, "type": "private"},
                "date": SECONDS,
                **message,
            },
        }

    # --- Messenger and Instagram -------------------------------------------------

    def attach(self, kind, *attachments):
        message = {"mid": "m_1", "attachments": list(attachments)}
        return self.parse_one(kind, self.messaging(message=message))

    def test_files_of_messenger_and_instagram_are_fetched(self):
        for kind in ("messenger", "instagram"):
            for name in ("image", "video", "audio", "file"):
                with self.subTest(kind=kind, name=name):
                    event = self.attach(
                        kind, {"type": name, "payload": {"url": PICTURE}}
                    )
                    self.assertEqual(event.media, ((PICTURE, name, ""),))
                    self.assertFalse(event.placeholder)

    def test_what_has_no_file_leaves_a_word(self):
        for name in ("share", "story_mention", "location", "something_new"):
            with self.subTest(name):
                event = self.attach("instagram", {"type": name, "payload": {}})
                self.assertEqual((event.text, event.media), (f"[{name}]", ()))
        empty = self.parse_one("messenger", self.messaging(message={"mid": "m_1"}))
        self.assertTrue(empty.placeholder)

    def test_a_button_says_its_title(self):
        postback = {"mid": "m_1", "title": "Falar com alguém", "payload": "HUMAN"}
        event = self.parse_one("messenger", self.messaging(postback=postback))
        self.assertEqual(event.text, "Falar com alguém")

    def test_reactions_come_and_go(self):
        for kind in ("messenger", "instagram"):
            for action, emoji in (("react", "😍"), ("unreact", "")):
                with self.subTest(kind=kind, action=action):
                    reaction = {"mid": "m_2", "action": action, "emoji": "😍"}
                    event = self.parse_one(kind, self.messaging(reaction=reaction))
                    self.assertIsInstance(event, told.Reaction)
                    self.assertEqual(event.external_id, "m_2")
                    self.assertEqual(event.emoji, emoji)

    def test_instagram_tells_what_was_read_by_its_name(self):
        event = self.parse_one("instagram", self.messaging(read={"mid": "m_2"}))
        self.assertIsInstance(event, told.DeliveryReceipt)
        self.assertEqual((event.external_id, event.status), ("m_2", "read"))

    # --- Facebook page -----------------------------------------------------------

    def test_a_visitors_post_on_the_page_is_a_public_case(self):
        event = self.parse_one(
            "facebook", self.feed(item="post", message="Nunca mais compro!")
        )
        self.assertIsInstance(event, told.ProviderMessage)
        self.assertEqual(event.external_id, f"{PAGE}_77")
        self.assertEqual(event.thread_key, f"{PAGE}_77")
        self.assertTrue(event.is_public)
        facebook = self._new_channel("facebook", PAGE)
        self.post(self.feed(item="post", message="Nunca mais compro!"), facebook)
        self.work()
        ticket = self.find_message(f"{PAGE}_77").ticket_id
        self.assertTrue(ticket.answer_is_public)
        self.assertEqual(ticket.answer_thread_key, f"{PAGE}_77")

    def test_a_photo_in_a_comment_is_fetched(self):
        event = self.parse_one("facebook", self.feed(comment_id="77_1", photo=PICTURE))
        self.assertEqual(event.media, ((PICTURE, "image", ""),))

    def test_what_is_hidden_deleted_or_blocked_loses_its_words(self):
        facebook = self._new_channel("facebook", PAGE)
        for number, verb in enumerate(("hide", "remove", "delete", "block")):
            with self.subTest(verb):
                name = f"77_{number}"
                words = {"comment_id": name, "message": f"Segredo {number}"}
                self.post(self.feed(**words), facebook)
                self.work()
                message = self.find_message(name).message_id
                self.assertIn("Segredo", message.body)
                self.post(self.feed(comment_id=name, verb=verb), facebook)
                self.work()
                self.assertNotIn("Segredo", message.body)

    def test_likes_and_other_changes_of_the_page_are_nothing(self):
        for value in ({"item": "reaction"}, {"item": "album"}, {"verb": "unhide"}):
            with self.subTest(value):
                changed = self.feed(comment_id="77_1", message="Oi", **value)
                self.assertEqual(self.parse("facebook", changed), [])

    def test_a_visitors_picture_or_film_on_the_page_is_a_public_case(self):
        for item, kind in (("photo", "image"), ("video", "video")):
            with self.subTest(item):
                posted = self.feed(item=item, message="Veio assim!", link=PICTURE)
                event = self.parse_one("facebook", posted)
                self.assertEqual(event.external_id, f"{PAGE}_77")
                self.assertEqual(event.text, "Veio assim!")
                self.assertEqual(event.media, ((PICTURE, kind, ""),))
                self.assertFalse(event.is_echo)

    def test_a_visitors_post_with_several_pictures_has_them_all(self):
        second = "https://scontent.fbcdn.net/b.jpg"
        posted = self.feed(item="status", message="Oi", photos=[PICTURE, second])
        event = self.parse_one("facebook", posted)
        self.assertEqual([one[0] for one in event.media], [PICTURE, second])
        shared = self.feed(item="status", message="Oi", link="https://a.example/")
        self.assertEqual(self.parse_one("facebook", shared).media, ())

    def test_the_stores_own_news_is_no_case(self):
        for item in ("photo", "video", "status"):
            with self.subTest(item):
                news = self.feed(
                    item=item, message="Novidades", **{"from": {"id": PAGE}}
                )
                self.assertEqual(self.parse("facebook", news), [])

    # --- X -----------------------------------------------------------------------

    def test_a_picture_and_a_receipt_on_x(self):
        data = {
            "text": "",
            "attachment": {
                "type": "media",
                "media": {"media_url_https": "https://ton.twitter.com/1.jpg"},
            },
        }
        direct = {
            "type": "message_create",
            "id": "901",
            "created_timestamp": str(SECONDS * 1000),
            "message_create": {
                "target": {"recipient_id": "555"},
                "sender_id": PERSON,
                "message_data": data,
            },
        }
        event = self.parse_one(
            "x", {"for_user_id": "555", "direct_message_events": [direct]}
        )
        self.assertEqual(event.media[0][0], "https://ton.twitter.com/1.jpg")
        read = {"created_timestamp": str(SECONDS * 1000), "sender_id": PERSON}
        event = self.parse_one(
            "x", {"for_user_id": "555", "direct_message_mark_read_events": [read]}
        )
        self.assertIsInstance(event, told.ReadUntil)
        self.assertEqual((event.sender_key, event.until), (PERSON, NOW))

    def mention(self, **post):
        post = {
            "id_str": "1000",
            "text": "@store veio quebrada https://t.co/1",
            "created_at": "Mon Mar 02 13:00:00 +0000 2026",
            "user": {"id_str": PERSON, "name": "Ana"},
            **post,
        }
        payload = {"for_user_id": "555", "tweet_create_events": [post]}
        return self.parse_one("x_public", payload)

    def test_the_pictures_of_a_mention_are_fetched(self):
        pictures = [f"https://pbs.twimg.com/media/{name}.jpg" for name in "ab"]
        entities = {
            "media": [{"type": "photo", "media_url_https": url} for url in pictures]
        }
        short = self.mention(extended_entities=entities)
        whole = {"full_text": "@store veio quebrada", "extended_entities": entities}
        long = self.mention(extended_tweet=whole)
        self.assertEqual(long.text, "@store veio quebrada")
        for event in (short, long):
            self.assertEqual([one[0] for one in event.media], pictures)
        self.assertEqual(self.mention().media, ())

    def test_a_deleted_mention_is_taken_away(self):
        gone = {"status": {"id": "1000", "user_id": PERSON}}
        event = self.parse_one(
            "x_public", {"for_user_id": "555", "tweet_delete_events": [gone]}
        )
        self.assertIsInstance(event, told.Removal)
        self.assertEqual(event.external_id, "1000")

    # --- Telegram ----------------------------------------------------------------

    def test_files_and_stickers_of_telegram(self):
        for content in (
            {"photo": [{"file_id": "s", "file_size": 1}, {"file_id": "f"}]},
            {"document": {"file_id": "f", "file_name": "nota.pdf"}},
            {"voice": {"file_id": "f"}},
            {"sticker": {"file_id": "f", "emoji": "😀"}},
        ):
            with self.subTest(content):
                event = self.parse_one("telegram", self.telegram(**content))
                self.assertEqual(len(event.media), 1)
                self.assertTrue(event.media[0][1])

    def test_what_telegram_invents_next_leaves_a_word(self):
        event = self.parse_one("telegram", self.telegram(dice={"value": 3}))
        self.assertTrue(event.placeholder)
        self.assertEqual((event.text, event.media), ("", ()))

    def test_a_reaction_on_telegram_names_our_message(self):
        update = {
            "update_id": 2,
            "message_reaction": {
                "chat": {"id": 42, "type": "private"},
                "message_id": 8,
                "date": SECONDS,
                "old_reaction": [],
                "new_reaction": [{"type": "emoji", "emoji": "👍"}],
            },
        }
        event = self.parse_one("telegram", update)
        self.assertIsInstance(event, told.Reaction)
        self.assertEqual((event.external_id, event.emoji), ("42.8", "👍"))
