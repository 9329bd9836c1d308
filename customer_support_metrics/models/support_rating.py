"""Scores of tickets in Odoo's table of ratings: nobody writes them, few read them."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

_GUARDED = "support.ticket"


class RatingRating(models.Model):
    _inherit = "rating.rating"

    support_ticket_id = fields.Many2one(
        "support.ticket",
        "Ticket",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
        help="Who may read the ticket may read its score.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        ratings = super().create(vals_list)
        ratings._check_support_system()
        return ratings

    def write(self, vals):
        self._check_support_system()
        result = super().write(vals)
        self._check_support_system()
        return result

    def unlink(self):
        self._check_support_system()
        return super().unlink()

    def _check_support_system(self):
        """Every employee may write ratings in Odoo: not those of tickets.

        :raise AccessError: for people
        """
        if self.env.su:
            return
        # sudo: rating.rating: compared, no more
        if any(one.res_model == _GUARDED for one in self.sudo()):
            raise AccessError(self.env._("Only the customer changes this score."))
