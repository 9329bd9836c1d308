"""Parents, children and links between tickets."""

from unittest.mock import patch
from uuid import uuid4

from psycopg2 import IntegrityError
from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SupportCommon

WORKER = "odoo.addons.customer_support.models.support_child_answer"


class FamilyCommon(SupportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guests = ["eva@example.com", "ivo@example.com"]

    def setUp(self):
        super().setUp()
        self.parent = self.make_ticket(
            name="Lot L7 breaks", partner_id=False, user_id=self.agent.id
        )
        self.children = self.make_child() | self.make_child(
            partner_id=self.customer_b.id
        )
        for address in self.guests:
            self.children |= self.make_child(partner_id=False, email_from=address)

    def make_child(self, **vals):
        return self.make_ticket(parent_id=self.parent.id, **vals)

    def new_dialog(self, body="<p>We send a new one.</p>", **values):
        return (
            self.env["support.answer.children"]
            .with_user(self.agent)
            .create({"ticket_id": self.parent.id, "body": body, **values})
        )

    def send_waiting(self):
        cron = self.env.ref("customer_support.ir_cron_support_child_answer")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def get_answers(self, ticket):
        return ticket.message_ids.filtered(
            lambda m: (
                "We send a new one" in m.body
                and m.subtype_id == self.env.ref("mail.mt_comment")
            )
        )


@tagged("post_install", "-at_install")
class TestAnswerChildren(FamilyCommon):
    def test_every_open_child_gets_the_answer_once_in_its_own_thread(self):
        closed = self.make_child()
        closed.action_close()
        self.new_dialog().action_send()
        self.send_waiting()
        for child in self.children:
            answer = self.get_answers(child)
            self.assertEqual(len(answer), 1)
            self.assertEqual(answer.author_id, self.agent.partner_id)
            self.assertTrue(child.first_response_at)
        self.assertFalse(self.get_answers(closed))
        self.assertEqual(self.children._get_clock_differences(), [])

    def test_more_children_than_one_portion_need_not_wait_for_the_next_run(self):
        self.new_dialog().action_send()
        with patch(f"{WORKER}.BATCH", 1):
            self.send_waiting()
        for child in self.children:
            self.assertEqual(len(self.get_answers(child)), 1)

    def test_no_customer_sees_the_address_of_another(self):
        self.new_dialog().action_send()
        self.send_waiting()
        addresses = {
            "ana@example.com": self.children[0],
            "joao@example.com": self.children[1],
            "eva@example.com": self.children[2],
            "ivo@example.com": self.children[3],
        }
        for own, child in addresses.items():
            answer = self.get_answers(child).sudo()
            told = answer.notified_partner_ids.filtered("partner_share")
            told = {*told.mapped("email"), *answer.mail_ids.mapped("email_to")} - {
                False
            }
            self.assertEqual({address for address in told if address}, {own})
            text = str((answer.body, answer.reply_to, answer.mail_ids.mapped("body")))
            for other in set(addresses) - {own}:
                self.assertNotIn(other, text)

    def test_without_a_customer_of_its_own_the_parent_keeps_a_note(self):
        self.new_dialog().action_send()
        note = self.parent.message_ids[0]
        self.assertTrue(note.subtype_id.internal)
        own = self.new_dialog(to_customer=True)
        self.parent.email_from = "mila@example.com"
        own.action_send()
        self.assertFalse(self.parent.message_ids[0].subtype_id.internal)

    def test_ten_clicks_in_one_dialog_send_one_answer(self):
        dialog = self.new_dialog()
        for _click in range(10):
            dialog.action_send()
        self.send_waiting()
        self.send_waiting()
        for child in self.children:
            self.assertEqual(len(self.get_answers(child)), 1)
        self.assertEqual(len(self.env["support.child.answer"].search([])), 4)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_second_answer_to_a_child(self):
        self.new_dialog().action_send()
        row = self.env["support.child.answer"].search([], limit=1)
        with self.assertRaises(UniqueViolation), self.cr.savepoint():
            row.copy()

    @mute_logger(WORKER)
    def test_a_failure_half_way_goes_on_and_repeats_nothing(self):
        self.new_dialog().action_send()
        broken = self.children[1]
        post = type(broken).message_post

        def fail_once(ticket, **values):
            if ticket == broken:
                raise ValueError("mail server on fire")
            return post(ticket, **values)

        with patch.object(type(broken), "message_post", fail_once):
            self.send_waiting()
        self.assertFalse(self.get_answers(broken))
        row = self.env["support.child.answer"].search([("ticket_id", "=", broken.id)])
        self.assertEqual((row.state, row.attempts), ("pending", 1))
        row.next_attempt_at = "2020-01-01"
        self.send_waiting()
        for child in self.children:
            self.assertEqual(len(self.get_answers(child)), 1)

    @mute_logger(WORKER)
    def test_an_answer_that_never_gets_through_is_told(self):
        self.new_dialog().action_send()
        row = self.env["support.child.answer"].search([], limit=1)
        for _attempt in range(5):
            row._fail(ValueError("no"))
        self.assertEqual(row.state, "failed")
        self.assertIn("did not get here", row.ticket_id.message_ids[0].body)

    def test_a_child_that_was_closed_meanwhile_gets_nothing(self):
        self.new_dialog().action_send()
        self.children[0].action_close()
        self.send_waiting()
        self.assertFalse(self.get_answers(self.children[0]))
        self.assertTrue(self.get_answers(self.children[1]))

    def test_names_are_filled_for_each_customer(self):
        child = self.children[0]
        (self.children - child).action_close()
        self.new_dialog("<p>Dear {first_name}, We send a new one.</p>").action_send()
        self.send_waiting()
        self.assertIn("Dear Ana,", self.get_answers(child).body)

    def test_a_name_that_somebody_lacks_stops_all_of_it(self):
        dialog = self.new_dialog("<p>Dear {first_name}</p>")
        with self.assertRaisesRegex(UserError, self.children[2].number):
            dialog.action_send()
        self.assertFalse(self.env["support.child.answer"].search([]))

    def test_files_are_copied_to_each(self):
        file = self.env["ir.attachment"].with_user(self.agent)
        file = file.create({"name": "label.pdf", "raw": b"%PDF-1.4"})
        self.new_dialog(attachment_ids=[Command.set(file.ids)]).action_send()
        self.send_waiting()
        files = self.children.message_ids.attachment_ids
        self.assertEqual(len(files), 4)
        self.assertEqual(set(files.mapped("res_id")), set(self.children.ids))

    def test_children_of_another_team_are_answered_too(self):
        self.children.team_id = self.team_b
        self.new_dialog().action_send()
        self.send_waiting()
        self.assertEqual(len(self.get_answers(self.children[3])), 1)

    def test_nothing_to_answer_is_refused(self):
        with self.assertRaisesRegex(UserError, "Write the answer"):
            self.new_dialog("<p><br></p>").action_send()
        self.children.action_close()
        with self.assertRaisesRegex(UserError, "no open child"):
            self.new_dialog().action_send()

    def test_who_may_not_write_the_parent_answers_nobody(self):
        for user in (self.agent_b, self.portal_user):
            with self.assertRaises(AccessError):
                self.parent.with_user(user)._answer_children("<p>x</p>", uuid4().hex)


@tagged("post_install", "-at_install")
class TestJoining(FamilyCommon):
    def test_a_ticket_with_the_same_lot_or_product_is_offered_the_parent(self):
        self.parent.product_id = self.lamp
        ticket = self.make_ticket(product_id=self.lamp.id).with_user(self.agent)
        self.assertEqual(ticket.suggested_parent_id, self.parent)
        ticket.action_join_suggested_parent()
        self.assertEqual(ticket.parent_id, self.parent)
        self.assertFalse(ticket.suggested_parent_id)
        self.assertIn(ticket.number, self.parent.message_ids[0].body)

    def test_a_likeness_of_a_child_counts_and_the_stronger_one_wins(self):
        reason = self.env.ref("customer_support.reason_damaged")
        other = self.make_ticket(reason_id=reason.id)
        self.make_ticket(parent_id=other.id)
        self.children[0].product_id = self.lamp
        ticket = self.make_ticket(product_id=self.lamp.id, reason_id=reason.id)
        self.assertEqual(ticket.suggested_parent_id, self.parent)
        ticket = self.make_ticket(reason_id=reason.id)
        self.assertEqual(ticket.suggested_parent_id, other)

    def test_nothing_in_common_and_closed_parents_are_not_suggested(self):
        self.parent.product_id = self.lamp
        self.assertFalse(self.make_ticket().suggested_parent_id)
        other = self.make_ticket(product_id=self.bulb.id)
        self.assertFalse(other.suggested_parent_id)
        self.parent.action_close()
        self.assertFalse(self.make_ticket(product_id=self.lamp.id).suggested_parent_id)

    def test_a_ticket_is_not_its_own_grandparent(self):
        with self.assertRaisesRegex(ValidationError, "belong to itself"):
            self.parent.parent_id = self.children[0]

    def test_the_customer_of_a_child_sees_nothing_of_the_parent(self):
        child = self.children[0].with_user(self.portal_user)
        for name in ("parent_id", "child_ids", "link_ids"):
            with self.assertRaises(AccessError):
                child.read([name])
        with self.assertRaises(AccessError):
            self.parent.with_user(self.portal_user).read(["name"])


@tagged("post_install", "-at_install")
class TestClosingParent(FamilyCommon):
    def ask(self, ticket):
        return ticket.with_context(support_ask_before_close=True).action_close()

    def test_the_button_offers_to_close_the_children(self):
        parent = self.parent.with_user(self.agent)
        action = self.ask(parent)
        self.assertFalse(parent.closed_at)
        dialog = (
            self.env["support.close.ticket"]
            .with_user(self.agent)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(dialog.child_count, 4)
        dialog.action_solve()
        tickets = self.parent | self.children
        self.assertEqual(set(tickets.mapped("stage_kind")), {"solved"})

    def test_children_stay_open_if_wanted(self):
        dialog = self.env["support.close.ticket"].create(
            {"ticket_ids": self.parent.ids, "close_children": False}
        )
        dialog.action_solve()
        self.assertEqual(self.parent.stage_kind, "solved")
        self.assertFalse(any(self.children.mapped("closed_at")))

    def test_without_open_children_nothing_is_asked(self):
        self.children.action_close()
        self.ask(self.parent)
        self.assertEqual(self.parent.stage_kind, "solved")


@tagged("post_install", "-at_install")
class TestLinks(FamilyCommon):
    def link(self, one, two, kind="related", user=None):
        links = self.env["support.ticket.link"].with_user(user or self.agent)
        return links.create({"ticket_id": one.id, "other_id": two.id, "kind": kind})

    def test_a_link_shows_on_both_and_goes_from_both(self):
        one, two = self.children[:2]
        link = self.link(one, two)
        self.assertEqual(two.link_ids.other_id, one)
        link.kind = "duplicate"
        self.assertEqual(two.link_ids.kind, "duplicate")
        two.link_ids.unlink()
        self.assertFalse((one | two).link_ids)

    def test_links_are_typed_into_the_form_of_the_ticket(self):
        one, two = self.children[:2]
        one.with_user(self.agent).write(
            {"link_ids": [Command.create({"other_id": two.id})]}
        )
        self.assertEqual(two.link_ids.other_id, one)

    @mute_logger("odoo.sql_db")
    def test_the_same_link_twice_or_to_itself_is_refused(self):
        one, two = self.children[:2]
        self.link(one, two)
        for pair in ((one, two), (two, one), (one, one)):
            with self.assertRaises(IntegrityError), self.cr.savepoint():
                self.link(*pair)

    def test_only_tickets_that_one_may_read_are_linked(self):
        foreign = self.make_ticket(team_id=self.team_b.id)
        with self.assertRaises(AccessError):
            self.link(self.children[0], foreign)
        with self.assertRaises(AccessError):
            self.link(foreign, self.children[0])
