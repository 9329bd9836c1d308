from odoo import fields
from odoo.tests import tagged

from odoo.addons.mail.tools.discuss import Store

from .channel_common import NOW, ChannelCommon


@tagged("post_install", "-at_install")
class TestComposer(ChannelCommon):
    """An agent sees where an answer goes, and through which account."""

    def setUp(self):
        super().setUp()
        self.enterContext(self.at(2026, 3, 2, 13))
        self.ticket = self.receive_text("Cadê meu pedido?")
        self.ticket.partner_id = self.customer

    def load(self, ticket=None):
        """What the composer of an agent's form gets."""
        ticket = (ticket or self.ticket).with_user(self.agent)
        store = Store()
        ticket._thread_to_store(store, [], request_list=["suggestedRecipients"])
        [thread] = store.get_result()["mail.thread"]
        return thread

    def test_a_whatsapp_answer_names_number_name_account_and_window(self):
        way = self.load()["supportWay"]
        self.assertIn("WhatsApp", way["to"])
        self.assertIn("Ana Souza", way["to"])
        self.assertIn("98765432", "".join(filter(str.isdigit, way["to"])))
        self.assertIn("Store whatsapp", way["account"])
        # Bia's clock: 13:00 in UTC is 10:00 in São Paulo, a day later it is over.
        self.assertIn("10:00", way["window"].replace("\u202f", " "))
        self.assertIn("24-hour", way["window"])
        self.assertFalse(way["is_closed"])

    def test_the_customer_is_no_recipient_of_a_mail(self):
        self.assertFalse(self.load()["suggestedRecipients"])
        self.ticket.email_from = "ana@example.com"
        self.ticket.partner_id = False
        self.assertFalse(self.load()["suggestedRecipients"])

    def test_others_are_still_offered_a_copy(self):
        self.ticket.message_post(
            body="A copy to João, please.",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=self.customer_b.id,
        )
        offered = [one["partner_id"] for one in self.load()["suggestedRecipients"]]
        self.assertEqual(offered, self.customer_b.ids)

    def test_a_closed_window_says_what_can_be_done(self):
        with self.at(2026, 3, 3, 13, 1):
            self.env.invalidate_all()
            way = self.load()["supportWay"]
        self.assertTrue(way["is_closed"])
        self.assertIn("approved message", way["window"])

    def test_a_paused_account_is_said_before_one_writes(self):
        self.channel._pause("token revoked")
        self.assertIn("paused", self.load()["supportWay"]["account"])

    def test_public_answers_say_that_everybody_reads_them(self):
        facebook = self._new_channel("facebook", "page-1")
        identity = self.env["support.identity"]._get_or_create(facebook, "77001")
        identity.write({"name": "Ana", "last_message_at": fields.Datetime.now()})
        self.ticket.answer_identity_id = identity
        way = self.load()["supportWay"]
        self.assertIn("In public on Facebook page, to Ana", way["to"])
        self.assertFalse(way["window"])

    def test_the_large_composer_says_the_same(self):
        composers = self.env["mail.compose.message"].with_user(self.agent)
        values = {"model": "support.ticket", "composition_mode": "comment"}
        composer = composers.create({**values, "res_ids": f"{self.ticket.ids}"})
        self.assertIn("By WhatsApp to Ana Souza", composer.support_way)
        self.assertIn("Store whatsapp", composer.support_way)
        note = composers.with_context(default_subtype_xmlid="mail.mt_note").create(
            {
                **values,
                "res_ids": f"{self.ticket.ids}",
                "subtype_id": self.env.ref("mail.mt_note").id,
            }
        )
        self.assertFalse(note.support_way)
        mail = composers.create({**values, "res_ids": f"{self.make_ticket().ids}"})
        self.assertFalse(mail.support_way)
        partner = composers.create(
            {**values, "model": "res.partner", "res_ids": f"{self.customer.ids}"}
        )
        self.assertFalse(partner.support_way)

    def test_a_mail_case_has_recipients_as_ever(self):
        ticket = self.make_ticket()
        self.assertEqual(self.load(ticket)["supportWay"], False)
        self.assertEqual(
            [one["partner_id"] for one in self.load(ticket)["suggestedRecipients"]],
            self.customer.ids,
        )

    def test_by_mail_from_now_on_the_customer_is_a_recipient_again(self):
        self.assertEqual(NOW, fields.Datetime.now())
        self.ticket.with_user(self.agent).action_answer_by_mail()
        thread = self.load()
        self.assertEqual(thread["supportWay"], False)
        self.assertTrue(thread["suggestedRecipients"])
