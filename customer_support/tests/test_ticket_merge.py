"""Merging by hand, and taking a merge back."""

from datetime import datetime

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import SupportCommon
from .mail_common import SupportMailCommon

HOUR = 3600


class MergeCommon(SupportCommon):
    def open_case(self, hour, **vals):
        """A ticket that the customer opened on Monday at ``hour`` UTC (9:00 is 12)."""
        with self.at(2026, 3, 2, hour):
            ticket = self.make_ticket(**vals)
            self.customer_writes(ticket)
        return ticket

    def merge(self, losers, survivor, hour, **values):
        with self.at(2026, 3, 2, hour):
            wizard = self.env["support.merge"].with_user(self.agent)
            wizard.create(
                {
                    "ticket_ids": [Command.set((losers | survivor).ids)],
                    "survivor_id": survivor.id,
                    **values,
                }
            ).action_merge()

    def undo(self, loser, hour, day=2):
        with self.at(2026, 3, day, hour):
            loser.with_user(self.agent).action_undo_merge()

    def get_clock(self, ticket):
        ticket.invalidate_recordset()
        return ticket._get_clock_state()

    def assertProven(self, tickets):
        tickets.invalidate_recordset()
        self.assertEqual(tickets._get_clock_differences(), [])


@tagged("post_install", "-at_install")
class TestMergeWizard(MergeCommon):
    def test_the_dialog_proposes_the_oldest_and_says_what_happens(self):
        first, second = self.open_case(13), self.open_case(14)
        action = (second | first).with_user(self.agent).action_open_merge()
        wizard = Form(
            self.env["support.merge"]
            .with_user(self.agent)
            .with_context(**action["context"])
        )
        self.assertEqual(wizard.survivor_id, first)
        self.assertIn(f"#{second.number} go into #{first.number}", wizard.effect)
        wizard.survivor_id = second
        self.assertIn(f"#{first.number} go into #{second.number}", wizard.effect)

    def test_other_open_tickets_of_the_customer_and_the_order_are_suggested(self):
        ticket = self.open_case(13, sale_order_id=self.order.id)
        same_customer = self.open_case(14)
        same_order = self.open_case(
            14, partner_id=False, email_from="ze@x.example", sale_order_id=self.order.id
        )
        closed = self.open_case(14)
        closed.action_close()
        self.open_case(14, partner_id=self.customer_b.id)
        hidden = self.open_case(14, team_id=self.team_b.id)
        seen = ticket.with_user(self.agent)
        self.assertEqual(seen._find_likely_duplicates(), same_customer | same_order)
        self.assertEqual(seen.likely_duplicate_count, 2)
        self.assertNotIn(hidden, seen._find_likely_duplicates())
        wizard = (
            self.env["support.merge"]
            .with_user(self.agent)
            .create({"ticket_ids": [Command.set(ticket.ids)]})
        )
        wizard.action_add_suggested()
        self.assertEqual(wizard.ticket_ids, ticket | same_customer | same_order)

    def test_one_ticket_alone_is_not_merged(self):
        ticket = self.open_case(13)
        with self.assertRaisesRegex(UserError, "at least two"):
            self.merge(ticket, ticket, 14)

    def test_other_customers_are_named_and_have_to_be_accepted(self):
        survivor = self.open_case(13)
        loser = self.open_case(13, partner_id=self.customer_b.id)
        with self.assertRaisesRegex(UserError, "João Lima"):
            self.merge(loser, survivor, 14)
        self.merge(loser, survivor, 14, accept_foreign=True)
        self.assertEqual(loser.merged_into_id, survivor)

    def test_a_ticket_of_another_team_is_not_merged_by_an_agent(self):
        mine, foreign = self.open_case(13), self.open_case(13, team_id=self.team_b.id)
        for losers, survivor in ((mine, foreign), (foreign, mine)):
            with self.assertRaises(AccessError):
                self.merge(losers, survivor, 14)

    def test_notes_stay_internal_and_both_tickets_say_what_happened(self):
        survivor, loser = self.open_case(13), self.open_case(14)
        note = loser.with_user(self.agent).message_post(
            body="Fragile", subtype_xmlid="mail.mt_note"
        )
        self.merge(loser, survivor, 15)
        self.assertEqual(note.res_id, survivor.id)
        self.assertTrue(note.subtype_id.internal)
        self.assertIn(loser.number, survivor.message_ids[0].body)
        self.assertIn(survivor.number, loser.message_ids[0].body)
        self.assertIn("Bia Ramos", loser.message_ids[0].body)


