from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import tagged

from .channel_common import ChannelCommon


@tagged("post_install", "-at_install")
class TestNeutralize(ChannelCommon):
    """A database that was copied for trying out."""

    def test_a_copy_has_no_access_to_the_accounts(self):
        self.channel.write({"app_secret": "old", "access_token": "token"})
        self.channel.app_secret = "new"
        self.env.flush_all()
        for query in get_neutralization_queries(["customer_support_chat"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        names = ("app_secret", "previous_secret", "access_token", "access_secret")
        for name in (*names, "consumer_key", "call_url"):
            with self.subTest(field=name):
                self.assertFalse(self.channel[name])
        self.assertEqual(self.channel.state, "paused")
        self.assertFalse(self.channel._get_secrets())
