"""Required and recommended courses; eLearning itself is played where it is missing.

With eLearning installed: tests/test_courses.py of the repository.
"""

import json
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged
from odoo.tools import file_open

from odoo.addons.customer_support.tests.test_assignment import AssignmentCommon

from ..models.support_course import READY
from .test_quality_review import QualityCommon


class CourseCommon:
    """A course that some have finished, without eLearning."""

    def play(self, course, finished):
        """eLearning says that these users have finished the course."""
        model = type(course)
        for name, result in (
            ("_get_channel", object()),
            ("_find_finished", finished.partner_id),
            ("_enroll", None),
        ):
            self.enterContext(
                patch.object(model, name, lambda *_args, result=result: result)
            )


@tagged("post_install", "-at_install")
class TestRequiredCourse(CourseCommon, AssignmentCommon):
    def setUp(self):
        super().setUp()
        self.course = self.env["support.course"].create({"name": "Privacy"})

    def test_only_who_has_finished_is_given_tickets(self):
        self.play(self.course, self.agent_own)
        self.team.required_course_ids = self.course
        self.assertEqual(self.open_batch(4).user_id, self.agent_own)

    def test_it_is_said_who_waits_for_what(self):
        self.play(self.course, self.agent_own)
        self.team.required_course_ids = self.course
        self.assertEqual(self.team.untrained_ids, self.agents - self.agent_own)
        self.assertEqual(self.seat(self.agent).missing_course_ids, self.course)
        self.assertFalse(self.seat(self.agent_own).missing_course_ids)

    def test_when_nobody_has_finished_tickets_wait(self):
        self.play(self.course, self.env["res.users"])
        self.team.required_course_ids = self.course
        ticket = self.open_batch(1)
        self.assertFalse(ticket.user_id)
        ticket.with_user(self.agent).action_take()
        self.assertEqual(ticket.user_id, self.agent)

    def test_a_course_that_is_nowhere_keeps_nobody_from_working(self):
        self.team.required_course_ids = self.course
        self.assertFalse(self.course.url)
        self.assertFalse(self.team.untrained_ids)
        self.assertEqual(len(self.open_batch(5).user_id), 5)
        with self.assertRaises(UserError):
            self.course.with_user(self.agent).action_open()

    def test_without_elearning_the_ready_ones_are_not_made(self):
        if self.env["support.course"]._has_elearning():
            self.skipTest("eLearning is installed here")
        courses = self.env["support.course"]
        courses._cron_prepare()
        self.assertFalse(courses.search([("ready_key", "!=", False)]))
        with self.assertRaises(UserError):
            courses.with_user(self.lead).action_make_ready_courses()


@tagged("post_install", "-at_install")
class TestRecommendedCourse(CourseCommon, QualityCommon):
    def setUp(self):
        super().setUp()
        self.course = self.env["support.course"].create({"name": "Writing well"})
        self.kind.course_id = self.course

    def get_summaries(self, review):
        return (
            self.env["mail.activity"]
            .search([("res_model", "=", review._name), ("res_id", "=", review.id)])
            .mapped("summary")
        )

    def test_a_low_score_recommends_the_course_of_what_was_weak(self):
        self.play(self.course, self.env["res.users"])
        link = patch.object(
            type(self.course),
            "_compute_url",
            lambda courses: courses.update({"url": "https://store.example/slides/1"}),
        )
        with link:
            low = self.grade(self.new_review(), 2, 2)
            good = self.grade(self.new_review(), 5, 1)
        self.assertIn("Recommended course: Writing well", self.get_summaries(low))
        self.assertEqual(len(self.get_summaries(good)), 1)

    def test_what_cannot_be_taken_is_not_recommended(self):
        low = self.grade(self.new_review(), 2, 2)
        self.assertEqual(len(self.get_summaries(low)), 1)


class TestReadyCourses(BaseCase):
    def test_every_text_is_there_in_both_languages(self):
        for key in READY:
            with file_open(f"customer_support_metrics/data/courses/{key}.json") as file:
                content = json.load(file)
            texts = [content["name"], content["description"]]
            for article in content["articles"]:
                texts += [article["title"], article["body"]]
                self.assertGreater(len(article["body"]["en_US"]), 300, article["title"])
                self.assertTrue(article["questions"])
                for question in article["questions"]:
                    texts.append(question["question"])
                    texts += [answer["text"] for answer in question["answers"]]
                    right = [one["is_correct"] for one in question["answers"]]
                    self.assertEqual(right.count(True), 1)
                    self.assertGreater(len(right), 1)
            for text in texts:
                self.assertEqual(text.keys(), {"en_US", "pt_BR"})
                self.assertTrue(all(text.values()))
                self.assertNotEqual(text["en_US"], text["pt_BR"])
