from lxml import etree

from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common import SupportCommon

AGENT_MODELS = (
    "support.ticket",
    "support.team",
    "support.macro",
    "support.reason",
    "support.stage",
    "support.tag",
    "support.channel",
    "support.log.call",
    "support.apply.macro",
)


@tagged("post_install", "-at_install")
class TestViews(SupportCommon):
    def read_view(self, user, model, view):
        """Read records as the web client does with all fields of a view."""
        arch = etree.fromstring(view["arch"])
        inner = {
            node.get("name")
            for parent in arch.xpath("//field//field")
            for node in [parent]
        }
        fields = view["models"][model]["fields"]
        names = [
            node.get("name")
            for node in arch.iter("field")
            if node.get("name") in fields and node.get("name") not in inner
        ]
        records = self.env[model].with_user(user).search([], limit=5)
        return records.web_read({name: {} for name in names})

    def test_an_agent_opens_every_view_of_every_model(self):
        ticket = self.make_ticket(sale_order_id=self.order.id)
        self.customer_writes(ticket)
        for user in (self.agent, self.agent_own, self.lead):
            for model in AGENT_MODELS:
                views = self.env["ir.ui.view"].search(
                    [("model", "=", model), ("mode", "=", "primary")]
                )
                for view in views.filtered(lambda v: v.type != "search"):
                    with self.subTest(user=user.login, view=view.name):
                        got = (
                            self.env[model]
                            .with_user(user)
                            .get_views([(view.id, view.type)])
                        )
                        description = {
                            "arch": got["views"][view.type]["arch"],
                            "models": got["models"],
                        }
                        self.read_view(user, model, description)

    def test_every_action_of_the_menu_opens_for_who_sees_it(self):
        root = self.env.ref("customer_support.support_menu_root")
        for user in (self.agent, self.lead):
            menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
            ours = [
                menu
                for menu in menus.values()
                if menu.get("app_id") == root.id and menu.get("action_model")
            ]
            self.assertTrue(ours, user.login)
            for menu in ours:
                if menu["action_model"] != "ir.actions.act_window":
                    continue
                action = (
                    self.env[menu["action_model"]]
                    .with_user(user)
                    .browse(menu["action_id"])
                    ._get_action_dict()
                )
                with self.subTest(user=user.login, menu=menu["name"]):
                    self.env[action["res_model"]].with_user(user).get_views(
                        action["views"]
                    )

    def test_configuration_is_for_managers(self):
        visible = self.env["ir.ui.menu"].with_user(self.agent)._visible_menu_ids()
        config = self.env.ref("customer_support.support_config_menu")
        queue = self.env.ref("customer_support.support_ticket_queue_menu")
        self.assertNotIn(config.id, visible)
        self.assertIn(queue.id, visible)

    def test_the_filters_of_the_search_view_find_what_they_say(self):
        with self.at(2026, 3, 2, 13):
            waiting = self.make_ticket(name="Waiting")
            mine = self.make_ticket(name="Mine", user_id=self.agent.id)
            self.agent_replies(mine)
        solved = self.make_ticket(name="Solved")
        solved.action_close()
        ours = waiting | mine | solved
        with self.at(2026, 3, 4, 13):
            found = {
                name: self.apply_filter(name) & ours
                for name in (
                    "my_queue",
                    "unassigned",
                    "waiting_for_us",
                    "late",
                    "due_today",
                    "open",
                    "solved",
                )
            }
        self.assertEqual(found["my_queue"], ours)
        self.assertEqual(found["unassigned"], waiting | solved)
        self.assertEqual(found["waiting_for_us"], waiting)
        self.assertIn(waiting, found["late"])
        self.assertNotIn(solved, found["late"])
        self.assertIn(waiting, found["due_today"])
        self.assertEqual(found["open"], waiting | mine)
        self.assertEqual(found["solved"], solved)

    def apply_filter(self, name):
        view = self.env.ref("customer_support.support_ticket_view_search")
        node = etree.fromstring(view.arch).find(f".//filter[@name='{name}']")
        tickets = self.env["support.ticket"].with_user(self.agent)
        domain = safe_eval(node.get("domain"), {"uid": self.agent.id})
        return tickets.search(domain).sudo()

    def test_quick_create_needs_a_subject_alone(self):
        view = "customer_support.support_ticket_view_form_quick_create"
        form = Form(self.env["support.ticket"].with_user(self.agent), view=view)
        form.name = "Lamp arrived broken"
        ticket = form.save()
        self.assertEqual(ticket.stage_kind, "new")
        self.assertEqual(ticket.team_id, self.team)

    def test_next_case_is_the_one_that_is_due_first(self):
        with self.at(2026, 3, 2, 13):
            first = self.make_ticket(name="First")
        with self.at(2026, 3, 2, 15):
            second = self.make_ticket(name="Second", user_id=self.agent.id)
            self.make_ticket(name="Colleague's", user_id=self.agent_own.id)
            spam = self.make_ticket(name="Spam")
            spam.exclusion = "spam"
            waiting = self.make_ticket(name="Waits")
            waiting.action_wait()
        Ticket = self.env["support.ticket"].with_user(self.agent)
        self.assertEqual(Ticket.browse(second.id).action_next()["res_id"], first.id)
        self.assertEqual(Ticket.browse(first.id).action_next()["res_id"], second.id)
        first.action_close()
        done = Ticket.browse(second.id).action_next()
        self.assertEqual(done["tag"], "display_notification")

    def test_the_overview_counts_each_team_with_a_fixed_number_of_queries(self):
        with self.at(2026, 3, 2, 13):
            self.make_ticket()
            self.make_ticket(user_id=self.agent.id)
            self.make_ticket(team_id=self.team_b.id).action_close()
        teams = self.team | self.team_b
        teams.invalidate_recordset()
        with self.assertQueryCount(4):
            self.assertEqual(teams.mapped("open_ticket_count"), [2, 0])
        self.assertEqual(self.team.unassigned_ticket_count, 1)
        self.assertEqual(self.team.waiting_ticket_count, 2)
        self.assertEqual(self.team.late_ticket_count, 2)

    def test_the_history_opens_for_one_ticket(self):
        ticket = self.make_ticket()
        action = ticket.with_user(self.lead).action_view_events()
        events = self.env["support.ticket.event"].search(action["domain"])
        self.assertEqual(events.ticket_id, ticket)
