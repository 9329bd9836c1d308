"""Past figures stay as they are when tickets are deleted, and name nobody."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .survey_common import SurveyCommon


@tagged("post_install", "-at_install")
class TestSurveyKept(SurveyCommon):
    def get_figure(self, key):
        metrics = self.env["support.metric"]
        question = metrics._read_filters(
            {
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
                "team_ids": self.team.ids,
            }
        )
        (figure,) = metrics._get_figures(
            metrics._get_metric(key), question, [question.period]
        )
        return figure.n, figure.hits, figure.value

    def test_a_deleted_ticket_leaves_its_score_and_nobodys_name(self):
        answers = self.add_answers(
            "csat", [5, 5, 5, 5, 1, None], order_id=False, comment="I am Ana"
        )
        answers[4].order_id = self.order
        before = [self.get_figure(key) for key in ("csat", "csat_response")]
        tickets = (answers[4] | answers[5]).ticket_id
        tickets.with_user(self.lead).unlink()
        self.env.invalidate_all()
        self.assertEqual(
            [self.get_figure(key) for key in ("csat", "csat_response")], before
        )
        left = answers[4]
        self.assertEqual((left.score, left.agent_id), (1, self.agent))
        for name in (
            *("ticket_id", "partner_id", "email", "lang", "order_id", "comment"),
            *("rating_id", "user_input_id", "chat_id"),
        ):
            self.assertFalse(left[name], name)

    def test_what_never_counted_goes_with_its_ticket(self):
        answers = self.add_answers("csat", [5, 5, 5, 5, 5, 1, 1, 1])
        answers[5].ticket_id.exclusion = "spam"
        answers[6].ticket_id.merged_into_id = answers[0].ticket_id
        answers[7].write({"state": "queued", "sent_at": False, "answered_at": False})
        before = self.get_figure("csat")
        answers[5:].ticket_id.unlink()
        self.assertFalse(answers[5:].exists())
        self.assertEqual(self.get_figure("csat"), before)

    def test_the_order_of_the_ticket_can_have_been_asked_about_too(self):
        answers = self.add_answers("csat", [5, 4], order_id=self.order.id)
        answers[1].ticket_id = False
        answers[0].ticket_id.unlink()
        self.assertFalse(answers[0].order_id)
        self.assertEqual(answers[1].order_id, self.order)

    def test_the_sheet_of_the_survey_goes_with_the_ticket(self):
        self.make_rule(kind="ces")
        ticket = self.solve(2026, 3, 2, 14)
        asked = self.ask(2026, 3, 2, 15)
        sheet = asked.user_input_id
        with self.at(2026, 3, 3, 12):
            self.fill_in(asked, 6, "Easy, says Ana Souza")
        ticket.unlink()
        self.assertFalse(sheet.exists())
        self.assertEqual((asked.score, asked.comment), (6, False))

    def test_who_may_not_delete_tickets_deletes_no_answer(self):
        answers = self.add_answers("csat", [5])
        with self.assertRaises(AccessError):
            answers.ticket_id.with_user(self.agent).unlink()
        self.assertEqual(answers.partner_id, self.customer)
