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

    def review(self, stars, words=WORDS, user=None, product=None, **context):
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
            )
        )

    def change_review(self, message, stars, words=WORDS):
        """The customer changes a review; False stars take it back."""
        template = self.product.with_user(self.portal_user)
        template._message_update_content(
            message.with_user(self.portal_user).sudo(),
            body=Markup(words),
            rating_value=stars,
        )

    def get_texts(self, ticket):
        return " ".join(ticket.message_ids.mapped("body"))
