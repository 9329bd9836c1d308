"""What a visitor cannot reach: others' chats, others' news, an agent's rights."""

import json
from unittest.mock import patch

from markupsafe import Markup

from odoo.http import root
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.bus.websocket import WebsocketConnectionHandler

from .chat_common import ChatCommon

SECRET = "My door code is 4711"


@tagged("post_install", "-at_install")
class TestChatIsolation(ChatCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.resource_calendar_id = False

    def setUp(self):
        super().setUp()
        self.chat = self.start_chat()
        self.secret = self.visitor_says(self.chat, SECRET)
        self.agent_says(self.chat, "Thank you.")

    def cookie_of(self, guest):
        return {guest._cookie_name: guest._format_auth_cookie()}

    def call(self, route, params, guest=None):
        """Call a route as a guest; the answer, or None when it is refused."""
        self.authenticate(None, None)
        try:
            with mute_logger("odoo.http"):
                return self.make_jsonrpc_request(
                    route, params, cookies=self.cookie_of(guest) if guest else None
                )
        except JsonRpcException:
            return None

    # --- A21: another guest ---------------------------------------------------

    def test_another_guest_reads_nothing_of_a_chat(self):
        chat, line = self.chat, self.secret
        calls = [
            ("/discuss/channel/messages", {"channel_id": chat.id}),
            ("/discuss/channel/attachments", {"channel_id": chat.id}),
            (
                "/discuss/channel/members",
                {"channel_id": chat.id, "known_member_ids": []},
            ),
            ("/mail/data", {"fetch_params": [["discuss.channel", [chat.id]]]}),
            (
                "/mail/message/update_content",
                {"message_id": line.id, "update_data": {"body": "x"}},
            ),
            (
                "/mail/message/reaction",
                {"message_id": line.id, "content": "x", "action": "add"},
            ),
            (
                "/im_livechat/history",
                {"pid": self.agent.partner_id.id, "channel_id": chat.id},
            ),
            (
                "/chatbot/step/trigger",
                {"channel_id": chat.id, "chatbot_script_id": False},
            ),
        ]
        for route, params in calls:
            for guest in (self.guest_b, None):
                with self.subTest(route, guest=bool(guest)):
                    answer = self.call(route, params, guest)
                    self.assertNotIn("4711", json.dumps(answer))
        self.assertIn("4711", self.secret.body)
        mine = self.call(
            "/discuss/channel/messages", {"channel_id": chat.id}, self.guest
        )
        self.assertIn("4711", json.dumps(mine))

    def test_another_guest_changes_nothing_in_a_chat(self):
        chat = self.chat
        lines = len(chat.message_ids)
        post = {
            "thread_model": "discuss.channel",
            "thread_id": chat.id,
            "post_data": {"body": "I was here", "message_type": "comment"},
        }
        for guest in (self.guest_b, None):
            self.assertIsNone(self.call("/mail/message/post", post, guest))
            self.call(
                "/im_livechat/feedback", {"channel_id": chat.id, "rate": 1}, guest
            )
            self.call(
                "/im_livechat/visitor_leave_session", {"channel_id": chat.id}, guest
            )
        self.env.invalidate_all()
        self.assertEqual(len(chat.message_ids), lines)
        self.assertFalse(chat.rating_ids)
        self.assertFalse(chat.livechat_end_dt)

    def test_another_guest_gets_no_transcript_and_uploads_nothing(self):
        self.authenticate(None, None)
        self.opener.cookies.update(self.cookie_of(self.guest_b))
        page = self.url_open(f"/im_livechat/download_transcript/{self.chat.id}")
        self.assertEqual(page.status_code, 404)
        with mute_logger("odoo.http"):
            page = self.url_open(
                "/mail/attachment/upload",
                data={
                    "thread_id": self.chat.id,
                    "thread_model": "discuss.channel",
                },
                files={"ufile": ("x.txt", b"x", "text/plain")},
            )
        self.assertNotEqual(page.status_code, 200)
        self.assertFalse(
            self.env["ir.attachment"].search([("name", "=", "x.txt")], limit=1)
        )

    def test_customers_and_guests_make_no_tickets_of_chats_and_see_no_store(self):
        self.authenticate(self.portal_user.login, self.portal_user.login)
        for method in ("execute_command_ticket", "get_store_context"):
            with self.subTest(method), self.assertRaises(JsonRpcException):
                with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
                    self.make_jsonrpc_request(
                        f"/web/dataset/call_kw/discuss.channel/{method}",
                        {
                            "model": "discuss.channel",
                            "method": method,
                            "args": [[self.chat.id]],
                            "kwargs": {},
                        },
                    )
        self.assertFalse(self.get_ticket(self.chat))

    # --- A22: news of others --------------------------------------------------

    def subscribe(self, channels, user=None):
        """What a websocket hears that asks for ``channels``."""
        sockets = self.env["ir.websocket"].with_user(user or self.public_user)
        session = type("Session", (), {"uid": user and user.id})
        request = type("Request", (), {"session": session})
        with (
            patch("odoo.addons.bus.models.ir_websocket.request", request),
            patch("odoo.addons.bus.models.ir_websocket.wsrequest", request),
        ):
            return sockets._build_bus_channel_list(list(channels))

    def test_a_websocket_hears_no_chat_of_others(self):
        chat, guest = self.chat, self.guest
        asked = [f"discuss.channel_{chat.id}", f"mail.guest_{guest.id}|wrong-token"]
        for user in (None, self.portal_user_b):
            with self.subTest(user=user and user.name):
                heard = self.subscribe(asked, user)
                self.assertNotIn(chat, heard)
                self.assertNotIn(guest, heard)
                self.assertNotIn((chat, "internal_users"), heard)
        own = f"mail.guest_{guest._format_auth_cookie()}"
        self.assertIn(chat, self.subscribe([own]))

    def test_only_who_answers_chats_hears_who_looks_for_help(self):
        group = self.env.ref("im_livechat.im_livechat_group_user")
        wanted = (group, "LOOKING_FOR_HELP")
        asked = ["im_livechat.looking_for_help"]
        self.assertIn(wanted, self.subscribe(asked, self.agent))
        for user in (None, self.portal_user, self.lead):
            self.assertNotIn(wanted, self.subscribe(asked, user))

    # --- A23: a socket opened by another site ---------------------------------

    def make_socket_request(self, origin):
        headers = {"origin": origin, "host": "store.example.com"}
        http_request = type("Http", (), {"headers": headers, "scheme": "https"})
        session = type("Session", (), {"db": self.env.cr.dbname})
        return type("Request", (), {"httprequest": http_request, "session": session})

    def test_a_socket_from_another_site_has_no_session(self):
        handle = WebsocketConnectionHandler._handle_public_configuration
        foreign = self.make_socket_request("https://evil.example.com")
        with (
            patch.dict("os.environ", {"ODOO_BUS_PUBLIC_SAMESITE_WS": "1"}),
            mute_logger("odoo.addons.bus.websocket"),
        ):
            session = handle(foreign)
            self.addCleanup(root.session_store.delete, session)
            self.assertFalse(session.uid)
            own = self.make_socket_request("https://store.example.com")
            self.assertIsNone(handle(own))

    # --- A25: the chat on other sites -----------------------------------------

    def test_a_chat_on_another_site_ignores_an_agents_login(self):
        self.authenticate(self.agent.login, self.agent.login)
        answer = self.make_jsonrpc_request(
            "/im_livechat/cors/get_session",
            {"channel_id": self.livechat.id, "persisted": True},
        )
        chat = self.env["discuss.channel"].browse(answer["channel_id"])
        visitor = chat.channel_member_ids.filtered(
            lambda m: m.livechat_member_type == "visitor"
        )
        self.assertTrue(visitor.guest_id)
        self.assertFalse(visitor.partner_id)

    def test_a_foreign_token_opens_no_chat_on_another_site(self):
        params = {"channel_id": self.chat.id, "guest_token": ""}
        for token in ("", "1|wrong", self.guest_b._format_auth_cookie()):
            with self.subTest(token=token[:3]):
                answer = self.call(
                    "/im_livechat/cors/channel/messages",
                    {**params, "guest_token": token},
                )
                self.assertNotIn("4711", json.dumps(answer))

    # --- A26: an address is a claim -------------------------------------------

    def test_an_address_typed_in_a_chat_links_nothing_and_shows_nothing(self):
        self.visitor_says(self.chat, "I am ana@example.com, where is my order?")
        self.make_ticket_of(self.chat)
        answer = self.call(
            "/discuss/channel/messages", {"channel_id": self.chat.id}, self.guest
        )
        self.assertNotIn(self.order.name, json.dumps(answer))
        self.assertNotIn("Ana Souza", json.dumps(answer))
        self.assertNotIn(self.customer, self.chat.channel_partner_ids)
        ticket = self.get_ticket(self.chat)
        self.assertFalse(ticket.with_user(self.portal_user).has_access("read"))

    # --- the way in -----------------------------------------------------------

    def open_session(self):
        self.authenticate(None, None)
        answer = self.make_jsonrpc_request(
            "/im_livechat/get_session",
            {"channel_id": self.livechat.id, "persisted": True},
        )
        return answer and self.env["discuss.channel"].browse(answer["channel_id"])

    def test_with_nobody_there_a_visitor_leaves_a_message(self):
        self.go_offline(self.agent)
        chat = self.open_session()
        guest = chat.livechat_customer_guest_ids
        answer = self.call(
            "/mail/message/post",
            {
                "thread_model": "discuss.channel",
                "thread_id": chat.id,
                "post_data": {
                    "body": "Where is my parcel?",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                },
            },
            guest,
        )
        self.assertTrue(answer)
        ticket = self.get_ticket(chat)
        self.assertEqual(ticket.name, "Where is my parcel?")
        self.assertIn(f"#{ticket.number}", self.get_last_line(chat))

    def test_the_cart_of_the_visitor_comes_with_the_chat(self):
        cart = self.order.copy()
        self.authenticate(None, None)
        self.session["sale_order_id"] = cart.id
        root.session_store.save(self.session)
        answer = self.make_jsonrpc_request(
            "/im_livechat/get_session",
            {"channel_id": self.livechat.id, "persisted": True},
        )
        chat = self.env["discuss.channel"].browse(answer["channel_id"])
        self.assertEqual(chat.support_cart_id, cart)
        self.assertNotIn(cart.name, json.dumps(answer))

    def test_a_visitor_is_told_the_place_in_the_queue_and_no_more(self):
        chat = self.start_chat(guest=self.guest_b)
        self.visitor_says(chat, Markup("Hello"), guest=self.guest_b)
        answer = self.call(
            "/mail/data",
            {"fetch_params": [["discuss.channel", [chat.id]]]},
            self.guest_b,
        )
        [data] = [c for c in answer["discuss.channel"] if c["id"] == chat.id]
        self.assertEqual(data["support_queue"], {"position": 1, "minutes": 0})
        hidden = [n for n in data if n.startswith("support_") and n != "support_queue"]
        self.assertFalse(hidden)
