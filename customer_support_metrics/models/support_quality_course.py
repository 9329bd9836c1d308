"""A low score recommends what could be learnt."""

from markupsafe import Markup

from odoo import fields, models

WEAK = 0.5


class SupportQualityCriterion(models.Model):
    _inherit = "support.quality.criterion"

    course_id = fields.Many2one(
        "support.course",
        index="btree_not_null",
        help="Recommended to the agent when this criterion is graded low in a review"
        " with a low score.",
    )


class SupportQualityReview(models.Model):
    _inherit = "support.quality.review"

    def _tell_agent(self):
        result = super()._tell_agent()
        if self.score < self.scorecard_id.low_score:
            self._recommend(self._find_recommended())
        return result

    def _find_recommended(self):
        """The courses of the criteria that were graded low, if they can be taken."""
        weak = self.line_ids.filtered(
            lambda line: line.grade and line._get_part() <= WEAK
        )
        return weak.criterion_id.course_id.filtered("url")

    def _recommend(self, courses):
        courses._enroll(self.agent_id)
        for course in courses:
            told = course.with_context(lang=self.agent_id.lang)
            self._remind(
                self.agent_id,
                14,
                told.env._("Recommended course: %s", told.name),
                Markup('<a href="%s">%s</a>') % (course.url, told.name),
            )
