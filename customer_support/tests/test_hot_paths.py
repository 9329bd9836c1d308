"""What runs all day reads an index, however many tickets there are.

A small table is read as a whole whatever its indices; with that switched off the
planner says whether there is an index that it could use.
"""

from odoo.tests import tagged
from odoo.tools import SQL

from .common import SupportCommon


@tagged("post_install", "-at_install")
class TestHotPaths(SupportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Of two indices that would do, the planner takes the better one only where it
        # has seen that few tickets are open, and few those of one customer or team.
        cls.customers = cls.env["res.partner"].create(
            [
                {"name": f"Customer {number}", "email": f"c{number}@customer.example"}
                for number in range(20)
            ]
        )
        tickets = cls.env["support.ticket"].create(
            [
                {
                    "name": f"Lamp {number} arrived broken",
                    "partner_id": cls.customers[number % 20].id,
                    "team_id": (cls.team if number % 20 else cls.team_b).id,
                    "user_id": number % 20 == 10 and cls.agent.id,
                }
                for number in range(400)
            ]
        )
        find_stage = cls.env["support.stage"]._find_id
        cls.new_stage_id = find_stage(cls.team.id, "new")
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE support_ticket SET closed_at = opened_at, stage_id = %s"
            " WHERE id = ANY(%s) AND id %% 10 <> 0",
            [find_stage(cls.team.id, "solved"), tickets.ids],
        )
        cls.env.cr.execute("ANALYZE support_ticket")

    def explain(self, model, domain, order="id DESC", limit=80):
        query = self.env[model].sudo()._search(domain, order=order, limit=limit)
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute("SET LOCAL enable_sort = off")
        rows = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
        self.env.cr.execute("SET LOCAL enable_sort = on")
        self.env.cr.execute("SET LOCAL enable_seqscan = on")
        return "\n".join(row[0] for row in rows)

    def assertUses(self, plan, *indices):
        self.assertNotIn("Seq Scan", plan)
        self.assertTrue(any(name in plan for name in indices), plan)

    def test_the_lists_of_agents_and_customers(self):
        is_open = ("closed_at", "=", False)
        for domain, *indices in (
            ([("team_id", "=", self.team_b.id), is_open], "open_team_idx"),
            ([("user_id", "=", self.agent.id), is_open], "open_agent_idx"),
            ([is_open], "open_idx", "open_stage_idx"),
            ([("partner_id", "=", self.customers[0].id)], "partner_idx"),
            ([("stage_id", "=", self.new_stage_id)], "stage_idx"),
        ):
            with self.subTest(domain):
                self.assertUses(self.explain("support.ticket", domain), *indices)

    def test_the_cases_of_an_order(self):
        domain = [("sale_order_id", "=", self.order.id)]
        plan = self.explain("support.ticket", domain, order="sale_order_id")
        self.assertUses(plan, "order_idx")

    def test_whether_mails_run_in_a_circle(self):
        domain = [
            ("email_normalized", "=", self.customers[0].email),
            ("create_date", ">=", "2026-03-02 13:00:00"),
        ]
        plan = self.explain(
            "support.ticket", domain, order="email_normalized, create_date"
        )
        self.assertUses(plan, "email_idx")

    def test_each_job_finds_what_is_due_by_an_index_of_its_own(self):
        jobs = [
            self.env[name]
            for name, model in self.registry.items()
            if hasattr(model, "_due_job_column") and not model._abstract
        ]
        self.assertIn("support.ticket", [model._name for model in jobs])
        for model in jobs:
            with self.subTest(model._name):
                rows = self.env.execute_query(
                    SQL(
                        """SELECT 1 FROM pg_index index
                             JOIN pg_attribute part
                               ON part.attrelid = index.indrelid
                              AND part.attnum = index.indkey[0]
                            WHERE index.indrelid = %s::regclass
                              AND part.attname = %s""",
                        model._table,
                        model._due_job_column,
                    )
                )
                self.assertTrue(rows, "no index begins with the job's column")
