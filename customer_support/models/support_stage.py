from odoo import api, fields, models, tools
from odoo.exceptions import UserError

STAGE_KINDS = [
    ("new", "New"),
    ("open", "In progress"),
    ("waiting", "Waiting for the customer"),
    ("on_hold", "Waiting for a third party"),
    ("solved", "Solved"),
    ("cancelled", "Cancelled"),
]
CLOSED_KINDS = ("solved", "cancelled")


class SupportStage(models.Model):
    """A column of the board. People name it; all logic reads its kind."""

    _name = "support.stage"
    _description = "Support Stage"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        STAGE_KINDS,
        required=True,
        default="open",
        help="What it means for a ticket to be here: clocks, deadlines and filters"
        " follow it.",
    )
    fold = fields.Boolean("Folded", help="Shown narrow on the board.")
    team_ids = fields.Many2many(
        "support.team", string="Teams", help="Empty means every team."
    )
    customer_label = fields.Char(
        "Customers read",
        translate=True,
        help="What customers read on their page, in plain words.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if "kind" in vals:
            self.filtered(lambda stage: stage.kind != vals["kind"])._check_unused()
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _check_unused(self):
        """A kind is history: tickets that stood in the stage were counted by it.

        :raise UserError: if a ticket stands in one of these stages
        """
        # sudo: support.ticket: only whether one exists, whoever may see it
        used = (
            self.env["support.ticket"]
            .sudo()
            .search([("stage_id", "in", self.ids)], limit=1)
        )
        if used:
            raise UserError(
                self.env._(
                    "Tickets stand in the stage “%(stage)s”, so its kind cannot be"
                    " changed. Make a new stage and move them there.",
                    stage=used.stage_id.name,
                )
            )

    @api.model
    @tools.ormcache("stage_id")
    def _get_kind(self, stage_id):
        """The kind of a stage, whoever asks; False of none."""
        # sudo: support.stage: customers open tickets without reading stages
        return self.sudo().browse(stage_id).kind

    @api.model
    @tools.ormcache("team_id", "kind")
    def _find_id(self, team_id, kind):
        """The id of the first stage of a kind that a team uses; False if none."""
        # sudo: support.stage: portal users open and reopen tickets
        stages = self.sudo().search([("kind", "=", kind)])
        own = stages.filtered(lambda stage: team_id in stage.team_ids.ids)
        return (own or stages.filtered(lambda stage: not stage.team_ids))[:1].id
