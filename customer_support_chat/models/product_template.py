from odoo import models

# What may come along from the customer's request; anything else of its context could
# speak for somebody else.
KEPT_CONTEXT = ("lang", "tz", "allowed_company_ids", "website_id")


class ProductTemplate(models.Model):
    """Low reviews on a product's page open cases."""

    _inherit = "product.template"

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        self._take_review(message)
        return result

    def _message_update_content(self, message, /, *, body, **kwargs):
        # sudo: rating.rating, support.ticket: the case of the review that is changed
        ratings = message.sudo().rating_ids
        cases = self.env["support.ticket"].sudo()
        if ratings:
            cases = cases.search([("review_id", "in", ratings.ids)])
        result = super()._message_update_content(message, body=body, **kwargs)
        self._take_review(message)
        if not ratings.exists():
            cases._note_review_gone()
        return result

    def _take_review(self, message):
        """Let a review that was written or changed reach the support desk.

        :param message: ``mail.message`` of this product
        """
        context = {k: v for k, v in self.env.context.items() if k in KEPT_CONTEXT}
        # sudo: rating.rating: the stars of a message on this product
        rating = message.sudo().rating_id
        if rating and rating.res_model == self._name and not rating.is_internal:
            env = self.env(su=True, context=context)
            env["support.ticket"]._take_review(rating.with_env(env))
