"""What other departments are asked, and how long the customer waited for each."""

from datetime import datetime

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SupportCommon

HOUR = 3600


@tagged("post_install", "-at_install")
class TestRequest(SupportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.packer = cls._new_agent("rui", "Rui Pinto", "base.group_user")
        cls.helper = cls._new_agent("ivo", "Ivo Reis", "base.group_user")
        cls.stranger = cls._new_agent("eve", "Eve Luz", "base.group_user")
        cls.warehouse = cls.env.ref("customer_support.department_warehouse")
        cls.warehouse.write(
            {
                "responsible_id": cls.packer.id,
                "member_ids": [Command.set((cls.packer | cls.helper).ids)],
            }
        )
        cls.finance = cls.env.ref("customer_support.department_finance")

    def setUp(self):
        super().setUp()
        self.ticket = self.make_ticket(user_id=self.agent.id)

    def ask(self, **vals):
        return (
            self.env["support.request"]
            .with_user(self.agent)
            .create(
                {
                    "name": "Look for the parcel",
                    "ticket_id": self.ticket.id,
                    "department_id": self.warehouse.id,
                    **vals,
                }
            )
        )

    def test_the_responsible_owns_it_and_gets_an_activity(self):
        request = self.ask(deadline=datetime(2026, 3, 4, 12))
        self.assertEqual(request.user_id, self.packer)
        activity = request.sudo().activity_ids
        self.assertEqual(activity.user_id, self.packer)
        self.assertEqual(str(activity.date_deadline), "2026-03-04")
        request.user_id = self.helper
        self.assertEqual(request.sudo().activity_ids.user_id, self.helper)

    def test_the_ticket_waits_and_comes_back_with_the_last_answer(self):
        first, second = self.ask(), self.ask(department_id=self.finance.id)
        self.assertEqual(self.ticket.stage_kind, "on_hold")
        first.with_user(self.packer).answer = "On shelf B."
        first.with_user(self.packer).action_done()
        self.assertEqual(self.ticket.stage_kind, "on_hold")
        note = self.ticket.message_ids[0]
        self.assertIn("On shelf B.", note.body)
        self.assertTrue(note.subtype_id.internal)
        self.assertIn(self.agent.partner_id, note.notified_partner_ids)
        second.action_done()
        self.assertEqual(self.ticket.stage_kind, "open")
        self.assertEqual(self.ticket._get_clock_differences(), [])

    def test_a_request_that_does_not_hold_leaves_the_ticket_alone(self):
        self.ticket.action_open()
        request = self.ask(holds_ticket=False)
        self.assertEqual(self.ticket.stage_kind, "open")
        self.ticket.action_wait()
        request.action_done()
        self.assertEqual(self.ticket.stage_kind, "waiting")

    def test_a_ticket_that_goes_on_meanwhile_stays_where_it_is(self):
        request = self.ask()
        self.ticket.action_close()
        request.action_done()
        self.assertEqual(self.ticket.stage_kind, "solved")

    def test_the_wait_is_kept_in_real_and_in_working_time(self):
        with self.at(2026, 3, 2, 18):  # 15:00 on Monday, two hours before closing
            request = self.ask()
        with self.at(2026, 3, 3, 13):  # 10:00 on Tuesday
            request.with_user(self.packer).action_done()
        self.assertEqual(request.opened_at, datetime(2026, 3, 2, 18))
        self.assertEqual(request.done_at, datetime(2026, 3, 3, 13))
        self.assertEqual(request.seconds, 19 * HOUR)
        self.assertEqual(request.business_seconds, 3 * HOUR)
        self.assertEqual(request.team_id, self.team)

    def test_an_answered_request_is_a_fact(self):
        request = self.ask()
        request.action_done()
        self.assertFalse(request.sudo().activity_ids)
        for user in (self.agent, self.lead, self.packer):
            with self.assertRaisesRegex(UserError, "answered"):
                request.with_user(user).write({"answer": "Something else"})
            with self.assertRaisesRegex(UserError, "answered"):
                request.with_user(user).action_refuse()
        with self.assertRaisesRegex(UserError, "answered"):
            request.with_user(self.lead).unlink()
        with self.assertRaisesRegex(UserError, "answered"):
            request.sudo().write({"business_seconds": 1})

    def test_nobody_sets_state_or_times_by_hand(self):
        request = self.ask()
        for vals in ({"state": "done"}, {"opened_at": "2020-01-01"}, {"seconds": 1}):
            with self.assertRaises(AccessError):
                request.with_user(self.lead).write(vals)
            with self.assertRaises(AccessError):
                self.ask(**vals)

    def test_a_refusal_needs_a_reason(self):
        request = self.ask().with_user(self.packer)
        with self.assertRaisesRegex(UserError, "why"):
            request.action_refuse()
        request.answer = "It left yesterday."
        request.action_refuse()
        self.assertEqual(request.state, "refused")
        self.assertEqual(self.ticket.stage_kind, "open")

    def test_the_department_answers_but_sees_neither_tickets_nor_other_requests(self):
        request = self.ask()
        other = self.ask(department_id=self.finance.id)
        mine = self.env["support.request"].with_user(self.helper)
        self.assertEqual(mine.search([]) & (request | other), request)
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.helper).read(["name"])
        with self.assertRaises(AccessError):
            request.with_user(self.helper).name = "Something easier"
        with self.assertRaises(AccessError):
            mine.create(
                {
                    "name": "x",
                    "ticket_id": self.ticket.id,
                    "department_id": self.warehouse.id,
                }
            )
        for user in (self.stranger, self.portal_user, self.agent_b):
            with self.assertRaises(AccessError):
                request.with_user(user).read(["name"])
            with self.assertRaises(AccessError):
                request.with_user(user).action_done()

    def test_the_form_opens_for_the_department(self):
        request = self.ask().with_user(self.packer)
        view = request.get_views([(False, "form")])["models"]["support.request"]
        names = {name: {} for name in view["fields"] if name != "message_ids"}
        self.assertTrue(request.web_read(names))

    def test_late_ones_are_found(self):
        with self.at(2026, 3, 2, 13):
            late = self.ask(deadline=datetime(2026, 3, 3, 13))
            self.ask()
        self.assertTrue(late.is_late)
        late.action_done()
        self.assertFalse(late.is_late)

    def test_open_requests_are_named_before_the_ticket_is_closed(self):
        self.ask()
        asked = self.ticket.with_context(support_ask_before_close=True)
        action = asked.action_close()
        dialog = self.env["support.close.ticket"].with_context(**action["context"])
        self.assertEqual(dialog.create({}).request_count, 1)

    def test_the_department_learns_nothing_of_the_ticket_but_its_number(self):
        self.ticket.name = "Divorce papers in the parcel"
        request = self.ask().with_user(self.packer)
        self.assertEqual(request.ticket_number, self.ticket.number)
        with self.assertRaises(AccessError):
            request.read(["ticket_id"])
        seen = str(request.web_read({name: {} for name in self.get_readable(request)}))
        self.assertNotIn("Divorce", seen)
        # Nor by asking what fits until something is found.
        requests = self.env["support.request"].with_user(self.packer)
        for domain in (
            [("ticket_id.name", "ilike", "Divorce")],
            [("ticket_id", "ilike", "Divorce")],
        ):
            with self.assertRaises(AccessError):
                requests.search(domain)
        with self.assertRaises(AccessError):
            requests.formatted_read_group([], ["ticket_id"], ["__count"])

    def get_readable(self, request):
        return [
            name
            for name in request.fields_get(attributes=[])
            if name not in ("message_ids", "message_follower_ids", "activity_ids")
        ]

    def test_every_view_of_requests_opens_for_the_department(self):
        request = self.ask().with_user(self.packer)
        views = request.get_views(
            [(False, kind) for kind in ("list", "form", "search", "pivot")]
        )
        names = views["models"]["support.request"]["fields"]
        self.assertIn("answer", names)
        self.assertNotIn("ticket_id", names)

    def test_who_is_in_a_department_has_a_menu_and_no_tickets_in_it(self):
        requests = self.env.ref("customer_support.support_request_menu")
        tickets = self.env.ref("customer_support.support_ticket_all_menu")
        for user, menus in (
            (self.packer, requests),
            (self.helper, requests),
            (self.stranger, requests.browse()),
            (self.agent, requests | tickets),
        ):
            with self.subTest(user=user.name):
                shown = self.get_menus(user) & (requests | tickets)
                self.assertEqual(shown, menus)
        self.warehouse.member_ids -= self.helper
        self.assertNotIn(requests, self.get_menus(self.helper))

    def get_menus(self, user):
        """The menus that somebody reaches by a click."""
        menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        reached, ways = [], [*menus["root"]["children"]]
        while ways:
            menu = ways.pop()
            reached.append(menu)
            ways += menus[menu]["children"]
        return self.env["ir.ui.menu"].browse(sorted(reached))
