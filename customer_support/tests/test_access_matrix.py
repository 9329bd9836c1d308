from pathlib import Path

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .access_common import AccessChecks
from .common import SupportCommon


@tagged("post_install", "-at_install")
class TestAccessMatrix(AccessChecks, SupportCommon):
    addon = "customer_support"
    expected = Path(__file__).parent / "expected"

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
            for line in (self.expected / "public_methods.txt").read_text().split()
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
