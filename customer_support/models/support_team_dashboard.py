from odoo import fields, models


class SupportTeam(models.Model):
    """What a team has to do now, for the overview."""

    _inherit = "support.team"

    open_ticket_count = fields.Integer("Open", compute="_compute_ticket_counts")
    waiting_ticket_count = fields.Integer(
        "Waiting for us",
        compute="_compute_ticket_counts",
        help="The customer wrote last and waits for a reply.",
    )
    unassigned_ticket_count = fields.Integer(
        "Unassigned", compute="_compute_ticket_counts"
    )
    late_ticket_count = fields.Integer(
        "Late", compute="_compute_ticket_counts", help="A promised time has passed."
    )

    def _compute_ticket_counts(self):
        """Count open cases; the partial index of open cases bounds the work."""
        now = fields.Datetime.now()
        kinds = {
            "open_ticket_count": [],
            "waiting_ticket_count": [("is_waiting_agent", "=", True)],
            "unassigned_ticket_count": [("user_id", "=", False)],
            "late_ticket_count": [("due_at", "<", now)],
        }
        for name, domain in kinds.items():
            counts = dict(
                self.env["support.ticket"]._read_group(
                    [
                        ("team_id", "in", self.ids),
                        ("closed_at", "=", False),
                        *domain,
                    ],
                    ["team_id"],
                    ["__count"],
                )
            )
            for team in self:
                team[name] = counts.get(team, 0)

    def _get_tickets_action(self, *filters):
        """The list of this team's open tickets with more search filters switched on.

        :param filters: names of filters of ``support_ticket_view_search``
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_support.support_ticket_action_unassigned"
        )
        names = {f"search_default_{name}": 1 for name in ("open", *filters)}
        return {
            **action,
            "name": self.name,
            "context": {
                **names,
                "search_default_team_id": self.id,
                "default_team_id": self.id,
            },
        }

    def action_view_open_tickets(self):
        """Open this team's open tickets, the first due on top."""
        return self._get_tickets_action()

    def action_view_waiting_tickets(self):
        """Open this team's tickets whose customer waits for a reply."""
        return self._get_tickets_action("waiting_for_us")

    def action_view_unassigned_tickets(self):
        """Open this team's tickets that nobody has taken."""
        return self._get_tickets_action("unassigned")

    def action_view_late_tickets(self):
        """Open this team's tickets whose promised time has passed."""
        return self._get_tickets_action("late")