@tagged("post_install", "-at_install")
class TestUndoMerge(MergeCommon):
    def test_both_stand_as_if_never_merged(self):
        loser, survivor = self.open_case(13), self.open_case(15)
        with self.at(2026, 3, 2, 14):
            loser.action_hold()
        messages, theirs = loser.message_ids, survivor.message_ids
        stage = loser.stage_id
        self.merge(loser, survivor, 16)
        self.assertEqual(survivor.opened_at, datetime(2026, 3, 2, 13))
        self.undo(loser, 17)
        self.assertEqual(loser.stage_id, stage)
        self.assertFalse(loser.merged_into_id or loser.exclusion or loser.closed_at)
        self.assertLessEqual(messages, loser.message_ids)
        self.assertLessEqual(theirs, survivor.message_ids)
        self.assertFalse(messages & survivor.message_ids)
        clock = self.get_clock(survivor)
        self.assertEqual(clock.opened_at, datetime(2026, 3, 2, 15))
        self.assertEqual(clock.waiting_since, datetime(2026, 3, 2, 15))
        self.assertEqual(clock.waiting_business_seconds, 2 * HOUR)
        self.assertEqual(clock.customer_message_count, 1)
        self.assertProven(loser | survivor)

    def test_the_customer_of_the_restored_ticket_waited_all_along(self):
        loser, survivor = self.open_case(13), self.open_case(14)
        self.merge(loser, survivor, 15)
        self.undo(loser, 17)
        clock = self.get_clock(loser)
        self.assertEqual(clock.waiting_since, datetime(2026, 3, 2, 13))
        self.assertEqual(clock.waiting_business_seconds, 4 * HOUR)
        self.assertEqual(clock.age_business_seconds, 4 * HOUR)
        with self.at(2026, 3, 2, 18):
            self.agent_replies(loser)
        self.assertEqual(loser.first_response_business_seconds, 5 * HOUR)
        self.assertProven(loser | survivor)

    def test_a_closed_ticket_is_closed_again(self):
        loser, survivor = self.open_case(13), self.open_case(14)
        with self.at(2026, 3, 2, 15):
            self.agent_replies(loser)
            loser.action_close()
        before = self.get_clock(loser)
        self.merge(loser, survivor, 16)
        self.undo(loser, 17)
        after = self.get_clock(loser)
        for name in ("clock_kind", "closed_at", "resolved_at", "resolution_seconds"):
            self.assertEqual(getattr(after, name), getattr(before, name), name)
        self.assertProven(loser | survivor)

    def test_files_and_followers_come_back(self):
        loser, survivor = self.open_case(13), self.open_case(14)
        file = self.env["ir.attachment"].create(
            {"name": "a.txt", "raw": b"a", "res_model": loser._name, "res_id": loser.id}
        )
        loser.message_subscribe(self.customer_b.ids)
        self.merge(loser, survivor, 15)
        self.assertEqual(file.res_id, survivor.id)
        self.assertIn(self.customer_b, survivor.message_partner_ids)
        self.undo(loser, 16)
        self.assertEqual(file.res_id, loser.id)
        self.assertNotIn(self.customer_b, survivor.message_partner_ids)
        self.assertIn(self.customer_b, loser.message_partner_ids)

    def test_what_was_written_since_stays_on_the_survivor(self):
        loser, survivor = self.open_case(13), self.open_case(14)
        self.merge(loser, survivor, 15)
        with self.at(2026, 3, 2, 16):
            later = self.customer_writes(survivor, "Any news?")
        self.undo(loser, 17)
        self.assertEqual(later.res_id, survivor.id)
        self.assertEqual(self.get_clock(survivor).customer_message_count, 2)
        self.assertProven(loser | survivor)

    def test_an_answered_or_closed_survivor_keeps_the_merge_and_says_why(self):
        answered, solved = self.open_case(13), self.open_case(13)
        one, two = self.open_case(14), self.open_case(14)
        self.merge(one, answered, 15)
        self.merge(two, solved, 15)
        with self.at(2026, 3, 2, 16):
            self.agent_replies(answered)
            solved.action_close()
        with self.assertRaisesRegex(UserError, "answered since"):
            self.undo(one, 17)
        with self.assertRaisesRegex(UserError, "closed since"):
            self.undo(two, 17)

    def test_a_chain_is_undone_from_its_end(self):
        one, two, three = (self.open_case(13) for _n in range(3))
        self.merge(one, two, 14)
        self.merge(two, three, 15)
        with self.assertRaisesRegex(UserError, "Undo that merge"):
            self.undo(one, 16)
        self.undo(two, 16)
        self.undo(one, 17)
        self.assertProven(one | two | three)
        self.assertFalse((one | two | three).merged_into_id)

    def test_of_two_losers_the_later_one_goes_first(self):
        one, two, survivor = (self.open_case(hour) for hour in (12, 13, 14))
        self.merge(one, survivor, 15)
        self.merge(two, survivor, 16)
        with self.assertRaisesRegex(UserError, two.number):
            self.undo(one, 17)
        self.undo(two, 17)
        self.undo(one, 18)
        self.assertEqual(self.get_clock(survivor).opened_at, datetime(2026, 3, 2, 14))
        self.assertProven(one | two | survivor)

    def test_merged_undone_and_merged_again(self):
        loser, survivor = self.open_case(13), self.open_case(14)
        for hour in (15, 17):
            self.merge(loser, survivor, hour)
            self.undo(loser, hour + 1)
        self.merge(loser, survivor, 19)
        self.assertEqual(loser.merged_into_id, survivor)
        self.assertProven(loser | survivor)

    def test_a_ticket_that_is_not_merged_says_so(self):
        with self.assertRaisesRegex(UserError, "not merged"):
            self.undo(self.open_case(13), 14)

    def test_only_who_may_write_both_undoes_it(self):
        loser, survivor = self.open_case(13), self.open_case(13)
        self.merge(loser, survivor, 14)
        survivor.team_id = self.team_b
        with self.assertRaises(AccessError):
            self.undo(loser, 15)


