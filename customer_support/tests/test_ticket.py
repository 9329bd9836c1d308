from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SupportCommon


@tagged("post_install", "-at_install")
class TestTicket(SupportCommon):
    def test_numbers_without_a_gap_may_be_chosen(self):
        sequence = self.env.ref("customer_support.support_ticket_sequence")
        sequence.write({"implementation": "no_gap", "number_next": 70_001})
        first, second = self.make_ticket(), self.make_ticket()
        self.assertEqual(first.number[-5:], "70001")
        self.assertEqual(second.number[-5:], "70002")

    def test_numbers_are_written_as_the_sequence_says_now(self):
        sequence = self.env.ref("customer_support.support_ticket_sequence")
        self.make_ticket()
        sequence.write({"prefix": "S%(year)s/", "suffix": "-BR", "padding": 7})
        year = fields.Date.context_today(sequence).year
        self.assertRegex(self.make_ticket().number, rf"^S{year}/\d{{7}}-BR$")
        sequence.write({"prefix": False, "suffix": False, "padding": 0})
        self.assertRegex(self.make_ticket().number, r"^\d+$")

    def test_a_batch_gets_distinct_numbers_in_order(self):
        tickets = self.env["support.ticket"].create(
            [{"name": f"Question {n}", "team_id": self.team.id} for n in range(20)]
        )
        numbers = [int(ticket.number) for ticket in tickets]
        self.assertEqual(numbers, sorted(set(numbers)))
        self.assertEqual(tickets[0].display_name, f"#{numbers[0]} Question 0")

    def test_no_sign_in_a_title_turns_the_list_round(self):
        turned = "Boleto \u202efdp.1234\u202c de \u2067Ana\u2069"
        straight = "Boleto fdp.1234 de Ana"
        ticket = self.make_ticket(name=turned, partner_name="\u202eanA")
        self.assertEqual((ticket.name, ticket.partner_name), (straight, "anA"))
        ticket.name = "\u202dLamp"
        self.assertEqual(ticket.name, "Lamp")
        hebrew = "\u200fהזמנה 123\u200e"
        ticket.name = hebrew
        self.assertEqual(ticket.name, hebrew)

    def test_the_details_say_which_colleague_opened_it(self):
        tickets, values = self.env["support.ticket"], {"name": "Lamp arrived broken"}
        called = tickets.with_user(self.agent).create(values)
        self.assertEqual(called.opened_by_id, self.agent)
        self.assertFalse(called.message_ids)
        # sudo: as the portal opens them
        asked = tickets.with_user(self.portal_user).sudo().create(values)
        by_mail = self.make_ticket()
        self.assertFalse((asked | by_mail).opened_by_id)
        self.assertFalse(self.env["support.ticket"].new({}).opened_by_id)

    def test_the_details_still_name_a_colleague_who_left(self):
        tickets = self.env["support.ticket"].with_user(self.agent)
        ticket = tickets.create({"name": "Lamp arrived broken"})
        self.agent.active = False
        self.env.invalidate_all()
        self.assertEqual(ticket.opened_by_id, self.agent)

    def test_what_is_logged_without_a_text_still_shows_its_change(self):
        ticket = self.make_ticket()
        ticket._message_log(body="", subject="Called back")
        self.assertEqual(ticket.message_ids.subject, "Called back")

    def test_a_number_is_unique_in_the_database(self):
        first, second = self.make_ticket(), self.make_ticket()
        with self.assertRaises(Exception) as raised, self.cr.savepoint():
            second.number = first.number
            second.flush_recordset()
        self.assertIn("number", str(raised.exception))

    def test_agent_takes_a_ticket_and_a_colleague_is_told(self):
        ticket = self.make_ticket()
        ticket.with_user(self.agent).action_take()
        self.assertEqual(ticket.user_id, self.agent)
        with self.assertRaisesRegex(UserError, "Bia Ramos"):
            ticket.with_user(self.lead).action_take()

    def test_stages_follow_the_buttons(self):
        ticket = self.make_ticket()
        for action, kind in (
            ("action_open", "open"),
            ("action_wait", "waiting"),
            ("action_hold", "on_hold"),
            ("action_close", "solved"),
            ("action_reopen", "open"),
            ("action_cancel", "cancelled"),
        ):
            getattr(ticket.with_user(self.agent), action)()
            self.assertEqual(ticket.stage_kind, kind)
            self.assertEqual(bool(ticket.closed_at), kind in ("solved", "cancelled"))

    def test_a_team_without_a_stage_of_a_kind_says_what_to_do(self):
        self.env.ref("customer_support.stage_on_hold").active = False
        with self.assertRaisesRegex(UserError, "Configuration"):
            self.make_ticket().action_hold()

    def test_the_kind_of_a_used_stage_is_fixed(self):
        ticket = self.make_ticket()
        with self.assertRaisesRegex(UserError, "cannot be"):
            ticket.stage_id.kind = "open"

    def test_public_answer_reaches_a_known_and_an_unknown_customer(self):
        ticket = self.make_ticket()
        message = self.agent_replies(ticket)
        self.assertIn(self.customer, message.notified_partner_ids)
        guest = self.make_ticket(partner_id=False, email_from="eva@example.com")
        mail = self.agent_replies(guest).sudo().mail_ids
        self.assertIn("eva@example.com", "".join(mail.mapped("email_to")))

    def test_internal_note_does_not_reach_the_customer(self):
        ticket = self.make_ticket()
        self.agent_replies(ticket)
        note = ticket.with_user(self.agent).message_post(
            body="Packaging again", subtype_xmlid="mail.mt_note"
        )
        self.assertNotIn(self.customer, note.notified_partner_ids)

    def test_first_answer_assigns_the_agent_and_starts_work(self):
        ticket = self.make_ticket()
        self.agent_replies(ticket)
        self.assertEqual((ticket.user_id, ticket.stage_kind), (self.agent, "open"))

    def test_customer_message_brings_a_waiting_or_solved_ticket_back(self):
        ticket = self.make_ticket()
        for action in ("action_wait", "action_close"):
            getattr(ticket, action)()
            self.customer_writes(ticket)
            self.assertEqual(ticket.stage_kind, "open")
        self.assertEqual(ticket.reopen_count, 1)


