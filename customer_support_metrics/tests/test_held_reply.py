"""The first replies of a new agent leave when a mentor has released them."""

from unittest.mock import patch

from markupsafe import Markup

from odoo.exceptions import AccessError, LockError, UserError
from odoo.tests import tagged

from odoo.addons.customer_support.tests.test_clock_log import ClockCommon
from odoo.addons.customer_support.tools.author_kind import BOT


@tagged("post_install", "-at_install")
class TestHeldReply(ClockCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.mentored_replies = 2
        cls.team.mentor_id = cls.agent_own
        cls.held = cls.env["support.held.reply"]

    def setUp(self):
        super().setUp()
        self.enterContext(self.at(2026, 3, 2, 13))
        self.ticket = self.make_ticket()
        self.customer_writes(self.ticket)

    def hold(self, body="We are sorry."):
        """The new agent answers; gives what the mentor finds."""
        self.agent_replies(self.ticket, body)
        self.env.flush_all()
        return self.find().with_user(self.agent_own)

    def find(self):
        return self.held.search(
            [("ticket_id", "=", self.ticket.id), ("state", "=", "waiting")]
        )

    def get_public(self):
        return self.ticket.message_ids.filtered(
            lambda message: (
                message.message_type == "comment" and not message.subtype_id.internal
            )
        )

    def test_the_reply_waits_and_says_nothing_to_the_customer(self):
        held = self.hold()
        self.assertEqual((held.user_id, held.mentor_id), (self.agent, self.agent_own))
        self.assertIn("We are sorry.", held.body)
        self.assertFalse(self.get_public())
        note = self.ticket.message_ids[0]
        self.assertTrue(note.subtype_id.internal)
        self.assertIn("We are sorry.", note.body)
        self.assertEqual(note.notified_partner_ids, self.agent_own.partner_id)
        self.assertNotIn(self.customer, self.ticket.message_ids.notified_partner_ids)
        self.assertEqual(self.ticket.with_user(self.agent).held_reply_count, 1)

    def test_no_clock_stops_while_it_waits(self):
        self.hold()
        self.assertFalse(self.ticket.first_response_at)
        self.assertTrue(self.ticket.is_waiting_agent)
        self.assertEqual(self.ticket.reply_count, 0)
        self.assertEqual(self.ticket.stage_kind, "new")
        self.assertEqual(self.ticket.user_id, self.agent)
        self.assertProven(self.ticket)

    def test_the_customer_never_reads_it(self):
        self.hold("Our secret draft.")
        shown = (
            self.env["mail.message"]
            .with_user(self.portal_user)
            .search([("model", "=", "support.ticket"), ("res_id", "=", self.ticket.id)])
        )
        self.assertNotIn("secret draft", "".join(shown.mapped("body")))
        with self.assertRaises(AccessError):
            self.held.with_user(self.portal_user).search([])
        with self.assertRaises(AccessError):
            self.find().with_user(self.portal_user).action_release()

    def test_released_it_is_the_agents_reply_of_that_moment(self):
        held = self.hold()
        with self.at(2026, 3, 2, 15):
            held.action_release()
        message = self.get_public()
        self.assertEqual(message, held.message_id)
        self.assertEqual(message.author_id, self.agent.partner_id)
        self.assertIn(self.customer, message.notified_partner_ids)
        event = self.ticket.event_ids.filtered(lambda one: one.kind == "reply")
        self.assertEqual((event.user_id, event.at.hour), (self.agent, 15))
        self.assertEqual(self.ticket.stage_kind, "open")
        self.assertEqual((held.state, held.decided_by), ("released", self.agent_own))
        agent = self.env["support.agent"].search([("user_id", "=", self.agent.id)])
        self.assertEqual((agent.released_count, agent.held_count), (1, 0))

    def test_released_twice_it_is_sent_once(self):
        held = self.hold()
        held.action_release()
        for decide in (held.action_release, held.action_send_back):
            with self.assertRaises(UserError):
                decide()
        self.assertEqual(len(self.get_public()), 1)

    def test_a_colleague_who_decides_right_now_is_not_disturbed(self):
        held = self.hold()
        with (
            patch.object(type(held), "lock_for_update", side_effect=LockError("busy")),
            self.assertRaises(UserError),
        ):
            held.action_release()
        self.assertFalse(self.get_public())

    def test_the_mentor_changes_the_text(self):
        held = self.hold()
        held.body = Markup("<p>We are very sorry, Ana.</p>")
        held.action_release()
        self.assertTrue(held.is_edited)
        self.assertIn("very sorry, Ana", self.get_public().body)

    def test_sent_back_its_words_are_kept_and_the_agent_hears_why(self):
        held = self.hold()
        with self.assertRaises(UserError):
            held.action_send_back()
        held.feedback = "Name the day, please."
        held.action_send_back()
        self.assertEqual(held.state, "returned")
        self.assertFalse(self.get_public())
        note = self.ticket.message_ids[0]
        self.assertIn("Name the day, please.", note.body)
        self.assertIn("We are sorry.", note.body)
        self.assertIn(self.agent.partner_id, note.notified_partner_ids)
        self.assertTrue(note.subtype_id.internal)

    def test_only_mentor_leader_and_manager_decide(self):
        held = self.hold()
        self.agent.group_ids += self.env.ref("customer_support.group_support_manager")
        for user in (self.agent, self.agent_b):
            with self.assertRaises(AccessError):
                held.with_user(user).action_release()
        self.assertFalse(held.with_user(self.agent).can_decide)
        with self.assertRaises(AccessError):
            held.write({"state": "released"})
        with self.assertRaises(AccessError):
            held.create({"ticket_id": self.ticket.id, "body": "x"})
        held.with_user(self.lead).action_release()
        self.assertEqual(len(self.get_public()), 1)

    def test_nobody_else_finds_it(self):
        self.hold()
        self.assertTrue(self.held.with_user(self.agent).search([]))
        self.assertFalse(self.held.with_user(self.agent_b).search([]))

    def test_after_so_many_replies_the_agent_sends_alone(self):
        for number in (1, 2):
            self.hold(f"Reply {number}").action_release()
        self.agent_replies(self.ticket, "Reply 3")
        self.assertFalse(self.find())
        self.assertEqual(len(self.get_public()), 3)

    def test_lines_of_a_chat_and_calls_teach_nobody_to_write(self):
        calls = ({"talk_seconds": 90}, {"talk_seconds": None})
        for payload in ({"line": True}, {"line": True}, *calls):
            self.ticket._record_event(
                "reply", author_kind="human", user=self.agent, payload=payload
            )
        for number in (1, 2):
            self.hold(f"Reply {number}").action_release()
        self.agent_replies(self.ticket, "Reply 3")
        self.assertFalse(self.find())

    def test_who_needs_no_mentor_sends_at_once(self):
        seat = self.env["support.agent"].search([("user_id", "=", self.agent.id)])
        seat.sends_alone = True
        self.agent_replies(self.ticket)
        self.assertEqual(len(self.get_public()), 1)

    def test_the_own_mentor_comes_before_the_teams(self):
        seat = self.env["support.agent"].search([("user_id", "=", self.agent.id)])
        seat.mentor_id = self.agent_b
        self.assertEqual(self.hold().mentor_id, self.agent_b)

    def test_without_anybody_to_ask_it_is_sent(self):
        self.team.write({"mentor_id": self.agent.id, "leader_id": False})
        self.agent_replies(self.ticket)
        self.assertEqual(len(self.get_public()), 1)

    def test_notes_customers_and_bots_are_not_held(self):
        self.ticket.with_user(self.agent).message_post(body="A note.")
        bot = self.env["res.partner"].create({"name": "Lumi", "active": False})
        self.ticket.with_context(support_author_kind=BOT).message_post(
            body="Your parcel left yesterday.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=bot.id,
        )
        self.customer_writes(self.ticket, "Hello?")
        self.assertFalse(self.find())
        self.assertEqual(self.get_public().author_id, bot)

    def test_the_answer_to_abuse_is_not_held_whoever_is_at_work(self):
        ticket = self.ticket.with_user(self.agent).sudo()
        self.assertTrue(ticket._answer_abusive_customer())
        self.assertFalse(self.find())
        self.assertTrue(self.get_public())

    def test_no_context_from_outside_releases_a_reply(self):
        for context in (
            {"support_released": True},
            {"support_author_kind": "bot"},
            {"support_author_kind": "rule"},
            {"support_no_clock": True},
        ):
            with self.subTest(**context):
                before = self.find()
                self.agent_replies(self.ticket.with_context(**context))
                self.assertEqual(len(self.find() - before), 1)
        self.assertFalse(self.get_public())

    def test_no_other_kind_of_message_goes_round_the_mentor(self):
        for kind in ("email", "notification", "email_outgoing"):
            with self.subTest(kind):
                before = self.find()
                self.ticket.with_user(self.agent).message_post(
                    body="It is on its way.",
                    message_type=kind,
                    subtype_xmlid="mail.mt_comment",
                    partner_ids=self.customer.ids,
                )
                self.assertEqual(len(self.find() - before), 1)
        self.assertFalse(self.get_public())

    def test_nobody_else_s_name_goes_round_the_mentor(self):
        for author in (self.lead.partner_id, self.customer, self.env["res.partner"]):
            with self.subTest(author.name):
                before = self.find()
                self.ticket.with_user(self.agent).message_post(
                    body="It is on its way.",
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                    author_id=author.id,
                )
                held = self.find() - before
                self.assertEqual(held.user_id, self.agent)
        self.assertFalse(self.get_public())

    def test_solving_waits_for_the_release(self):
        held = self.hold()
        self.ticket.with_user(self.agent).action_close()
        self.assertFalse(self.ticket.closed_at)
        held.action_release()
        self.assertTrue(self.ticket.closed_at)
        self.assertEqual(len(self.get_public()), 1)

    def test_closed_by_somebody_else_it_goes_back(self):
        held = self.hold()
        self.ticket.with_user(self.lead).action_close()
        self.assertEqual(held.state, "returned")
        note = self.ticket.message_ids.filtered(
            lambda message: "The ticket was closed." in message.body
        )
        self.assertIn("We are sorry.", note.body)
        self.assertIn(self.agent.partner_id, note.notified_partner_ids)

    def test_a_customer_who_writes_meanwhile_is_shown_to_the_mentor(self):
        held = self.hold()
        self.assertFalse(held.is_outdated)
        with self.at(2026, 3, 2, 14):
            self.customer_writes(self.ticket, "And the box is wet.")
        held.invalidate_recordset()
        self.assertTrue(held.is_outdated)
        self.assertEqual(held.state, "waiting")

    def test_files_leave_with_the_reply(self):
        file = (
            self.env["ir.attachment"]
            .with_user(self.agent)
            .create(
                {
                    "name": "label.pdf",
                    "raw": b"%PDF-1.4",
                    "res_model": "mail.compose.message",
                    "res_id": 0,
                }
            )
        )
        self.ticket.with_user(self.agent).message_post(
            body="Your label.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=file.ids,
        )
        self.find().with_user(self.agent_own).action_release()
        self.assertEqual(self.get_public().attachment_ids, file)

    def test_planned_for_later_it_is_held_then(self):
        self.env["mail.scheduled.message"].with_user(self.agent).create(
            {
                "model": self.ticket._name,
                "res_id": self.ticket.id,
                "author_id": self.agent.partner_id.id,
                "body": "<p>It leaves today.</p>",
                "scheduled_date": "2026-03-02 14:00:00",
                "notification_parameters": '{"message_type": "comment"}',
            }
        )
        with self.at(2026, 3, 2, 14, 1):
            self.env["mail.scheduled.message"]._post_messages_cron()
        self.assertIn("It leaves today.", self.find().body)
        self.assertFalse(self.get_public())
