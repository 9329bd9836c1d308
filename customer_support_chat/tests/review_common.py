from markupsafe import Markup

from odoo.addons.customer_support.tests.common import SupportCommon

WORDS = "The glass broke on the first day."


class ReviewCommon(SupportCommon):
    """Products on the store's pages, and who reviews them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls.env.ref("customer_support_chat.channel_review")
        cls.channel.team_id = cls.team
        cls.product = cls.lamp.product_tmpl_id
        (cls.lamp | cls.bulb).product_tmpl_id.is_published = True
        cls.env["support.rate.limit"].search([]).unlink()

    def find_tickets(self):
        return self.env["support.ticket"].search(
            [("channel_id", "=", self.channel.id)], order="id"
        )

    def review(
        self, stars, words=WORDS, user=None, product=None, files=None, **context
    ):
        """A customer writes a review, as the product's page posts it."""
        template = (product or self.product).with_user(user or self.portal_user)
        return (
            template.sudo()
            .with_context(**context)
            .message_post(
                body=words,
                rating_value=stars,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                attachment_ids=self.upload(files or {}),
            )
        )

    def change_review(self, message, stars, words=WORDS, files=None):
        """The customer changes a review; False stars take it back."""
        template = self.product.with_user(self.portal_user)
        kept = message.attachment_ids.ids
        template._message_update_content(
            message.with_user(self.portal_user).sudo(),
            body=Markup(words),
            rating_value=stars,
            attachment_ids=[*kept, *self.upload(files or {})] or None,
        )

    def upload(self, files):
        """What the customer's browser has sent before the review, by its name."""
        attachments = self.env["ir.attachment"].with_user(self.portal_user).sudo()
        return attachments.create(
            [
                {"name": name, "raw": raw, "res_model": "mail.compose.message"}
                for name, raw in files.items()
            ]
        ).ids

    def get_texts(self, ticket):
        return " ".join(ticket.message_ids.mapped("body"))
