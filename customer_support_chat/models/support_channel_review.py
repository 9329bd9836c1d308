"""Reviews on the store's own product pages: a low one opens a case."""

from psycopg2.errors import UniqueViolation

from odoo import Command, api, fields, models
from odoo.exceptions import ConcurrencyError, ValidationError

from odoo.addons.customer_support.tools.incoming_message import IncomingMessage

from ..tools.stars import MOST_STARS, draw_stars

KIND = "review"
# Whoever writes more reviews than this in an hour opens no more cases.
MOST_CASES, HOUR = 10, 3600


class SupportChannel(models.Model):
    _inherit = "support.channel"

    kind = fields.Selection(
        selection_add=[(KIND, "Product reviews")], ondelete={KIND: "cascade"}
    )
    review_threshold = fields.Integer(
        "Low means up to",
        default=2,
        help="A review with this many stars or fewer opens a ticket. 0 means that none"
        " does.",
    )
    is_public = fields.Boolean(
        "Everybody reads it",
        compute="_compute_is_public",
        help="What customers write here can be read by everybody.",
    )

    @api.model
    def _get_chat_kinds(self):
        return [*super()._get_chat_kinds(), KIND]

    @api.depends("kind")
    def _compute_is_public(self):
        for channel in self:
            channel.is_public = channel.kind == KIND or bool(
                channel.is_messaging and channel._get_provider()._is_public
            )

    @api.constrains("review_threshold")
    def _check_review_threshold(self):
        for channel in self:
            if not 0 <= channel.review_threshold <= MOST_STARS:
                raise ValidationError(
                    self.env._("A number of stars is between 0 and %s.", MOST_STARS)
                )

    @api.model
    def _open_review_case(self, rating):
        """Open the case of a product's review, if it is a customer's and a low one.

        :param rating: ``rating.rating`` of a ``product.template``, in sudo
        :return: the ``support.ticket``; may be empty
        :raise ConcurrencyError: when another request has just opened it; Odoo then
            repeats this one
        """
        tickets = self.env["support.ticket"].sudo()
        # sudo: support.channel: whoever reviews a product reads no channels
        channel = self.sudo().search([("kind", "=", KIND)], limit=1)
        if not 0 < rating.rating <= channel.review_threshold:
            return tickets
        team = channel.team_id or self._find_review_team()
        if not team or not self._may_open_review_case(rating.partner_id):
            return tickets
        tickets = tickets.with_company(team.company_id).with_context(
            lang=rating.partner_id.lang or self.env.lang,
            mail_create_nosubscribe=True,
            # Pictures stay as they are on the page; nobody runs a page among them.
            image_no_postprocess=True,
            attachments_mime_plainxml=True,
        )
        try:
            ticket = tickets.create(channel._prepare_review_values(rating, team))
        except UniqueViolation as error:
            raise ConcurrencyError("This review has a case by now.") from error
        ticket._append(channel._prepare_review_message(rating))
        return ticket

    @api.model
    def _find_review_team(self):
        website = self.env["website"].get_current_website(fallback=False)
        company = website.company_id or self.env.company
        return self.env["support.team"]._get_default_team(company, website)

    @api.model
    def _may_open_review_case(self, customer):
        """Whether somebody who is known by a login opens a case now.

        A guest's review proves nobody, and colleagues are no customers.
        """
        # sudo: support.rate.limit: counts this customer's cases
        limits = self.env["support.rate.limit"].sudo()
        return (
            bool(customer)
            and customer.partner_share
            and not customer.is_public
            and limits._hit_with_transaction(KIND, str(customer.id), MOST_CASES, HOUR)
        )

    def _prepare_review_values(self, rating, team):
        """The values of the ticket of a review, with the order that it came from."""
        template = self.env["product.template"].sudo().browse(rating.res_id)
        line = self._find_reviewed_line(rating.partner_id, template, team.company_id)
        values = {
            "name": self.with_context(lang=rating.partner_id.lang).env._(
                "Review of %(product)s: %(stars)s",
                product=template.name,
                stars=draw_stars(rating.rating),
            ),
            "channel_id": self.id,
            "team_id": team.id,
            "partner_id": rating.partner_id.id,
            "review_id": rating.id,
            "review_stars": round(rating.rating),
            "website_id": self.env["website"].get_current_website(fallback=False).id,
        }
        if template.company_id in (team.company_id, self.env["res.company"]):
            product = line.product_id or template.product_variant_id
            values["product_id"] = product.id
        if line:
            affected = {"sale_line_id": line.id, "quantity": line.product_uom_qty}
            values |= {
                "sale_order_id": line.order_id.id,
                "line_ids": [Command.create(affected)],
            }
        return values

    @api.model
    def _find_reviewed_line(self, customer, template, company):
        """The line by which the customer bought a product last; may be empty."""
        # sudo: sale.order.line: an order of the reviewer's own
        return (
            self.env["sale.order.line"]
            .sudo()
            .search(
                [
                    (
                        "order_partner_id.commercial_partner_id",
                        "=",
                        customer.commercial_partner_id.id,
                    ),
                    ("product_id.product_tmpl_id", "=", template.id),
                    ("company_id", "=", company.id),
                    ("state", "=", "sale"),
                    ("product_uom_qty", ">", 0),
                ],
                order="id desc",
                limit=1,
            )
        )

    @api.model
    def _prepare_review_message(self, rating):
        """The review as the customer's first message of the case."""
        lines = (draw_stars(rating.rating), rating.feedback)
        return IncomingMessage(
            sender_key=str(rating.partner_id.id),
            body="\n".join(line for line in lines if line),
            sent_at=fields.Datetime.now(),
            external_id=str(rating.id),
            attachments=[
                (file.name, file.raw) for file in rating.message_id.attachment_ids
            ],
        )
