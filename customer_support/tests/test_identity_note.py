from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_identity_join import IdentityCommon


@tagged("post_install", "-at_install")
class TestIdentityNote(IdentityCommon):
    """A sender has notes of colleagues; the customer is answered in a ticket."""

    def setUp(self):
        super().setUp()
        self.join(self.receive())
        self.sender = self.identity.with_user(self.lead)

    def test_a_note_is_kept_and_the_customer_hears_nothing(self):
        note = self.sender.message_post(body="Writes in capitals.")
        self.assertTrue(note.subtype_id.internal)
        self.assertNotIn(self.customer, note.notified_partner_ids)
        typed = self.sender.message_post(
            body="Calls himself Nana.",
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )
        self.assertNotIn(self.customer, typed.notified_partner_ids)

    def test_no_message_leaves_from_here(self):
        before = self.identity.message_ids
        comment = self.env.ref("mail.mt_comment")
        for values in (
            {"subtype_xmlid": "mail.mt_comment"},
            {"subtype_id": comment.id},
        ):
            for sender in (self.sender, self.sender.sudo()):
                with self.subTest(values), self.assertRaises(UserError):
                    sender.message_post(
                        body="Hello Ana",
                        message_type="comment",
                        partner_ids=self.customer.ids,
                        **values,
                    )
        self.assertEqual(self.identity.message_ids, before)
