"""Lists that are too wide for a phone are cards there."""

from lxml import etree

from odoo.tests import TransactionCase, tagged

# So many columns fit beside each other on a phone.
COLUMNS = 4


@tagged("post_install", "-at_install")
class TestPhone(TransactionCase):
    def get_columns(self, model):
        """The columns that stand in a list before anybody chooses others."""
        arch = etree.fromstring(self.env[model].get_view(False, "list")["arch"])
        return [
            field.get("name")
            for field in arch.findall("field")
            if field.get("optional") != "hide"
            and field.get("column_invisible") not in ("1", "True")
            and field.get("widget") != "handle"
        ]

    def test_a_wide_list_has_cards_for_a_phone(self):
        own = self.env["ir.model.data"].search(
            [
                ("module", "=", "customer_support_metrics"),
                ("model", "=", "ir.actions.act_window"),
            ]
        )
        actions = self.env["ir.actions.act_window"].browse(own.mapped("res_id"))
        lists = actions.filtered(lambda action: action.view_mode.startswith("list"))
        self.assertGreater(len(lists), 15)
        for action in lists:
            columns = self.get_columns(action.res_model)
            if len(columns) > COLUMNS:
                with self.subTest(action.res_model, columns=columns):
                    self.assertIn("kanban", action.view_mode.split(","))
                    view = self.env[action.res_model].get_view(False, "kanban")
                    # A card that Odoo makes up itself has the name alone.
                    self.assertIn('t-name="card"', view["arch"])
                    self.assertTrue(view["id"])