@tagged("post_install", "-at_install")
class TestMailAfterMerge(SupportMailCommon):
    def test_later_mails_to_the_loser_land_on_the_survivor_until_it_is_undone(self):
        loser, first = self.open_ticket()
        survivor, _second = self.open_ticket()
        loser._merge_into(survivor)

        self.assertEqual(self.answer(first, 1).ticket_id, survivor)
        loser._unmerge()
        self.assertEqual(self.answer(first, 2).ticket_id, loser)
        self.assertEqual((loser | survivor)._get_clock_differences(), [])

    def answer(self, first, number, **values):
        """What becomes of a mail that answers the first one of a ticket."""
        message_id = f"<late-{number}@example.com>"
        extra = {"In-Reply-To": first}
        return self.receive(self.mail(message_id=message_id, extra=extra, **values))

    def test_later_mails_of_somebody_else_land_on_his_own_ticket_after_a_split(self):
        stranger = {"sender": "Rui Melo <rui@example.org>"}
        loser, first = self.open_ticket(**stranger)
        survivor, _second = self.open_ticket()
        words = loser.message_ids.filtered(lambda m: m.message_type == "email")
        loser._merge_into(survivor)
        self.agent_replies(survivor)
        survivor._split(words, "Two lamps")
        self.assertEqual(self.answer(first, 1, **stranger).ticket_id, loser)
        self.assertNotIn("rui@example.org", survivor.message_ids.mapped("email_from"))
