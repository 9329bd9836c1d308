"""A ticket that began as a review of a product: everybody can read it."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import plaintext2html

from ..tools.plain_text import get_plain_text
from ..tools.stars import draw_stars

# Nobody can send such an object from outside: a reply that everybody may read.
PUBLISH = object()


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    review_id = fields.Many2one(
        "rating.rating",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The review on the product's page that this ticket began with.",
    )
    review_stars = fields.Integer("Stars", readonly=True, copy=False)
    review_stars_drawn = fields.Char(
        "Stars of the review", compute="_compute_review_stars_drawn"
    )
    review_text = fields.Text("Review's words", related="review_id.feedback")
    review_answer = fields.Text(
        "Our public answer", related="review_id.publisher_comment"
    )

    _review_unique = models.UniqueIndex(
        "(review_id) WHERE review_id IS NOT NULL", "This review is a ticket already."
    )

    @api.depends("review_stars")
    def _compute_review_stars_drawn(self):
        for ticket in self:
            ticket.review_stars_drawn = draw_stars(ticket.review_stars)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_review(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_review(vals)
        return super().write(vals)

    def _check_review(self, vals):
        """Refuse a link to a review by people: it decides what they answer in public.

        :raise AccessError: unless the system writes
        """
        if vals.get("review_id") and not self.env.su:
            raise AccessError(
                self.env._("The review of a ticket is the one that it began with.")
            )

    # --- in -----------------------------------------------------------------------

    @api.model
    def _take_review(self, rating):
        """Open a case for a low review, or tell its case what has changed in it.

        :param rating: ``rating.rating`` of a ``product.template``, in sudo
        :return: the ``support.ticket`` of the review; may be empty
        """
        # Its row is written first: of two requests that change one review, the later
        # one waits for the other and is repeated.
        rating.flush_recordset()
        # sudo: support.ticket: the customer's review, not the customer, moves the case
        ticket = self.sudo().search([("review_id", "=", rating.id)], limit=1)
        if not ticket:
            return self.env["support.channel"]._open_review_case(rating)
        ticket._note_review_change(rating)
        return ticket

    def _note_review_change(self, rating):
        """Leave a note of what the review says now; it is no message to us."""
        self.ensure_one()
        before, now = self.review_stars, round(rating.rating)
        self.review_stars = now
        is_low = now <= self.channel_id.review_threshold
        texts = {
            True: self.env._("The customer has changed the review."),
            False: self.env._(
                "The customer has raised the review: it is no longer a low one."
            ),
        }
        shown = Markup("%s → %s") % (draw_stars(before), draw_stars(now))
        files = self._find_new_review_files(rating)
        self._log_review(texts[is_low], shown, rating.feedback, files)

    def _find_new_review_files(self, rating):
        """The files of a review that the case does not have yet."""
        domain = [
            ("res_model", "=", self._name),
            ("res_id", "in", (self | self._get_survivor()).ids),
        ]
        known = self.env["ir.attachment"].search_fetch(domain, ["checksum"])
        checksums = set(known.mapped("checksum"))
        return rating.message_id.attachment_ids.filtered(
            lambda file: file.checksum not in checksums
        )

    def _note_review_gone(self):
        for ticket in self:
            text = ticket.env._("The customer has taken the review back.")
            ticket._log_review(text, draw_stars(ticket.review_stars), "")

    def _log_review(self, text, stars, words, files=()):
        ticket = self._get_survivor()
        copied = [
            file.copy({"res_model": ticket._name, "res_id": ticket.id}).id
            for file in files
        ]
        body = Markup("<p>%s<br/>%s</p>") % (text, stars)
        if words:
            body += Markup("<blockquote>%s</blockquote>") % plaintext2html(words)
        # The system tells it, whoever's request brings it.
        ticket._message_log(
            body=body,
            author_id=self.env.ref("base.partner_root").id,
            attachment_ids=copied,
        )

    # --- out ----------------------------------------------------------------------

    def action_open_review_answer(self):
        """Answer below the review, where everybody reads it.

        :raise UserError: when the review is gone
        """
        self.ensure_one()
        self.check_access("write")
        review = self._get_review()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answer in public"),
            "res_model": "support.answer.review",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_ticket_id": self.id,
                "default_body": review.publisher_comment or "",
            },
        }

    def action_view_review(self):
        """Open the product's page of the store, with its reviews."""
        self.ensure_one()
        self.check_access("read")
        # sudo: product.template: the address of a public page
        product = self.env["product.template"].sudo().browse(self._get_review().res_id)
        return {
            "type": "ir.actions.act_url",
            "url": f"{product.website_url}#o_product_page_reviews",
            "target": "new",
        }

    def _get_review(self):
        """The review of this ticket, in sudo.

        :raise UserError: when it is gone
        """
        # sudo: rating.rating: the review that the ticket itself is about
        review = self.sudo().review_id
        if not review:
            raise UserError(self.env._("The customer has taken this review back."))
        return review

    def _answer_review(self, text):
        """Write the store's answer below the review, and send it to the customer too.

        It is a reply like any other: what keeps replies back keeps it back as well.

        :param str text: plain
        :return: the ``mail.message``; a note when the answer waits
        :raise UserError: when the review is gone, or words in it are not for everybody
        """
        self.ensure_one()
        self.check_access("write")
        self._check_public_words(text)
        return self.with_context(support_review_answer=PUBLISH).message_post(
            body=plaintext2html((text or "").strip()),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _check_public_words(self, text):
        """:raise UserError: when the review is gone, or words are not for everybody"""
        self._get_review()
        refusal = self._get_private_words_refusal(text or "")
        if refusal:
            raise UserError(refusal)

    def _get_reply_context(self):
        is_answer = self.env.context.get("support_review_answer") is PUBLISH
        kept = {"support_review_answer": True} if is_answer else {}
        return {**super()._get_reply_context(), **kept}

    def _restore_reply_context(self, kept, is_edited=False):
        context = super()._restore_reply_context(kept, is_edited)
        if kept.get("support_review_answer"):
            context["support_review_answer"] = PUBLISH
        return context

    def _message_post_after_hook(self, message, msg_values):
        is_answer = self.env.context.get("support_review_answer") is PUBLISH
        if is_answer and not message.subtype_id.internal:
            self._publish_review_answer(message)
            # What is mailed is taken from here.
            msg_values["body"] = message.body
        return super()._message_post_after_hook(message, msg_values)

    def _publish_review_answer(self, message):
        """Show a reply that leaves now below the review as well.

        :param message: ``mail.message``; its words may have been changed meanwhile
        :raise UserError: see ``_check_public_words``
        """
        text = get_plain_text(message.body)
        self._check_public_words(text)
        # The answer of a product's review needs the right to change the product; the
        # author is the agent all the same.
        self._get_review().write({"publisher_comment": text})
        lang = self._get_customer_lang()
        head = self.with_context(lang=lang).env._("Our answer to your review:")
        # sudo: mail.message: the reply that is being sent
        message.sudo().body = Markup("<p><em>%s</em></p>%s") % (head, message.body)
