"""Two colleagues press the same button at the same moment, each in a transaction."""

from datetime import datetime, timedelta
from functools import partial
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.customer_support.tests.parallel_common import ParallelCase


class ManagersCase(ParallelCase):
    """Two managers of support who are really there."""

    def setUp(self):
        super().setUp()
        self.managers = self.hire("manager", 2)

    def hire(self, role, count):
        """Users with a role of support, who go again at the end."""
        users, partners = self.run_really(partial(self.make_users, role, count))
        self.forget(partners)
        self.forget(users)
        return users

    def make_users(self, role, count, env):
        groups = ("base.group_user", f"customer_support.group_support_{role}")
        users = env["res.users"].with_context(no_reset_password=True)
        users = users.create(
            [
                {
                    "name": f"{role} {number}",
                    "login": f"metrics.at.once.{role}.{number}",
                    "email": f"{role}.{number}@store.example",
                    "group_ids": [Command.set([env.ref(name).id for name in groups])],
                }
                for number in range(count)
            ]
        )
        return users, users.partner_id

    def assertOneOf(self, results):
        """One did it, the other was told in words that somebody else had."""
        self.assertEqual(results.count("done"), 1, results)
        [refused] = [one for one in results if one != "done"]
        self.assertIsInstance(refused, UserError, results)
        self.assertNotIn("grab a lock", str(refused))


