"""Courses for agents, in Odoo's eLearning where it is installed."""

import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import file_open

# The ready courses, data/courses/*.json, in the order in which they are taken.
READY = ("desk", "writing", "policies", "difficult", "privacy")
SOURCE_LANG = "en_US"
CHANNEL = "slide.channel"


class SupportCourse(models.Model):
    """A course that teams may require and reviews may recommend.

    eLearning (``website_slides``) stays optional: the course there is known by its
    number, and everything here does nothing as long as it is missing.
    """

    _name = "support.course"
    _description = "Training Course"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    ready_key = fields.Char(readonly=True, copy=False)
    elearning_number = fields.Integer(
        "Course in eLearning",
        copy=False,
        help="The number of the course in the eLearning app. For a course of your own"
        " open it there and copy the number at the end of its address.",
    )
    url = fields.Char("Address", compute="_compute_url")
    team_ids = fields.Many2many(
        "support.team",
        "support_team_required_course_rel",
        "course_id",
        "team_id",
        string="Required by",
        help="Members of these teams are given no tickets by the assignment before they"
        " have finished it.",
    )
    finished_count = fields.Integer("Finished by", compute="_compute_finished_count")

    _ready_key_unique = models.UniqueIndex(
        "(ready_key) WHERE ready_key IS NOT NULL", "This course is there already."
    )

    # --- eLearning ------------------------------------------------------------------

    @api.model
    def _has_elearning(self):
        return CHANNEL in self.env

    def _get_channel(self):
        """The course in eLearning; None without eLearning, empty when it is gone."""
        if not self._has_elearning():
            return None
        # sudo: slide.channel: agents are shown the address of a course that is theirs
        return self.env[CHANNEL].sudo().browse(self.elearning_number or ()).exists()

    def _compute_url(self):
        for course in self:
            channel = course._get_channel()
            course.url = channel.website_absolute_url if channel else False

    def _compute_finished_count(self):
        for course in self:
            course.finished_count = len(course._find_finished())

    def _find_finished(self):
        """The partners who have finished this course."""
        partners = self.env["res.partner"]
        channel = self._get_channel()
        if not channel:
            return partners
        # sudo: slide.channel.partner: whether colleagues have finished, no more
        members = self.env["slide.channel.partner"].sudo()
        domain = [("channel_id", "=", channel.id), ("member_status", "=", "completed")]
        return partners.browse(members.search(domain).partner_id.ids)

    def _find_untrained(self, users):
        """Who of some people has not finished all of these courses.

        A course that is nowhere to be taken keeps nobody from working.
        """
        untrained = users.browse()
        for course in self:
            if course._get_channel():
                finished = course._find_finished()
                untrained |= users.filtered(
                    lambda user, finished=finished: user.partner_id not in finished
                )
        return untrained

    def _enroll(self, users):
        """Let people take these courses."""
        for course in self:
            channel = course._get_channel()
            if channel and users:
                channel._action_add_members(users.sudo().partner_id)

    def action_open(self):
        """Open the course in eLearning.

        :raise UserError: if it cannot be taken
        """
        self.ensure_one()
        self.check_access("read")
        if not self.url:
            raise UserError(self.env._("This course is not in eLearning."))
        self._enroll(self.env.user)
        return {"type": "ir.actions.act_url", "url": self.url, "target": "new"}

    # --- the ready ones -------------------------------------------------------------

    @api.model
    def _cron_prepare(self):
        """Make the ready courses once eLearning is there, and enroll who needs one."""
        if not self._has_elearning():
            return
        self._make_ready_courses()
        for course in self.search([("team_ids", "!=", False)]):
            course._enroll(course._find_untrained(course.team_ids.member_ids))

    @api.model
    def action_make_ready_courses(self):
        """Make the ready courses now, those that were deleted as well.

        :raise UserError: without eLearning
        """
        self.browse().check_access("create")
        if not self._has_elearning():
            raise UserError(
                self.env._(
                    "Install the app eLearning first: the courses are taken there."
                )
            )
        # sudo: slide.channel: managers of support need no rights in eLearning for it
        courses = self.sudo().with_context(active_test=False)
        gone = courses.search([("ready_key", "!=", False)]).filtered(
            lambda course: not course._get_channel()
        )
        gone.unlink()
        courses._make_ready_courses()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.model
    def _make_ready_courses(self):
        """Make the ready courses that were never made here.

        :return: the new ``support.course``
        """
        everything = self.with_context(active_test=False, lang=SOURCE_LANG)
        known = everything.search([("ready_key", "in", READY)]).mapped("ready_key")
        courses = self.browse()
        for number, key in enumerate(READY):
            if key not in known:
                courses += everything._make_ready_course(key, 10 * (number + 1))
        return courses

    def _make_ready_course(self, key, sequence):
        with file_open(f"customer_support_metrics/data/courses/{key}.json") as source:
            content = json.load(source)
        channel = self.env["support.course.maker"]._make(content)
        course = self.create(
            {
                "ready_key": key,
                "sequence": sequence,
                "name": content["name"][SOURCE_LANG],
                "elearning_number": channel.id,
            }
        )
        self.env["support.course.maker"]._translate(course, "name", content["name"])
        return course
