from odoo import Command
from odoo.tests import HttpCase
from odoo.tools import html2plaintext

from odoo.addons.customer_support.tests.store_common import StoreCommon

CODE = "482913"
QUESTIONS = (
    "question_selection",
    "question_email",
    "free_input_single",
    "free_input_multi",
)


class BotCase(StoreCommon, HttpCase):
    """A visitor of the store talks to its bot by the routes that his browser uses."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.script = cls.env.ref("customer_support_chat.chatbot_script_store")
        cls.livechat = cls.env["im_livechat.channel"].create(
            {
                "name": "Store chat",
                # Nobody's hours: the tests run on any day.
                "support_team_id": False,
                "user_ids": [Command.clear()],
                "rule_ids": [Command.create({"chatbot_script_id": cls.script.id})],
            }
        )
        cls.website = cls.env["website"].get_current_website()
        cls.website.company_id = cls.company
        cls.deliver(cls.sale, {cls.lamp: {cls.lot_1: 3}, cls.bulb: 2}, tracking="SP1")
        cls.open_sale = cls.make_order([(cls.bulb, 1)])
        cls.open_sale.action_confirm()
        cls.foreign_sale = cls.make_order([(cls.bulb, 4)], partner=cls.customer_b)
        cls.foreign_sale.action_confirm()

    def setUp(self):
        super().setUp()
        self.env["support.rate.limit"].search([]).unlink()
        self.env["support.one.time.code"].search([]).unlink()
        self.last_ticket_id = self.env["support.ticket"].search([], limit=1).id or 0
        self.last_event_id = (
            self.env["support.ticket.event"].search([], order="id desc", limit=1).id
            or 0
        )
        self.patch(
            type(self.env["support.one.time.code"]), "_make_code", lambda _self: CODE
        )

    # --- what a browser does ------------------------------------------------------

    def open_chat(self, user=None):
        """Begin a chat, as a guest or with a login; gives the ``discuss.channel``."""
        self.authenticate(user and user.login, user and user.login)
        data = self.make_jsonrpc_request(
            "/im_livechat/get_session",
            {"chatbot_script_id": self.script.id, "channel_id": self.livechat.id},
        )
        self.chat = self.env["discuss.channel"].browse(data["channel_id"])
        self.seen = self.get_messages()
        return self.chat

    def get_messages(self):
        return self.env["mail.message"].search(
            [("model", "=", "discuss.channel"), ("res_id", "=", self.chat.id)]
        )

    def say(self, text, **options):
        """Write a message; gives what the bot answers, as plain text."""
        self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "discuss.channel",
                "thread_id": self.chat.id,
                "post_data": {
                    "body": text,
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                },
                **options,
            },
        )
        return self.listen()

    def choose(self, name):
        """Click on an answer of the question that waits: ``choose("status")``."""
        answer = self.env.ref(f"customer_support_chat.chatbot_answer_{name}")
        return self.say(answer.name, selected_answer_id=answer.id)

    def listen(self):
        """Ask for the next steps up to a question, as the browser does."""
        self.seen |= self.get_messages()
        for _step in range(12):
            self.make_jsonrpc_request(
                "/chatbot/step/trigger",
                {"channel_id": self.chat.id, "chatbot_script_id": self.script.id},
            )
            self.chat.invalidate_recordset()
            step = self.chat.chatbot_current_step_id
            if self.chat.livechat_end_dt or step.step_type in QUESTIONS:
                break
        new = (self.get_messages() - self.seen).sorted("id")
        self.heard = new
        return "\n".join(html2plaintext(body) for body in new.mapped("body"))

    def restart(self):
        self.make_jsonrpc_request(
            "/chatbot/restart",
            {"channel_id": self.chat.id, "chatbot_script_id": self.script.id},
        )
        return self.listen()

    # --- what happens behind ------------------------------------------------------

    def send_codes(self):
        """Let the worker send the codes; gives the addresses."""
        self.env.flush_all()
        requests = self.env["support.one.time.code"].search(
            [("state", "=", "requested")]
        )
        sent = []
        for request in requests:
            sent += request._handle_if_waiting().mapped("email_to")
        return sent

    def prove(self, order=None, email=None, action="status"):
        """As a guest: number, address, code; gives what the bot says after the code."""
        self.choose(action)
        self.say((order or self.sale).name)
        self.say(email or self.customer.email)
        self.send_codes()
        return self.say(CODE)

    def get_session(self):
        session = self.env["support.bot.session"].search(
            [("identity_id.sender_key", "=", f"chat:{self.chat.id}")]
        )
        session.invalidate_recordset()
        return session

    def find_new_tickets(self):
        return self.env["support.ticket"].search([("id", ">", self.last_ticket_id)])

    def find_events(self):
        """What the log says that bots did in this test."""
        events = self.env["support.ticket.event"].search(
            [("id", ">", self.last_event_id), ("author_kind", "=", "bot")]
        )
        return [event.payload["what"] for event in events if event.kind == "bot"]

    def let_somebody_work(self, user=None):
        """An operator is there who takes chats."""
        user = user or self.agent
        self.livechat.user_ids = user
        self.env["mail.presence"].create(
            {"user_id": user.id, "status": "online", "last_presence": "2099-01-01"}
        )
        return user


class BotMessagingCase(BotCase):
    """A sender on a channel without buttons, whose bot is switched on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls.env["support.channel"].create(
            {"name": "Messages", "kind": "phone", "bot_script_id": cls.script.id}
        )
        cls.identity = cls.env["support.identity"]._get_or_create(
            cls.channel, "+5511999990000"
        )

    def setUp(self):
        super().setUp()
        self.ticket = self.new_ticket()

    def new_ticket(self, **values):
        return self.make_ticket(
            partner_id=False,
            channel_id=self.channel.id,
            identity_id=self.identity.id,
            **values,
        )

    def write_message(self, text, ticket=None):
        texts = self.env["support.bot"]._answer_message(
            self.channel, self.identity, ticket or self.ticket, text
        )
        return "\n".join(texts)

    def write_proof(self, number, email=None):
        self.write_message(number)
        self.write_message(self.sale.name)
        self.write_message(email or self.customer.email)
        self.send_codes()
        return self.write_message(CODE)
