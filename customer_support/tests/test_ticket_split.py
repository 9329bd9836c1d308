"""One message becomes a ticket of its own."""

from datetime import datetime

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SupportCommon

HOUR = 3600


@tagged("post_install", "-at_install")
class TestSplit(SupportCommon):
    def setUp(self):
        super().setUp()
        with self.at(2026, 3, 2, 13):
            self.ticket = self.make_ticket(
                sale_order_id=self.order.id, user_id=self.agent.id
            )
            self.first = self.customer_writes(self.ticket)
        with self.at(2026, 3, 2, 14):
            self.agent_replies(self.ticket)
        with self.at(2026, 3, 2, 15):
            self.second = self.customer_writes(self.ticket, "And my invoice is wrong.")

    def split(self, message, hour=16, ticket=None, user=None):
        with self.at(2026, 3, 2, hour):
            ticket = (ticket or self.ticket).with_user(user or self.agent)
            action = ticket.action_open_split(message.id)
            wizard = self.env["support.split"].with_user(user or self.agent)
            wizard = wizard.with_context(**action["context"]).create({})
            self.assertTrue(wizard.preview)
            action = wizard.action_split()
        self.env.invalidate_all()
        return self.env["support.ticket"].browse(action["res_id"])

    def test_the_message_opens_a_ticket_at_its_own_time(self):
        new = self.split(self.second)
        self.assertEqual(self.second.res_id, new.id)
        self.assertEqual(new.opened_at, datetime(2026, 3, 2, 15))
        self.assertEqual(new.waiting_since, datetime(2026, 3, 2, 15))
        self.assertEqual(new.customer_message_count, 1)
        self.assertEqual(new.response_deadline, datetime(2026, 3, 2, 19))
        for name in ("partner_id", "sale_order_id", "team_id", "user_id", "channel_id"):
            self.assertEqual(new[name], self.ticket[name], name)
        self.assertEqual((new | self.ticket)._get_clock_differences(), [])

    def test_the_original_keeps_a_note_and_nobody_waits_there_any_more(self):
        self.assertTrue(self.ticket.waiting_since)
        new = self.split(self.second)
        self.assertFalse(self.ticket.waiting_since)
        self.assertEqual(self.ticket.customer_message_count, 1)
        self.assertEqual(self.ticket.first_response_seconds, HOUR)
        note = self.ticket.message_ids[0]
        self.assertIn(new.number, note.body)
        self.assertTrue(note.subtype_id.internal)
        self.assertEqual(self.ticket.link_ids.other_id, new)
        self.assertEqual(new.link_ids.other_id, self.ticket)

    def test_what_was_answered_stays_answered(self):
        with self.at(2026, 3, 2, 16):
            self.agent_replies(self.ticket)
        waits = self.ticket.wait_ids
        new = self.split(self.second, 17)
        self.assertEqual(self.ticket.wait_ids, waits)
        self.assertFalse(self.ticket.waiting_since)
        self.assertEqual((new | self.ticket)._get_clock_differences(), [])

    def test_two_open_questions_the_other_one_still_waits(self):
        with self.at(2026, 3, 2, 16):
            third = self.customer_writes(self.ticket, "Hello?")
        new = self.split(self.second, 17)
        self.assertEqual(self.ticket.waiting_since, datetime(2026, 3, 2, 16))
        self.assertEqual(third.res_id, self.ticket.id)
        self.assertEqual((new | self.ticket)._get_clock_differences(), [])

    def test_files_of_the_message_go_along(self):
        file = self.env["ir.attachment"].create(
            {
                "name": "a.txt",
                "raw": b"a",
                "res_model": "support.ticket",
                "res_id": self.ticket.id,
            }
        )
        self.second.attachment_ids = [Command.set(file.ids)]
        self.assertEqual(self.split(self.second).id, file.res_id)

    def test_the_customer_sees_both(self):
        new = self.split(self.second)
        self.assertTrue((new | self.ticket).with_user(self.portal_user).read(["name"]))

    def test_the_only_message_notes_and_foreign_ones_stay(self):
        single = self.make_ticket()
        only = self.customer_writes(single)
        note = self.ticket.with_user(self.agent).message_post(
            body="x", subtype_xmlid="mail.mt_note"
        )
        with self.assertRaisesRegex(UserError, "only message"):
            self.split(only, ticket=single)
        for message in (note, only):
            with self.assertRaisesRegex(UserError, "of this conversation"):
                self.split(message)

    # --- words of somebody else, who came by a merge ------------------------------

    def merge_stranger(self):
        """João's case goes into Ana's by mistake, and is answered there."""
        with self.at(2026, 3, 2, 15):
            theirs = self.make_ticket(partner_id=self.customer_b.id)
            theirs.message_subscribe(self.customer_b.ids)
            words = self.customer_writes(theirs, "My glass too.", self.customer_b)
        with self.at(2026, 3, 2, 16):
            theirs._merge_into(self.ticket)
            self.agent_replies(self.ticket)
        return theirs, words

    def test_a_message_of_somebody_else_goes_back_to_his_own_ticket(self):
        theirs, words = self.merge_stranger()
        with self.assertRaisesRegex(UserError, "answered since"):
            theirs.with_user(self.agent).action_undo_merge()
        self.assertEqual(self.split(words, 17), theirs)
        self.assertEqual(theirs._get_survivor(), theirs)
        self.assertEqual(words.res_id, theirs.id)
        self.assertEqual(theirs.waiting_since, datetime(2026, 3, 2, 15))
        self.assertNotIn(self.customer_b, self.ticket.message_partner_ids)
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.portal_user_b).read(["name"])
        self.assertTrue(theirs.with_user(self.portal_user_b).read(["name"]))
        self.assertEqual((theirs | self.ticket)._get_clock_differences(), [])

    def test_what_he_wrote_after_the_merge_becomes_a_ticket_of_his_own(self):
        theirs, words = self.merge_stranger()
        with self.at(2026, 3, 2, 17):
            late = self.customer_writes(self.ticket, "Hello?", self.customer_b)
        new = self.split(late, 18)
        self.assertNotIn(new, theirs | self.ticket)
        self.assertEqual(new.partner_id, self.customer_b)
        self.assertFalse(new.sale_order_id)
        self.assertEqual(new.waiting_since, datetime(2026, 3, 2, 17))
        self.assertEqual(theirs._get_survivor(), theirs)
        self.assertEqual(words.res_id, theirs.id)
        self.assertEqual((theirs | new | self.ticket)._get_clock_differences(), [])

    def test_the_dialog_tells_whose_message_it_is(self):
        theirs, words = self.merge_stranger()
        wizard = self.env["support.split"].with_user(self.agent)
        wizard = wizard.create(
            {"ticket_id": self.ticket.id, "message_id": words.id, "name": "x"}
        )
        self.assertIn(theirs.number, wizard.owner_note)
        self.assertIn(self.customer_b.name, wizard.owner_note)
        wizard.message_id = self.second
        self.assertFalse(wizard.owner_note)

    def test_a_merged_ticket_of_the_same_customer_stays_merged(self):
        with self.at(2026, 3, 2, 15):
            other = self.make_ticket()
            words = self.customer_writes(other, "The bulb.")
            other._merge_into(self.ticket)
        new = self.split(words)
        self.assertNotEqual(new, other)
        self.assertEqual(new.partner_id, self.customer)
        self.assertEqual(other._get_survivor(), self.ticket)

    def test_nobody_gives_a_ticket_of_another_team_back(self):
        theirs, words = self.merge_stranger()
        theirs.team_id = self.team_b
        with self.assertRaises(AccessError):
            self.split(words, 17)
        self.assertEqual(theirs._get_survivor(), self.ticket)

    def test_only_who_may_write_the_ticket_splits_it(self):
        for user in (self.agent_b, self.portal_user):
            with self.assertRaises(AccessError):
                self.split(self.second, user=user)
        wizard = self.env["support.split"].with_user(self.agent_b)
        with self.assertRaises(AccessError):
            wizard.create(
                {
                    "ticket_id": self.ticket.id,
                    "message_id": self.second.id,
                    "name": "x",
                }
            ).action_split()
