"""What makes an answer good, and how many are looked at."""

from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class SupportQualityScorecard(models.Model):
    """Criteria by which colleagues look at answered cases, and the draw of these."""

    _name = "support.quality.scorecard"
    _description = "Review Scorecard"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", help="Empty means all companies.")
    team_ids = fields.Many2many(
        "support.team",
        string="Teams",
        help="Whose answers are looked at. Empty means all teams.",
    )
    criterion_ids = fields.One2many(
        "support.quality.criterion", "scorecard_id", "Criteria", copy=True
    )
    sample_size = fields.Integer(
        "Cases per agent and week",
        help="So many cases that an agent answered last week are drawn at random. 0"
        " draws none; reviews can still be started on a ticket.",
    )
    double_share = fields.Integer(
        "Reviewed twice (%)",
        help="Of the drawn cases, how many a second person reviews too, without seeing"
        " the first review: it shows how far reviewers agree.",
    )
    reviewer_ids = fields.Many2many(
        "res.users",
        string="Reviewers",
        domain=[("share", "=", False)],
        help="Nobody reviews a case that he or she worked on. Empty means the leader"
        " of the team.",
    )
    low_score = fields.Integer(
        "Low below (%)",
        default=60,
        help="A review below that recommends the courses of its weak criteria.",
    )
    # Who knows it could tell beforehand which cases will be drawn.
    seed = fields.Char(
        default=lambda self: uuid4().hex,
        required=True,
        readonly=True,
        copy=False,
        groups="base.group_system",
    )
    drawn_week = fields.Date("Drawn up to the week of", readonly=True, copy=False)
    review_count = fields.Integer("Reviews", compute="_compute_review_count")

    _shares_in_range = models.Constraint(
        "CHECK(sample_size >= 0 AND double_share BETWEEN 0 AND 100"
        " AND low_score BETWEEN 0 AND 100)",
        "Shares go from 0 to 100 %, and the number of cases is 0 or more.",
    )

    def _compute_review_count(self):
        counts = dict(
            self.env["support.quality.review"]._read_group(
                [("scorecard_id", "in", self.ids)], ["scorecard_id"], ["__count"]
            )
        )
        for scorecard in self:
            scorecard.review_count = counts.get(scorecard, 0)

    def action_view_reviews(self):
        """Show the reviews that were made with this scorecard."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_support_metrics.support_quality_review_action"
        )
        return {
            **action,
            "domain": [("scorecard_id", "in", self.ids)],
            "context": {},
        }

    @api.model
    def _find_for_ticket(self, ticket):
        """The scorecard for a ticket: the first one that fits its team.

        :raise UserError: if there is none
        """
        scorecards = self.search(
            [
                ("company_id", "in", (False, ticket.company_id.id)),
                "|",
                ("team_ids", "=", False),
                ("team_ids", "in", ticket.team_id.ids),
            ],
            limit=1,
        )
        if not scorecards:
            raise UserError(self.env._("No scorecard is meant for this team."))
        return scorecards


class SupportQualityCriterion(models.Model):
    """One question about an answer, with its weight and its grades."""

    _name = "support.quality.criterion"
    _description = "Review Criterion"
    _order = "scorecard_id, sequence, id"

    scorecard_id = fields.Many2one(
        "support.quality.scorecard", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("Criterion", required=True, translate=True)
    description = fields.Char(
        "What to look for", translate=True, help="So that all reviewers mean the same."
    )
    weight = fields.Float(
        default=1,
        required=True,
        help="A criterion of weight 2 counts twice as much as one of weight 1.",
    )
    scale = fields.Selection(
        [
            ("2", "No or yes (1 or 2)"),
            ("3", "From 1 to 3"),
            ("5", "From 1 to 5"),
        ],
        default="5",
        required=True,
        help="The highest grade is the best one.",
    )

    _weight_positive = models.Constraint(
        "CHECK(weight > 0)", "The weight of a criterion is above 0."
    )

    @api.constrains("scale")
    def _check_scale(self):
        """A grade means something on its own scale alone."""
        lines = self.env["support.quality.review.line"]
        # sudo: support.quality.review.line: whether there is one, whoever reviewed
        if lines.sudo().search_count(
            [("criterion_id", "in", self.ids), ("grade", "!=", 0)], limit=1
        ):
            raise ValidationError(
                self.env._(
                    "Reviews were made on this scale. Make a new criterion instead."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: support.quality.review.line: as in _check_scale
        lines = self.env["support.quality.review.line"].sudo()
        if lines.search_count([("criterion_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "Reviews were made by this criterion. Archive the scorecard and"
                    " make a new one instead."
                )
            )
