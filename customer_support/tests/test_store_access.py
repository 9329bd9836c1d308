from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.customer_support.tests.store_common import StoreCommon

FORMS = {
    "sale.order": "customer_support.sale_order_view_form_support",
    "stock.picking": "customer_support.stock_picking_view_form_support",
    "account.move": "customer_support.account_move_view_form_support",
}


@tagged("post_install", "-at_install")
class TestStoreAccess(StoreCommon):
    """An agent reads the store's documents, and nothing more; others as before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deliver_and_invoice()
        cls.program = cls.env["loyalty.program"].create(
            {"name": "Gold club", "program_type": "loyalty"}
        )
        cls.card = cls.env["loyalty.card"].create(
            {
                "program_id": cls.program.id,
                "partner_id": cls.customer.id,
                "points": 320,
            }
        )
        cls.documents = [
            cls.sale,
            cls.sale.order_line,
            cls.picking,
            cls.picking.move_ids,
            cls.lot_1,
            cls.invoice,
            cls.card,
        ]

    def test_agent_has_no_group_of_the_store(self):
        for group in (
            "sales_team.group_sale_salesman",
            "stock.group_stock_user",
            "account.group_account_readonly",
            "account.group_account_invoice",
        ):
            self.assertFalse(self.agent_own.has_group(group), group)

    def test_agent_reads_documents_and_changes_none(self):
        for document in self.documents:
            document = document.with_user(self.agent_own)
            with self.subTest(document):
                document.check_access("read")
                self.assertTrue(document.read(["display_name"]))
                for operation in ("write", "unlink"):
                    with self.assertRaises(AccessError):
                        document.check_access(operation)
                with self.assertRaises(AccessError):
                    document.browse().check_access("create")

    def test_agent_opens_documents_in_forms_without_buttons(self):
        for document in (self.sale, self.picking, self.invoice):
            with self.subTest(document):
                action = document.with_user(self.agent_own).get_formview_action()
                view_id = action["views"][0][0]
                self.assertEqual(view_id, self.env.ref(FORMS[document._name]).id)
                self.read_view(document.with_user(self.agent_own), view_id, "form")

    def test_agent_opens_lists_of_documents(self):
        for document in (self.sale, self.picking, self.invoice):
            with self.subTest(document):
                view_id = document._get_support_list_id()
                self.read_view(document.with_user(self.agent_own), view_id, "list")

    def read_view(self, document, view_id, view_type):
        """Read all that a view shows, as the web client does."""
        self.env.flush_all()
        self.env.invalidate_all()
        view = document.get_view(view_id, view_type)
        models = view["models"]
        specification = {name: {} for name in models[document._name]}
        for name in specification:
            field = document._fields[name]
            if field.type in ("one2many", "many2one"):
                names = (
                    models.get(field.comodel_name, ())
                    if (field.type == "one2many")
                    else ("display_name",)
                )
                specification[name] = {
                    "fields": {
                        sub: {}
                        for sub in names
                        if document.env[field.comodel_name]._has_field_access(
                            document.env[field.comodel_name]._fields[sub], "read"
                        )
                    }
                }
        self.assertTrue(document.web_read(specification))

    def test_seller_keeps_his_own_form(self):
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        action = self.sale.with_user(seller).get_formview_action()
        self.assertFalse(action["views"][0][0])
        seller.group_ids += self.env.ref("customer_support.group_support_agent")
        action = self.sale.with_user(seller).get_formview_action()
        self.assertFalse(action["views"][0][0])

    def test_vendor_bills_and_entries_stay_hidden(self):
        bill, entry = self.env["account.move"].create(
            [
                {"move_type": "in_invoice", "partner_id": self.customer_b.id},
                {"move_type": "entry"},
            ]
        )
        for move in (bill, entry):
            with self.assertRaises(AccessError):
                move.with_user(self.agent_own).read(["name"])
        lines = self.env["account.move.line"].with_user(self.agent_own).search([])
        self.assertLessEqual(
            set(lines.sudo().move_id.mapped("move_type")), {"out_invoice", "out_refund"}
        )

    def test_other_company_stays_hidden(self):
        other = self.env["res.company"].create({"name": "Other shop"})
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "company_id": other.id}
        )
        with self.assertRaises(AccessError):
            order.with_user(self.agent_own).read(["name"])
        panel = self.open_panel(self.make_ticket())
        self.assertNotIn(order.id, [found["id"] for found in panel["orders"]])
        outsider = new_test_user(
            self.env,
            "outsider",
            groups="base.group_user,customer_support.group_support_agent_all",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        with self.assertRaises(AccessError):
            self.make_ticket().with_user(outsider).get_store_context()
        with self.assertRaises(AccessError):
            self.env["support.ticket"].with_user(outsider).get_store_context(
                {"partner_id": self.customer.id, "sale_order_id": self.sale.id}
            )

    def test_own_orders_of_a_seller_stay_his_own(self):
        """Who sells sees as before; who also supports reads all, writes his own."""
        groups = "sales_team.group_sale_salesman"
        seller = new_test_user(self.env, "seller", groups=groups)
        self.sale.user_id = self.lead
        own = self.make_order([(self.bulb, 1)], user_id=seller.id)
        with self.assertRaises(AccessError):
            self.sale.with_user(seller).read(["name"])
        own.with_user(seller).write({"client_order_ref": "A-1"})
        seller.group_ids += self.env.ref("customer_support.group_support_agent")
        self.assertTrue(self.sale.with_user(seller).read(["name"]))
        own.with_user(seller).write({"client_order_ref": "A-2"})
        with self.assertRaises(AccessError):
            self.sale.with_user(seller).write({"client_order_ref": "A-3"})

    def test_employee_without_support_group_gains_nothing(self):
        clerk = new_test_user(self.env, "clerk", groups="base.group_user")
        for document in (self.sale, self.picking, self.invoice, self.card):
            with self.subTest(document), self.assertRaises(AccessError):
                document.with_user(clerk).read(["display_name"])
        with self.assertRaises(AccessError):
            self.env["support.ticket"].with_user(clerk).get_store_context(
                {"partner_id": self.customer.id}
            )

    def test_portal_gets_nothing_of_the_panel(self):
        ticket = self.make_ticket(sale_order_id=self.sale.id)
        for user in (self.portal_user, self.portal_user_b):
            with self.subTest(user.login), self.assertRaises(AccessError):
                ticket.with_user(user).get_store_context()
            with self.assertRaises(AccessError):
                ticket.with_user(user).action_set_affected_line(self.bulb_line.id, 1)

    def test_agent_of_another_team_gets_nothing(self):
        ticket = self.make_ticket(sale_order_id=self.sale.id)
        ticket.action_set_affected_line(self.bulb_line.id, 1)
        with self.assertRaises(AccessError):
            ticket.with_user(self.agent_b).get_store_context()
        lines = self.env["support.ticket.line"].with_user(self.agent_b)
        self.assertFalse(lines.search([("ticket_id", "=", ticket.id)]))
        with self.assertRaises(AccessError):
            ticket.line_ids.with_user(self.agent_b).read(["quantity"])

    def test_history_of_another_team_stays_hidden(self):
        ticket = self.make_ticket()
        self.agent_replies(ticket)
        for model in ("support.ticket.event", "support.ticket.wait"):
            domain = [("ticket_id", "=", ticket.id)]
            self.assertTrue(self.env[model].search(domain), model)
            self.assertTrue(self.env[model].with_user(self.agent).search(domain), model)
            self.assertFalse(
                self.env[model].with_user(self.agent_b).search(domain), model
            )
