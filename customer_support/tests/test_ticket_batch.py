"""Many tickets in one call: what they have in common is asked for once."""

from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from .common import SupportCommon

SETTINGS = (
    "support_stage",
    "support_channel",
    "support_reason",
    "support_sla_policy",
    "resource_calendar",
    "resource_calendar_attendance",
)


@tagged("post_install", "-at_install")
class TestTicketBatch(SupportCommon):
    def _count_queries(self, tickets):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        created = (
            self.env["support.ticket"]
            .with_user(self.lead)
            .create(
                [
                    {
                        "name": f"Lamp {number} arrived broken",
                        "team_id": self.team.id,
                        "partner_id": self.customer.id,
                    }
                    for number in range(tickets)
                ]
            )
        )
        self.env.flush_all()
        return self.env.cr.sql_log_count - before, created

    def test_a_large_batch_takes_no_more_queries_than_a_small_one(self):
        self._count_queries(2)
        few, _tickets = self._count_queries(2)
        many, tickets = self._count_queries(40)
        self.assertLessEqual(many, few + 2)
        self.assertEqual(len(set(tickets.mapped("number"))), 40)
        self.assertEqual(tickets.event_ids.mapped("kind"), ["created"] * 40)
        self.assertTrue(all(tickets.mapped("resolution_deadline")))

    def test_one_ticket_asks_for_no_settings_that_stay_the_same(self):
        self._count_queries(1)
        asked, execute = [], type(self.env.cr).execute

        def listen(cursor, query, *args, **kwargs):
            asked.append(str(getattr(query, "code", query)))
            return execute(cursor, query, *args, **kwargs)

        with patch.object(type(self.env.cr), "execute", listen):
            _queries, ticket = self._count_queries(1)
        self.assertTrue(ticket.resolution_deadline)
        self.assertFalse(ticket.message_ids)
        for table in SETTINGS:
            self.assertFalse([query for query in asked if f'FROM "{table}"' in query])
        self.assertEqual(sum('FROM "res_partner"' in query for query in asked), 1)
        self.assertLessEqual(len(asked), 10)

    def test_tickets_of_one_batch_get_the_deadlines_of_their_own_teams(self):
        self.team_b.resolution_target_hours = self.team.resolution_target_hours + 8
        values = {"name": "Where is my order?", "partner_id": self.customer.id}
        teams = self.team + self.team_b + self.team
        batch = self.env["support.ticket"].create(
            [{**values, "team_id": team.id} for team in teams]
        )
        alone = [self.make_ticket(team_id=team.id) for team in teams[:2]]
        self.assertEqual(batch[0].resolution_deadline, batch[2].resolution_deadline)
        self.assertLess(batch[0].resolution_deadline, batch[1].resolution_deadline)
        for ticket, single in zip(batch, alone, strict=False):
            self.assertAlmostEqual(
                ticket.resolution_deadline.timestamp(),
                single.resolution_deadline.timestamp(),
                delta=60,
            )

    def test_a_colleague_who_follows_the_team_is_told_of_its_new_tickets(self):
        subtype = self.env.ref("customer_support.mt_team_ticket_new")
        self.team.message_subscribe(self.lead.partner_id.ids, subtype.ids)
        ticket = self.make_ticket()
        self.assertIn(self.lead.partner_id, ticket.message_partner_ids)
        announced = ticket.message_ids.filtered(
            lambda message: (
                message.subtype_id == self.env.ref("customer_support.mt_ticket_new")
            )
        )
        self.assertIn(self.lead.partner_id, announced.notified_partner_ids)

    def test_without_such_a_follower_nobody_is_told(self):
        self.team.message_follower_ids = [Command.clear()]
        ticket = self.make_ticket()
        self.assertNotIn(self.lead.partner_id, ticket.message_partner_ids)
        self.assertFalse(ticket.message_ids)

    def test_what_is_known_beforehand_is_what_odoo_would_compute(self):
        self.customer.write({"phone": "+55 11 4004-0001", "lang": "en_US"})
        cases = [
            {"partner_id": self.customer.id},
            {"partner_id": self.customer.id, "email_from": "other@example.com"},
            {"partner_id": self.customer.id, "phone": "", "lang": False},
            {"email_from": "Ana <ANA@Example.com>", "partner_name": "Ana"},
            {"claimed_partner_id": self.customer.id, "email_from": "x@example.com"},
            {"partner_id": self.customer.id, "team_id": self.team_b.id},
            {"picking_id": self.order.picking_ids[:1].id},
            {"partner_id": self.customer.id, "sale_order_id": self.order.id},
            {},
        ]
        Ticket = self.env["support.ticket"]
        own = type(Ticket)
        names = {name for name, field in Ticket._fields.items() if field.precompute}
        self.assertLess({"company_id", "stage_kind", "lang"}, names)
        names |= {"team_id", "partner_id", "sale_order_id"}
        for case in cases:
            vals = {"name": "Where is my order?", "team_id": self.team.id, **case}
            fast = Ticket.create(dict(vals))
            with patch.object(own, "_prepare_computed_values", lambda *_args: {}):
                slow = Ticket.create(dict(vals))
            with self.subTest(case=case):
                for name in names:
                    self.assertEqual(fast[name], slow[name], name)

    def test_a_ticket_about_no_order_is_written_without_a_draft(self):
        values = {"name": "Do you ship to Recife?", "partner_id": self.customer.id}
        tickets = self.env["support.ticket"].with_context(lang="pt_BR")
        with patch.object(type(tickets), "new", side_effect=AssertionError):
            ticket = tickets.create({**values, "team_id": self.team.id})
            with self.assertRaises(AssertionError):
                tickets.create({**values, "sale_order_id": self.order.id})
        self.assertEqual(ticket.email_normalized, self.customer.email_normalized)

    # --- kept cheap -----------------------------------------------------------------

    def test_tickets_that_move_alike_and_others_keep_clocks_of_their_own(self):
        fresh = self._count_queries(3)[1]
        answered, closed = self.make_ticket(), self.make_ticket()
        self.customer_writes(answered)
        self.agent_replies(answered)
        closed.action_close()
        tickets = fresh + answered + closed
        counts = [ticket.assignment_count + 1 for ticket in tickets]
        tickets.with_user(self.lead).user_id = self.agent_b
        self.assertEqual([t.assignment_count for t in tickets], counts)
        for ticket in tickets:
            event = ticket.event_ids[-1]
            self.assertEqual((event.kind, event.agent_id), ("assign", self.agent_b))
            self.assertEqual(event.stage_kind, ticket.clock_kind)
        self.assertFalse(tickets._get_clock_differences())

    def test_a_new_ticket_knows_its_messages_and_followers_at_once(self):
        names = ("message_ids", "website_message_ids", "message_follower_ids")
        tickets = self._count_queries(2)[1].sudo()
        self.customer_writes(tickets[0])
        tickets[1]._message_log(body="Called")
        tickets.message_subscribe(self.customer_b.ids)
        partner = self.env["res.partner"].create({"name": "Ana"})
        partner.message_subscribe(self.lead.partner_id.ids)
        partner.message_post(body="Called")
        documents = [*tickets, partner]
        known = [[document[name] for name in names] for document in documents]
        self.env.invalidate_all()
        for document, lists in zip(documents, known, strict=True):
            for name, records in zip(names, lists, strict=True):
                with self.subTest(document=document, name=name):
                    self.assertTrue(document[name] or name == "website_message_ids")
                    self.assertEqual(set(records), set(document[name]))
        moved = tickets[1].message_ids[:1]
        self.assertNotIn(moved, tickets[0].message_ids)
        moved.res_id = tickets[0].id
        self.assertIn(moved, tickets[0].message_ids)

    def test_writes_to_a_new_ticket_leave_nothing_behind_until_the_commit(self):
        tickets = self._count_queries(1)[1]
        callbacks = len(self.env.cr.precommit._funcs)
        for number in range(5):
            ticket = tickets.with_context(number=number)
            ticket.priority = str(number % 2 * 2)
        self.assertEqual(len(self.env.cr.precommit._funcs), callbacks)

    def test_a_change_of_an_older_ticket_is_tracked_beside_a_new_one(self):
        older = self.make_ticket()
        self.env.cr.precommit.run()
        tickets = older + self._count_queries(1)[1]
        tickets.priority = "3"
        self.env.cr.precommit.run()
        self.assertEqual(older.message_ids.tracking_value_ids.new_value_char, "Urgent")
        self.assertFalse(tickets[1].message_ids.tracking_value_ids)
