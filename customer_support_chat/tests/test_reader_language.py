"""What the workers write is read by people: in their language."""

from odoo.tests import tagged

from odoo.addons.customer_support.tools.author_kind import RULE

from ..tools.provider_errors import ProviderError, ProviderRevoked, ProviderSilent
from ..tools.provider_events import Reaction, Removal
from .channel_common import NOW, SECRET, ChannelCommon


@tagged("post_install", "-at_install")
class TestReaderLanguage(ChannelCommon):
    def setUp(self):
        super().setUp()
        self.enterContext(self.at(2026, 3, 2, 13))
        self.env["res.lang"]._activate_lang("pt_BR")
        self.lead.lang = "pt_BR"

    def run_job(self, name):
        """As the server does: a job has no language."""
        self.env = self.env(context={**self.env.context, "lang": None})
        self._run(name)

    def receive(self, payload, channel=None):
        self.post(payload, channel)
        self.run_job("ir_cron_support_receive")

    def new_ticket(self):
        self.receive(self.whatsapp_body(self.whatsapp_text("Cadê meu pedido?")))
        return self.find_message("wamid.1").ticket_id

    def send_with(self, answer):
        with self.provider() as calls:
            calls.answers = [answer]
            self.run_job("ir_cron_support_send")

    def test_a_missed_call_is_told_in_the_language_of_the_team(self):
        phone = self.env.ref("customer_support.channel_phone")
        phone.write({"app_secret": SECRET, "team_id": self.team.id})
        told = {
            "call_id": "c1",
            "outcome": "missed",
            "direction": "in",
            "customer": "+5511998765432",
            "started_at": int(NOW.timestamp()),
        }
        self.receive(told, phone)
        ticket = self.find_message("c1").ticket_id
        self.assertEqual(ticket.name, "Ligação de +5511998765432")
        self.assertIn("Ligação perdida", ticket.message_ids[0].body)

    def test_what_cannot_be_shown_is_told_in_the_language_of_the_team(self):
        sticker = {**self.whatsapp_text(""), "type": "order"}
        self.receive(self.whatsapp_body(sticker))
        self.assertIn("aplicativo", self.find_message("wamid.1").message_id.body)

    def test_an_answer_that_failed_is_told_in_the_language_of_the_agent(self):
        self.lead.lang = "en_US"
        self.agent.lang = "pt_BR"
        ticket = self.new_ticket()
        self.agent_replies(ticket)
        self.assertEqual(ticket.user_id, self.agent)
        self.send_with(ProviderError("400 131026 undeliverable"))
        self.assertIn("não chegou", ticket.message_ids[0].body)
        self.assertIn("não chegou", ticket.activity_ids.summary)

    def test_why_an_automatic_answer_did_not_leave_is_told_to_the_agent(self):
        self.agent.lang = "pt_BR"
        ticket = self.new_ticket()
        ticket.user_id = self.agent
        with self.at(2026, 3, 4, 13):
            ticket.with_context(support_author_kind=RULE).message_post(
                body="We are on it",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        self.assertIn("só deixa a loja", ticket.message_ids[0].body)

    def test_an_answer_that_was_lost_is_told_in_the_language_of_the_leader(self):
        ticket = self.new_ticket()
        self.agent_replies(ticket)
        ticket.user_id = False
        self.send_with(ProviderSilent("ReadTimeout"))
        self.assertIn("Ninguém sabe", ticket.message_ids[0].body)

    def test_a_sign_and_a_removal_are_told_in_the_language_of_the_agent(self):
        ticket = self.new_ticket()
        message = self.find_message("wamid.1").message_id
        names = {"account_key": self.phone_number_id, "external_id": "wamid.1"}
        sign = Reaction(sender_key="5511998765432", emoji="👍", **names)
        self.events._apply(self.channel, sign)
        self.assertIn("reagiu", ticket.message_ids[0].body)
        self.events._apply(self.channel, Removal(**names))
        self.assertIn("foi apagada", message.body)

    def test_each_administrator_reads_of_a_pause_in_the_own_language(self):
        admin = self.env.ref("base.user_admin")
        other = admin.copy({"login": "admin_b", "name": "Rita Lopes"})
        admin.lang, other.lang = "en_US", "pt_BR"
        self.agent_replies(self.new_ticket())
        self.send_with(ProviderRevoked("401 expired"))
        told = {task.user_id: task for task in self.channel.activity_ids}
        self.assertIn("is paused", told[admin].summary)
        self.assertIn("está em pausa", told[other].summary)
        self.assertIn("401 expired", told[other].note)
