"""A customer's picture survives a broken connection and a revoked access."""

from unittest.mock import patch

from odoo.tests import tagged

from ..tools.provider_errors import ProviderRevoked, ProviderSilent
from ..tools.provider_events import Removal
from .channel_common import ChannelCommon

JPEG = (b"\xff\xd8\xff", "image/jpeg")
PATH = "odoo.addons.customer_support_chat.models"


@tagged("post_install", "-at_install")
class TestLateFiles(ChannelCommon):
    def setUp(self):
        super().setUp()
        self.enterContext(self.at(2026, 3, 2, 13))

    def work_with(self, *results):
        """Run the job; the provider gives these files, or raises."""
        name = f"{PATH}.support_provider_whatsapp.SupportProviderWhatsapp._fetch_media"
        with patch(name, side_effect=results) as fetched:
            self.work()
        return fetched

    def receive_image(self, *results):
        image = {
            **self.whatsapp_text("", name="wamid.7"),
            "type": "image",
            "image": {"id": "555", "mime_type": "image/jpeg", "caption": "Veja"},
        }
        self.post(self.whatsapp_body(image))
        self.work_with(*results)
        return self.find_message("wamid.7")

    def test_a_time_out_is_tried_again(self):
        with self.assertLogs(f"{PATH}.support_channel_event_inbox", "WARNING"):
            event = self.receive_image(ProviderSilent("ReadTimeout"))
        self.assertEqual((event.state, event.error), ("pending", "ReadTimeout"))
        self.set_due(event)
        self.work_with(JPEG)
        self.assertEqual(event.message_id.attachment_ids.raw, JPEG[0])

    def test_a_revoked_access_takes_the_words_and_leaves_the_file_for_later(self):
        event = self.receive_image(ProviderRevoked("401 expired"))
        self.assertEqual(self.channel.state, "paused")
        self.assertTrue(self.channel.activity_ids)
        self.assertEqual(event.state, "done")
        self.assertIn("Veja", event.message_id.body)
        self.assertIn("once the account works", event.message_id.body)
        self.assertFalse(self.work_with().called)
        self.channel.action_resume()
        fetched = self.work_with(JPEG)
        self.assertEqual(fetched.call_args.args[1], "555")
        file = event.message_id.attachment_ids
        self.assertEqual((file.raw, file.name), (JPEG[0], "image"))
        self.assertEqual(
            (file.res_model, file.res_id), ("support.ticket", event.ticket_id.id)
        )
        self.assertIn("has come now", event.ticket_id.message_ids[0].body)
        self.assertEqual(event.file_ids.state, "done")

    def test_an_access_that_is_still_revoked_pauses_again_and_loses_nothing(self):
        event = self.receive_image(ProviderRevoked("401 expired"))
        for _ in range(6):
            self.channel.action_resume()
            self.work_with(ProviderRevoked("401 expired"))
            self.assertEqual(self.channel.state, "paused")
        self.channel.action_resume()
        self.work_with(JPEG)
        self.assertTrue(event.message_id.attachment_ids)

    def test_a_page_that_comes_late_is_kept_as_text_too(self):
        event = self.receive_image(ProviderRevoked("401 expired"))
        self.channel.action_resume()
        self.work_with((b"<html><script>alert(1)</script></html>", "image/jpeg"))
        self.assertEqual(event.message_id.attachment_ids.mimetype, "text/plain")

    def test_the_file_of_a_message_that_was_deleted_is_never_fetched(self):
        event = self.receive_image(ProviderRevoked("401 expired"))
        removal = Removal(account_key=self.phone_number_id, external_id="wamid.7")
        self.events._apply(self.channel, removal)
        self.channel.action_resume()
        self.assertFalse(self.work_with(JPEG).called)
        self.assertEqual(event.file_ids.state, "ignored")
        self.assertFalse(event.file_ids.sudo().payload)
