"""A reason that grows beyond chance for something that was sent to customers."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

THINGS = {
    "product": "product.product",
    "lot": "stock.lot",
    "carrier": "delivery.carrier",
    "supplier": "res.partner",
    "promotion": "loyalty.program",
}
# What is less probable is shown as this.
RAREST = 1e-8


class SupportPattern(models.Model):
    """What a nightly job points out; people look into it, or put it aside."""

    _name = "support.pattern"
    _description = "Support Pattern"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_to desc, p_value, id desc"
    _rec_name = "thing_name"

    kind = fields.Selection(
        [
            ("product", "Product"),
            ("lot", "Lot"),
            ("carrier", "Carrier"),
            ("supplier", "Supplier"),
            ("promotion", "Promotion"),
        ],
        required=True,
        readonly=True,
    )
    thing_id = fields.Integer(required=True, readonly=True)
    thing_name = fields.Char("What", required=True, readonly=True)
    reason_id = fields.Many2one(
        "support.reason", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    team_id = fields.Many2one(
        "support.team",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The team that has most of the tickets.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        domain=[("share", "=", False)],
        tracking=True,
        help="Who looks into it.",
    )
    state = fields.Selection(
        [("new", "To look into"), ("acted", "Acted on"), ("dismissed", "Put aside")],
        required=True,
        default="new",
        readonly=True,
        tracking=True,
    )
    date_from = fields.Date(
        "Since", required=True, readonly=True, help="The first day that was counted."
    )
    date_to = fields.Date(
        "Last seen",
        required=True,
        readonly=True,
        help="Until here it was more than chance explains.",
    )
    recent_count = fields.Integer(
        "Cases",
        readonly=True,
        help="Orders with such a case in the last 28 days; of one order one counts.",
    )
    expected_count = fields.Float(
        "Expected",
        digits=(16, 1),
        readonly=True,
        help="So many there would be at the rate of the half year before, for as many"
        " orders that were sent; for a lot, at the rate of the product's other lots.",
    )
    p_value = fields.Float("Probability", digits=(16, 8), readonly=True)
    chance = fields.Char(
        compute="_compute_chance",
        help="How probable it is to see so many, or more, while nothing has changed.",
    )
    ticket_ids = fields.Many2many("support.ticket", string="Tickets", readonly=True)
    ticket_count = fields.Integer(compute="_compute_ticket_count")
    dismissal = fields.Char(
        "Put aside because",
        help="For instance: a known case, a campaign, a reason chosen wrongly.",
    )

    _key_unique = models.UniqueIndex(
        "(company_id, kind, thing_id, reason_id, date_from)",
        "This has been pointed out already.",
    )
    _seen_idx = models.Index("(company_id, date_to)")

    @api.model
    def _get_thing_models(self):
        """The model of what a pattern is about, by its kind."""
        return THINGS

    @api.depends("thing_name", "reason_id")
    def _compute_display_name(self):
        for pattern in self:
            parts = (pattern.reason_id.display_name, pattern.thing_name)
            pattern.display_name = ": ".join(filter(None, parts))

    @api.depends("p_value")
    def _compute_chance(self):
        for pattern in self:
            rarity = round(1 / max(pattern.p_value, RAREST))
            # Two digits say it: nobody knows the rest.
            rarity = round(rarity, 2 - len(str(rarity)))
            number = formatLang(self.env, rarity, digits=0)
            pattern.chance = self.env._("1 in %s", number)

    def _compute_ticket_count(self):
        """Those that the user may open."""
        for pattern in self:
            pattern.ticket_count = len(pattern.ticket_ids)

    def action_open_tickets(self):
        """The tickets behind it that the user may read."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "support.ticket",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("id", "in", self.ticket_ids.ids)],
            "context": {"create": False},
        }

    def action_dismiss(self):
        """Put it aside; while it lasts it is not pointed out again.

        :raise UserError: without a reason
        """
        for pattern in self:
            if not (pattern.dismissal or "").strip():
                raise UserError(self.env._("Fill in “Put aside because” first."))
        self.state = "dismissed"
        self.activity_unlink(["mail.mail_activity_data_todo"])

    def action_take_up(self):
        """Look into it after all."""
        self.state = "new"