@tagged("post_install", "-at_install")
class TestTicketAccess(SupportCommon):
    def test_agent_sees_own_team_only(self):
        ticket = self.make_ticket()
        other = self.make_ticket(team_id=self.team_b.id)
        seen = self.env["support.ticket"].with_user(self.agent)
        self.assertEqual(seen.search([("id", "in", (ticket | other).ids)]), ticket)
        with self.assertRaises(AccessError):
            other.with_user(self.agent).read(["name"])

    def test_agent_of_own_tickets_sees_own_and_unassigned(self):
        mine = self.make_ticket(user_id=self.agent_own.id)
        free, taken = self.make_ticket(), self.make_ticket(user_id=self.agent.id)
        seen = self.env["support.ticket"].with_user(self.agent_own)
        self.assertEqual(
            seen.search([("id", "in", (mine | free | taken).ids)]), mine | free
        )

    def test_agent_removed_from_the_team_loses_the_ticket_he_follows(self):
        ticket = self.make_ticket(user_id=self.agent.id)
        ticket.message_subscribe(self.agent.partner_id.ids)
        self.team.member_ids -= self.agent
        with self.assertRaises(AccessError):
            ticket.with_user(self.agent).read(["name"])

    def test_customers_see_their_own_tickets_only(self):
        ticket = self.make_ticket()
        self.assertTrue(ticket.with_user(self.portal_user).read(["name"]))
        with self.assertRaises(AccessError):
            ticket.with_user(self.portal_user_b).read(["name"])

    def test_a_claimed_customer_sees_nothing(self):
        ticket = self.make_ticket(
            partner_id=False,
            claimed_partner_id=self.customer.id,
            email_from=self.customer.email,
        )
        with self.assertRaises(AccessError):
            ticket.with_user(self.portal_user).read(["name"])

    def test_another_company_is_out_of_reach_even_for_a_manager(self):
        company = self.env["res.company"].create({"name": "Second store"})
        team = self.env["support.team"].create(
            {
                "name": "Second support",
                "company_id": company.id,
                "resource_calendar_id": False,
            }
        )
        ticket = self.make_ticket(team_id=team.id)
        with self.assertRaises(AccessError):
            ticket.with_user(self.lead).read(["name"])
        found = (
            self.env["support.ticket"]
            .with_user(self.lead)
            .with_context(allowed_company_ids=(company | self.env.company).ids)
        )
        with self.assertRaises(AccessError):
            found.search([("id", "=", ticket.id)]).read(["name"])

    def test_nobody_sets_times_or_history_by_hand(self):
        ticket = self.make_ticket()
        with self.assertRaisesRegex(AccessError, "first_response_seconds"):
            ticket.with_user(self.lead).write({"first_response_seconds": 1})
        with self.assertRaises(AccessError):
            self.env["support.ticket"].with_user(self.lead).create(
                {"name": "x", "team_id": self.team.id, "opened_at": "2020-01-01"}
            )
        with self.assertRaises(AccessError):
            ticket.event_ids.with_user(self.lead).unlink()
        with self.assertRaises(AccessError):
            ticket.event_ids.sudo().write({"kind": "reply"})
        with self.assertRaises(AccessError):
            self.env["support.ticket.event"].with_user(self.lead).create(
                {"kind": "reply", "author_kind": "human", "at": "2026-01-01"}
            )
