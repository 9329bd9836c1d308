from odoo.tests import tagged

from odoo.addons.customer_support.tests.common import SupportCommon

ADDRESS = "canary.guest@example.org"


@tagged("post_install", "-at_install")
class TestPrivacyLookup(SupportCommon):
    """What a visitor told the bot is found when that person asks for it."""

    def talk(self, number, **typed):
        identity = self.env["support.identity"].create(
            {
                "channel_id": self.env.ref("customer_support.channel_web_form").id,
                "sender_key": f"visitor-{number}",
            }
        )
        return self.env["support.bot.session"].create(
            {"identity_id": identity.id, **typed}
        )

    def test_addresses_typed_to_the_bot_are_found(self):
        if "privacy.lookup.wizard" not in self.env:
            self.skipTest("Without Odoo's privacy lookup")
        of_order = self.talk(1, order_email=ADDRESS, contact_email="x@example.org")
        for_answer = self.talk(2, contact_email=ADDRESS)
        other = self.talk(3, contact_email="other.guest@example.org")
        lookup = self.env["privacy.lookup.wizard"].create(
            {"name": "Canary Guest", "email": ADDRESS}
        )
        lookup.action_lookup()
        found = {
            line.res_id
            for line in lookup.line_ids
            if line.res_model == "support.bot.session"
        }
        self.assertLessEqual({of_order.id, for_answer.id}, found)
        self.assertNotIn(other.id, found)
        for_answer._restart()
        self.assertFalse(for_answer.email_from)
