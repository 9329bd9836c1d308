from odoo.tests import tagged

from .channel_common import ChannelCommon


@tagged("post_install", "-at_install")
class TestTimeline(ChannelCommon):
    """The timeline says by which network each word came and left."""

    def test_each_line_has_its_own_channel(self):
        with self.at(2026, 3, 2, 13):
            self.receive_text("Oi")
            identity = self.find_message("wamid.1").identity_id
            identity._join(self.customer, "agent", self.agent)
            ticket = self.find_message("wamid.1").ticket_id
            self.agent_replies(ticket, "Olá")
            self.customer_writes(ticket, "Agora por e-mail")
        domain = self.customer.action_view_support_timeline()["domain"]
        lines = self.env["support.timeline"].with_user(self.agent).search(domain)
        by_word = {line.preview: line for line in lines}
        self.assertEqual(by_word["Oi"].channel_id, self.channel)
        self.assertEqual(by_word["Olá"].channel_id, self.channel)
        self.assertIn("fa-whatsapp", by_word["Oi"].channel_icon)
        email = self.env.ref("customer_support.channel_email")
        self.assertEqual(by_word["Agora por e-mail"].channel_id, email)
