from odoo import fields, models


class SupportActionResultMixin(models.AbstractModel):
    """Documents of the store that know the store action that made them."""

    _name = "support.action.result.mixin"
    _description = "Made by a Store Action"

    support_action_id = fields.Many2one(
        "support.ticket.action",
        "Store action",
        copy=False,
        index="btree_not_null",
        readonly=True,
        help="The store action of a ticket that made this.",
    )
