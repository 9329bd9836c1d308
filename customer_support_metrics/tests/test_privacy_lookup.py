from odoo.tests import tagged

from .survey_common import SurveyCommon

ADDRESS = "canary.guest@example.org"


@tagged("post_install", "-at_install")
class TestPrivacyLookup(SurveyCommon):
    """What a person answered is found when that person asks for it."""

    def test_questions_to_a_guest_are_found_by_the_address(self):
        if "privacy.lookup.wizard" not in self.env:
            self.skipTest("Without Odoo's privacy lookup")
        own = self.add_answers("csat", [5], partner_id=False, email=ADDRESS)
        other = self.add_answers("nps", [5], partner_id=False, email="x@example.org")
        lookup = self.env["privacy.lookup.wizard"].create(
            {"name": "Canary Guest", "email": ADDRESS}
        )
        lookup.action_lookup()
        found = {(line.res_model, line.res_id) for line in lookup.line_ids}
        self.assertIn((own._name, own.id), found)
        self.assertNotIn((other._name, other.id), found)
