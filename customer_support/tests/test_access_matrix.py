"""Who may do what to every model of the addon, against a list that people review.

A new model or a new button fails these tests until it stands in the lists, so nobody
opens a door by accident. The message of a failure shows
the line that is missing.
"""

import csv
import inspect
from pathlib import Path

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SupportCommon

EXPECTED = Path(__file__).parent / "expected"
ADDON = "customer_support"
OPERATIONS = {"create": "c", "read": "r", "write": "w", "unlink": "u"}


@tagged("post_install", "-at_install")
class TestAccessMatrix(SupportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.actors = {
            "public": cls.env.ref("base.public_user"),
            "portal": cls.portal_user,
            "employee": cls._new_agent("eve", "Eve Luz", "base.group_user"),
            "agent": cls.agent_own,
            "manager": cls.lead,
        }

    def _get_own_models(self):
        """The models that this addon brings (not those that it extends)."""
        models = self.env["ir.model"].search([])
        return sorted(
            model.model
            for model in models
            if self.env.registry[model.model]._original_module == ADDON
            and not self.env[model.model]._abstract
        )

    def _get_rights(self, model, user):
        allowed = self.env[model].with_user(user)
        return "".join(
            letter
            for operation, letter in OPERATIONS.items()
            if allowed.has_access(operation)
        )

    def test_every_model_grants_what_the_list_says(self):
        with (EXPECTED / "access_matrix.csv").open(newline="") as lines:
            expected = {row.pop("model"): row for row in csv.DictReader(lines)}
        actual = {
            model: {
                name: self._get_rights(model, user)
                for name, user in self.actors.items()
            }
            for model in self._get_own_models()
        }
        self.maxDiff = None
        self.assertEqual(actual, expected)

    def test_every_method_that_a_browser_can_call_is_listed(self):
        expected = (EXPECTED / "public_methods.txt").read_text().split()
        self.maxDiff = None
        self.assertEqual(sorted(set(self._get_public_methods())), expected)

    def _get_public_methods(self):
        """``model.method`` of all doors that we open; overrides open none."""
        for name, model in self.env.registry.items():
            own = [cls for cls in model.__mro__ if self._is_ours(cls)]
            known = {
                method
                for cls in model.__mro__
                if cls not in own
                for method in vars(cls)
            }
            for cls in own:
                for method, function in vars(cls).items():
                    if method not in known and self._is_public_method(method, function):
                        yield f"{name}.{method}"

    def _is_ours(self, cls):
        return cls.__module__.startswith(f"odoo.addons.{ADDON}.")

    def _is_public_method(self, name, function):
        return (
            not name.startswith("_")
            and inspect.isfunction(inspect.unwrap(function))
            and not getattr(function, "_api_private", False)
        )

    def test_no_button_works_on_a_foreign_ticket(self):
        """Each button of a ticket, pressed for a ticket of another team."""
        ticket = self.make_ticket(team_id=self.team_b.id)
        before = ticket.read()[0]
        for user in (self.agent_own, self.portal_user):
            for method in self._get_ticket_buttons():
                with self.subTest(method=method, user=user.login):
                    self._press(ticket, method, user)
        ticket.invalidate_recordset()
        self.assertEqual(ticket.read()[0], before)

    def _get_ticket_buttons(self):
        return [
            line.split(".")[-1]
            for line in (EXPECTED / "public_methods.txt").read_text().split()
            if line.startswith("support.ticket.action_")
        ]

    def _press(self, ticket, method, user):
        foreign = self.env["support.ticket"].with_user(user).browse(ticket.id)
        try:
            with self.cr.savepoint():
                getattr(foreign, method)(*self._get_arguments(method))
        except (AccessError, UserError):
            self.env.invalidate_all()

    def _get_arguments(self, method):
        arguments = {
            "action_set_affected_line": (self.order.order_line[:1].id, 1),
            "action_use_macro": (self.env["support.macro"].search([], limit=1).id,),
        }
        return arguments.get(method, ())
