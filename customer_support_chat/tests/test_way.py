from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.customer_support.tools.author_kind import RULE

from .channel_common import NOW, ChannelCommon


@tagged("post_install", "-at_install")
class TestWay(ChannelCommon):
    """One case goes on by another way; a stranger gets nothing of it."""

    def setUp(self):
        super().setUp()
        self.frozen = self.at(2026, 3, 2, 13)
        self.frozen.start()
        self.addCleanup(self.frozen.stop)

    def join(self, key="5511998765432", channel=None, partner=None):
        identities = self.env["support.identity"]
        identity = identities._get_or_create(channel or self.channel, key)
        identity._join(partner or self.customer, "agent", self.agent)
        return identity

    def test_a_mail_case_goes_on_by_whatsapp_and_that_is_noted(self):
        self.receive_text("Oi")
        identity = self.join()
        ticket = self.make_ticket()
        ticket.with_user(self.agent).answer_identity_id = identity
        self.assertIn("Answers go to", ticket.message_ids[0].body)
        self.agent_replies(ticket)
        self.assertEqual(self.answers_of(ticket).identity_id, identity)
        ticket.with_user(self.agent).action_answer_by_mail()
        self.assertIn("by e-mail", ticket.message_ids[0].body)

    def test_an_agent_sends_no_answer_to_somebody_unproven(self):
        self.receive_text("Oi")
        stranger = self.find_message("wamid.1").identity_id
        ticket = self.make_ticket()
        with self.assertRaises(AccessError):
            ticket.with_user(self.agent).answer_identity_id = stranger
        stranger._join(self.customer_b, "agent", self.agent)
        with self.assertRaises(AccessError):
            ticket.with_user(self.agent).answer_identity_id = stranger
        with self.assertRaises(AccessError):
            ticket.with_user(self.agent).create(
                {
                    "name": "Lamp",
                    "team_id": self.team.id,
                    "partner_id": self.customer.id,
                    "answer_identity_id": stranger.id,
                }
            )

    def test_the_sender_of_the_case_may_be_answered_again(self):
        ticket = self.receive_text("Oi")
        sender = ticket.answer_identity_id
        ticket.with_user(self.agent).action_answer_by_mail()
        ticket.with_user(self.agent).answer_identity_id = sender
        self.assertEqual(ticket.answer_identity_id, sender)

    def test_after_a_split_nothing_waits_for_the_stranger(self):
        began = self.receive_text("Oi")
        identity = self.join()
        own = self.make_ticket(answer_identity_id=identity.id)
        self.customer_writes(own)
        self.agent_replies(own)
        identity.with_user(self.lead).action_split()
        self.assertFalse(own.answer_identity_id)
        self.assertEqual(own.partner_id, self.customer)
        self.assertEqual(self.answers_of(own).mapped("state"), ["ignored"])
        self.assertFalse(began.partner_id)
        self.assertEqual(began.answer_identity_id, identity)

    def test_a_stranger_whose_case_was_merged_writes_into_his_own_after_a_split(self):
        began = self.receive_text("Oi")
        identity, own = self.join(), self.make_ticket()
        self.customer_writes(own)
        began._merge_into(own)
        self.assertEqual(self.receive_text("E aí?", name="wamid.2"), own)
        self.assertEqual(own.answer_identity_id, identity)
        self.agent_replies(own)
        identity.with_user(self.lead).action_split()
        self.assertFalse(own.answer_identity_id)
        self.assertEqual(self.receive_text("Alô?", name="wamid.3"), began)
        self.assertEqual(began.answer_identity_id, identity)
        self.assertFalse(began.partner_id)

    def test_a_customers_second_network_is_not_left_in_the_case_of_a_stranger(self):
        began = self.receive_text("Oi")
        self.join()
        self.join("5511900000000")
        # With several cases of the customer the network's own words begin another.
        self.make_ticket()
        text = self.whatsapp_text("Sou eu", name="wamid.2", sender="5511900000000")
        self.post(self.whatsapp_body(text))
        self.work()
        own = self.find_message("wamid.2").ticket_id
        self.assertNotEqual(own, began)
        own._merge_into(began)
        began.identity_id.with_user(self.lead).action_split()
        self.assertFalse(began.partner_id)
        self.assertEqual(own._get_survivor(), own)
        self.assertEqual(own.partner_id, self.customer)

    def test_a_merge_that_is_undone_leads_no_answer_to_the_other_sender(self):
        began, own = self.receive_text("Oi"), self.make_ticket()
        self.customer_writes(own)
        began._merge_into(own)
        self.receive_text("E aí?", name="wamid.2")
        self.assertEqual(own.answer_identity_id, began.identity_id)
        began.with_user(self.agent).action_undo_merge()
        self.assertFalse(own.answer_identity_id)
        self.assertEqual(self.receive_text("Alô?", name="wamid.3"), began)

    def test_the_strangers_words_are_his_own_also_in_the_customers_case(self):
        ticket = self.receive_text("Oi")
        identity = self.join()
        self.receive_text("Sou a Ana", name="wamid.2")
        mail = self.customer_writes(ticket)
        identity.with_user(self.lead).action_split()
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(mail.author_id, self.customer)
        stranger = self.find_message("wamid.2").message_id
        self.assertFalse(stranger.author_id)
        self.assertEqual(stranger.email_from, "Ana Souza")

    def test_a_case_in_which_a_second_proven_sender_wrote_stays(self):
        began = self.receive_text("Oi")
        self.join()
        second = self.join("5511900000000")
        began.answer_identity_id = second
        text = self.whatsapp_text("Sou eu", name="wamid.2", sender="5511900000000")
        self.post(self.whatsapp_body(text))
        self.work()
        self.assertEqual(self.find_message("wamid.2").ticket_id, began)
        began.identity_id.with_user(self.lead).action_split()
        self.assertEqual(began.partner_id, self.customer)

    # --- who began a case goes on with it ---------------------------------------------

    def test_who_is_answered_by_mail_and_writes_again_goes_on_with_the_case(self):
        ticket = self.receive_text("Oi")
        ticket.with_user(self.agent).action_answer_by_mail()
        self.assertEqual(self.receive_text("Oi?", name="wamid.2"), ticket)
        self.assertTrue(ticket.answer_identity_id)

    def test_the_open_case_goes_before_one_that_was_closed(self):
        closed = self.receive_text("Oi")
        closed.exclusion = "spam"
        ticket = self.receive_text("Cadê meu pedido?", name="wamid.2")
        self.assertNotEqual(ticket, closed)
        ticket.with_user(self.agent).action_answer_by_mail()
        closed.exclusion = False
        closed.action_close()
        self.assertEqual(self.receive_text("Oi?", name="wamid.3"), ticket)

    def test_a_customer_who_prefers_mail_opens_one_case_and_not_one_a_message(self):
        self.join()
        self.prefer(self.env.ref("customer_support.channel_email"))
        others = self.make_ticket() | self.make_ticket(name="Bulb is missing")
        ticket = self.receive_text("Oi")
        self.assertFalse(ticket.answer_identity_id)
        self.assertNotIn(ticket, others)
        self.assertEqual(self.receive_text("Oi?", name="wamid.2"), ticket)
        self.assertEqual(self.receive_text("Alô", name="wamid.3"), ticket)

    def test_a_stranger_does_not_write_into_the_case_of_the_customer(self):
        began = self.receive_text("Oi")
        identity = self.join()
        self.customer_writes(began)
        identity.with_user(self.lead).action_split()
        self.assertEqual(began.partner_id, self.customer)
        self.assertEqual(began.identity_id, identity)
        self.assertNotEqual(self.receive_text("Quem é?", name="wamid.2"), began)
        self.assertFalse(began.answer_identity_id)

    # --- the wish of the customer -------------------------------------------------

    def prefer(self, channel, hours_from=0, hours_to=0):
        self.customer.with_user(self.agent)._set_support_preference(
            channel, hours_from, hours_to
        )

    def test_answers_take_the_way_that_the_customer_wants(self):
        self.receive_text("Oi")
        identity = self.join()
        ticket = self.make_ticket()
        self.assertFalse(ticket.answer_identity_id)
        self.prefer(self.channel)
        self.assertEqual(ticket.answer_identity_id, identity)
        self.assertEqual(self.make_ticket().answer_identity_id, identity)
        claimed = self.make_ticket(
            partner_id=False, claimed_partner_id=self.customer.id
        )
        self.assertFalse(claimed.answer_identity_id)
        claimed.action_confirm_customer()
        self.assertEqual(claimed.answer_identity_id, identity)

    def test_who_prefers_mail_gets_mail_also_after_a_message(self):
        ticket = self.receive_text("Oi")
        self.join()
        self.prefer(self.env.ref("customer_support.channel_email"))
        self.assertFalse(ticket.answer_identity_id)
        self.receive_text("Oi?", name="wamid.2")
        self.assertFalse(ticket.answer_identity_id)

    def test_a_way_that_is_closed_now_is_not_taken(self):
        self.receive_text("Oi")
        self.join()
        self.prefer(self.channel)
        with self.at(2026, 3, 5, 13):
            self.assertFalse(self.make_ticket().answer_identity_id)

    def test_a_network_on_which_nobody_is_proven_cannot_be_chosen(self):
        self.receive_text("Oi")
        choices = self.customer._get_support_channel_choices()
        self.assertNotIn(self.channel, choices)
        self.join()
        self.assertIn(self.channel, self.customer._get_support_channel_choices())
        self.assertNotIn(self.channel, self.customer_b._get_support_channel_choices())

    def test_a_notice_waits_for_the_hours_and_an_answer_overtakes_it(self):
        self.receive_text("Oi")
        self.join()
        self.customer.tz = "America/Sao_Paulo"
        self.prefer(self.channel, 14, 18)
        ticket = self.make_ticket()
        ticket.with_context(support_author_kind=RULE).message_post(
            body="Your parcel is on its way.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.env.ref("base.partner_root").id,
        )
        notice = self.answers_of(ticket)
        self.assertEqual(notice.held_until, NOW.replace(hour=17))
        self.agent_replies(ticket, "Hello Ana")
        answer = self.answers_of(ticket) - notice
        with self.provider() as calls:
            self.send()
            self.assertEqual(len(calls.sent), 1)
            self.assertEqual(answer.state, "done")
            self.assertEqual(notice.state, "pending")
            with self.at(2026, 3, 2, 17, 1):
                self.send()
        self.assertEqual(notice.state, "done")
