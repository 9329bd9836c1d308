from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import SupportCommon


@tagged("post_install", "-at_install")
class TestTeamMembers(SupportCommon):
    """Odoo keeps record rules in memory: a change of a team is felt at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.returns = cls.env["support.team"].create(
            {"name": "Returns", "alias_name": "send.back", "visibility": "members"}
        )
        cls.ticket = cls.env["support.ticket"].create(
            {"name": "Torn parcel", "team_id": cls.returns.id}
        )

    def assertReads(self, may_read):
        ticket = self.ticket.with_user(self.agent)
        ticket.invalidate_recordset()
        if may_read:
            self.assertEqual(ticket.read(["name"])[0]["name"], "Torn parcel")
        else:
            with self.assertRaises(AccessError):
                ticket.read(["name"])

    def test_who_joins_a_team_reads_its_tickets_until_leaving(self):
        self.assertReads(False)
        self.returns.member_ids |= self.agent
        self.assertReads(True)
        self.returns.member_ids -= self.agent
        self.assertReads(False)

    def test_the_same_from_the_form_of_the_person(self):
        self.assertReads(False)
        self.agent.support_team_ids |= self.returns
        self.assertReads(True)
        self.agent.support_team_ids -= self.returns
        self.assertReads(False)

    def test_a_team_that_opens_to_all_agents_and_closes_again(self):
        self.assertReads(False)
        self.returns.visibility = "agents"
        self.assertReads(True)
        self.returns.visibility = "members"
        self.assertReads(False)

    def test_a_new_team_is_read_by_its_members(self):
        self.assertReads(False)
        members = self.env["support.team"].create(
            {
                "name": "Exchanges",
                "alias_name": "swap.goods",
                "visibility": "members",
                "member_ids": self.agent.ids,
            }
        )
        # Moved past everything that clears what is kept.
        self.env.cr.execute(
            "UPDATE support_ticket SET team_id = %s WHERE id = %s",
            (members.id, self.ticket.id),
        )
        self.assertReads(True)