@tagged("post_install", "-at_install")
class TestReleaseAtOnce(ManagersCase):
    def setUp(self):
        super().setUp()
        self.agent = self.hire("agent_team", 1)
        team = self.run_really(self.make_team)
        self.forget(team)
        self.ticket_id, self.held_id = self.run_really(partial(self.hold, team.id))
        self.forget(self.env["support.ticket"].browse(self.ticket_id))

    def make_team(self, env):
        first, second = self.managers.ids
        return env["support.team"].create(
            {
                "name": "At once",
                "member_ids": [Command.set(self.agent.ids)],
                "mentored_replies": 3,
                "mentor_id": first,
                "leader_id": second,
            }
        )

    def hold(self, team_id, env):
        ticket = env["support.ticket"].create(
            {
                "name": "Lamp arrived broken",
                "team_id": team_id,
                "email_from": "at.once@customer.example",
            }
        )
        ticket.with_user(self.agent.ids[0]).message_post(
            body="We are sorry.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        held = env["support.held.reply"].search([("ticket_id", "=", ticket.id)])
        self.assertEqual(held.state, "waiting")
        return ticket.id, held.id

    def decide(self, name, user_id, env, meet):
        held = env["support.held.reply"].with_user(user_id).browse(self.held_id)
        # Both have seen that it waits.
        held.state  # noqa: B018
        meet()
        if name == "action_send_back":
            held.feedback = "Name the day, please."
        getattr(held, name)()
        return "done"

    def count_replies(self):
        """What the customer was told, and what counts as an answer."""

        def count(env):
            rows = env.execute_query(
                SQL(
                    """SELECT (SELECT count(*) FROM mail_message message
                                 JOIN mail_message_subtype subtype
                                   ON subtype.id = message.subtype_id
                                WHERE message.model = 'support.ticket'
                                  AND message.res_id = %(id)s
                                  AND message.message_type = 'comment'
                                  AND subtype.internal IS NOT TRUE),
                              (SELECT count(*) FROM support_ticket_event
                                WHERE ticket_id = %(id)s AND kind = 'reply')""",
                    id=self.ticket_id,
                )
            )
            return rows[0]

        return self.run_really(count)

    def get_state(self):
        return self.run_really(
            lambda env: env["support.held.reply"].browse(self.held_id).state
        )

    def test_two_mentors_release_a_reply_once(self):
        first, second = self.managers.ids
        results = self.at_once(
            partial(self.decide, "action_release", first),
            partial(self.decide, "action_release", second),
        )
        self.assertOneOf(results)
        self.assertEqual(self.count_replies(), (1, 1))
        self.assertEqual(self.get_state(), "released")

    def test_released_or_sent_back_but_never_both(self):
        first, second = self.managers.ids
        results = self.at_once(
            partial(self.decide, "action_release", first),
            partial(self.decide, "action_send_back", second),
        )
        self.assertEqual(results.count("done"), 1, results)
        released = self.get_state() == "released"
        self.assertEqual(self.count_replies(), (1, 1) if released else (0, 0))


@tagged("post_install", "-at_install")
class TestIncidentAtOnce(ManagersCase):
    def setUp(self):
        super().setUp()
        # Tickets of the demo data are left alone.
        incidents = self.registry["support.proactive.incident"]
        self.enterContext(patch.object(incidents, "_gather_tickets", lambda one: None))
        self.incident_id = self.run_really(self.make_incident)
        self.addCleanup(self.run_really, self.clean)

    def make_incident(self, env):
        domain = [
            ("picking_type_code", "=", "outgoing"),
            ("carrier_id", "!=", False),
            ("sale_id.state", "=", "sale"),
            ("state", "not in", ("draft", "cancel")),
            ("support_arrived_at", "=", False),
        ]
        picking = env["stock.picking"].search(domain, limit=1)
        if not picking:
            self.skipTest("The demo data has no parcel that is under way.")
        now = datetime.now()
        incident = env["support.proactive.incident"].create(
            {
                "name": "At once",
                "company_id": picking.company_id.id,
                "carrier_id": picking.carrier_id.id,
                "date_from": now - timedelta(days=3650),
                "date_to": now + timedelta(days=3650),
            }
        )
        incident.action_count()
        self.assertTrue(incident.counted)
        return incident.id

    def clean(self, env):
        ids = SQL("incident_id = %s", self.incident_id)
        env.cr.execute(
            SQL(
                """DELETE FROM mail_message
                    WHERE model = 'support.proactive.notice' AND res_id IN
                          (SELECT id FROM support_proactive_notice WHERE %s)""",
                ids,
            )
        )
        env.cr.execute(SQL("DELETE FROM support_proactive_notice WHERE %s", ids))
        incident = env["support.proactive.incident"].browse(self.incident_id)
        incident.ticket_id.unlink()
        incident.unlink()

    def press(self, name, user_id, env, meet):
        incidents = env["support.proactive.incident"].with_user(user_id)
        incident = incidents.browse(self.incident_id)
        incident.state  # noqa: B018
        meet()
        getattr(incident, name)()
        return "done"

    def press_both(self, name):
        return self.at_once(
            *(partial(self.press, name, user_id) for user_id in self.managers.ids)
        )

    def plan(self, env, meet):
        meet()
        env["support.proactive.incident"]._cron_plan()
        return "done"

    def count(self):
        """Parent tickets, notices, and orders with a notice of this incident."""

        def count(env):
            incident = env["support.proactive.incident"].browse(self.incident_id)
            notices = env["support.proactive.notice"].search(
                [("incident_id", "=", self.incident_id)]
            )
            name = incident._prepare_parent_values()["name"]
            tickets = env["support.ticket"].search_count([("name", "=", name)])
            return tickets, len(notices), len(notices.order_id)

        return self.run_really(count)

    def test_two_managers_begin_it_once_and_each_order_is_noted_once(self):
        self.assertOneOf(self.press_both("action_start"))
        self.assertEqual(self.count()[0], 1)
        self.assertEqual(self.at_once(self.plan, self.plan), ["done", "done"])
        _tickets, notices, orders = self.count()
        self.assertGreater(notices, 0)
        self.assertEqual(notices, orders)

    def test_two_managers_end_it_once(self):
        self.press_both("action_start")
        self.assertOneOf(self.press_both("action_close_and_inform"))
        state = self.run_really(
            lambda env: env["support.proactive.incident"].browse(self.incident_id).state
        )
        self.assertEqual(state, "closed")
