"""A closed case: reopened, gone on in a new one, or left alone by mere thanks."""

from odoo.tests import tagged

from .common import SupportCommon
from .test_mail_delivery import SupportConversationCommon
from .web_common import PNG, SupportWebCase


class ClosedCaseMixin:
    def close(self, ticket, days_ago=0):
        """Close a case, and let that be some days ago."""
        ticket.action_close()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE support_ticket SET closed_at = closed_at - %s * interval '1 day'"
            " WHERE id = %s",
            (days_ago, ticket.id),
        )
        ticket.invalidate_recordset()


@tagged("post_install", "-at_install")
class TestThanksOnTicket(ClosedCaseMixin, SupportCommon):
    def setUp(self):
        super().setUp()
        self.ticket = self.make_ticket(user_id=self.agent.id)
        self.agent_replies(self.ticket)
        self.close(self.ticket)

    def test_thanks_leave_the_case_solved(self):
        self.customer_writes(self.ticket, "Muito obrigada, Bia!")
        self.assertEqual(self.ticket.stage_kind, "solved")
        self.assertFalse(self.ticket.is_waiting_agent)
        self.assertEqual(self.ticket.reopen_count, 0)
        self.assertEqual(self.ticket.customer_message_count, 1)
        self.assertFalse(self.ticket._get_clock_differences())

    def test_thanks_above_the_quoted_history_count_too(self):
        message = self.ticket.message_post(
            body="",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=self.customer.id,
        )
        message.body = (
            "<p>Thanks!</p><blockquote data-o-mail-quote='1'>"
            "<p>Did order S00042 arrive?</p></blockquote>"
        )
        self.close(self.ticket)
        self.assertFalse(self.ticket._should_reopen(message))

    def test_a_but_reopens(self):
        self.customer_writes(self.ticket, "Obrigada, mas ainda não chegou")
        self.assertEqual(self.ticket.stage_kind, "open")
        self.assertTrue(self.ticket.is_waiting_agent)

    def test_a_picture_reopens(self):
        attachment = self.env["ir.attachment"].create({"name": "a.png", "raw": PNG})
        self.ticket.message_post(
            body="Thanks!",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=self.customer.id,
            attachment_ids=attachment.ids,
        )
        self.assertEqual(self.ticket.stage_kind, "open")

    def test_thanks_for_an_open_case_are_a_message_like_any_other(self):
        self.ticket.action_reopen()
        self.customer_writes(self.ticket, "Thanks!")
        self.assertTrue(self.ticket.is_waiting_agent)


@tagged("post_install", "-at_install")
class TestReopenByMail(ClosedCaseMixin, SupportConversationCommon):
    def setUp(self):
        super().setUp()
        self.ticket, self.first = self.open_ticket()
        self.ticket.sale_order_id = self.order
        self.close(self.ticket, days_ago=30)

    def test_a_late_answer_begins_a_case_about_the_same(self):
        row = self.receive(self._answer(self.first))
        case = row.ticket_id
        self.assertEqual(case.previous_ticket_id, self.ticket)
        self.assertFalse(case.parent_id)
        self.assertEqual(case.partner_id, self.ticket.partner_id)
        self.assertEqual(case.sale_order_id, self.order)
        self.assertEqual(case.team_id, self.ticket.team_id)
        self.assertEqual(self.ticket.reopen_count, 0)
        self.assertEqual(self.ticket.event_ids[-1].kind, "continued")

    def test_the_next_late_answer_joins_the_case_that_goes_on(self):
        first = self.receive(self._answer(self.first))
        second = self.receive(self._answer(self.first))
        self.assertEqual(second.outcome, "appended")
        self.assertEqual(second.ticket_id, first.ticket_id)

    def test_late_thanks_begin_nothing(self):
        row = self.receive(
            self.mail(
                message_id="<thanks@example.com>",
                body=b"Muito obrigada!",
                extra={"In-Reply-To": self.first},
            )
        )
        self.assertEqual(row.outcome, "appended")
        self.assertEqual(row.ticket_id, self.ticket)
        self.assertTrue(self.ticket.closed_at)


@tagged("post_install", "-at_install")
class TestReopenInPortal(ClosedCaseMixin, SupportWebCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.make_ticket(sale_order_id=self.order.id)
        self.close(self.ticket, days_ago=30)
        self.path = f"/my/support/{self.ticket.id}"

    def get_next(self):
        return self.env["support.ticket"].search(
            [("previous_ticket_id", "=", self.ticket.id)]
        )

    def test_the_page_says_that_a_new_case_begins(self):
        self.visit_as(self.portal_user)
        page = self.url_open(self.path).text
        self.assertIn("a new case begins", page)
        self.assertIn("Go on in a new case", page)
        self.assertNotIn("Open this case again", page)

    def test_within_the_window_it_says_that_the_case_opens_again(self):
        self.ticket.action_reopen()
        self.close(self.ticket, days_ago=3)
        self.visit_as(self.portal_user)
        page = self.url_open(self.path).text
        self.assertIn("Open this case again", page)
        self.assertNotIn("a new case", page)
        self.send(f"{self.path}/reply", {"message": "It broke again."})
        self.assertEqual(self.ticket.stage_kind, "open")
        self.assertFalse(self.get_next())

    def test_a_late_reply_lands_in_a_new_case(self):
        self.visit_as(self.portal_user)
        answer = self.send(f"{self.path}/reply", {"message": "It broke again."})
        case = self.get_next()
        self.assertEqual(len(case), 1)
        self.assertEqual(answer.headers["Location"], f"/my/support/{case.id}")
        self.assertEqual(case.partner_id, self.customer)
        self.assertEqual(case.sale_order_id, self.order)
        self.assertTrue(case.is_waiting_agent)
        self.assertEqual(case.customer_message_count, 1)
        self.assertTrue(self.ticket.closed_at)
        page = self.url_open(case.access_url).text
        self.assertIn("It broke again.", page)
        self.assertIn(f"#{self.ticket.number}", page)
        self.assertIn(f"#{case.number}", self.url_open(self.path).text)

    def test_a_second_click_makes_no_second_case(self):
        self.visit_as(self.portal_user)
        form = {"message": "It broke again.", "form_key": "0123456789abcdef" * 2}
        for _click in range(2):
            self.send(f"{self.path}/reply", form)
        self.assertEqual(self.get_next().customer_message_count, 1)

    def test_the_button_begins_one_new_case_and_leads_there(self):
        self.visit_as(self.portal_user)
        for _click in range(2):
            answer = self.send(f"{self.path}/reopen")
        case = self.get_next()
        self.assertEqual(len(case), 1)
        self.assertEqual(answer.headers["Location"], f"/my/support/{case.id}")

    def test_late_thanks_begin_nothing(self):
        self.visit_as(self.portal_user)
        self.send(f"{self.path}/reply", {"message": "Obrigada!"})
        self.assertFalse(self.get_next())
        self.assertTrue(self.ticket.closed_at)

    def test_a_link_leads_to_the_new_case_as_well(self):
        token = self.ticket._portal_ensure_token()
        self.env.flush_all()
        self.visit_as()
        answer = self.send(
            f"{self.path}/reply", {"message": "It broke.", "access_token": token}
        )
        case = self.get_next()
        self.assertIn(f"/my/support/{case.id}?", answer.headers["Location"])
        self.assertIn("It broke.", self.url_open(answer.headers["Location"]).text)

    def test_who_followed_the_old_case_follows_the_new_one(self):
        self.ticket.message_subscribe(self.customer_b.ids)
        self.visit_as(self.portal_user_b)
        answer = self.send(f"{self.path}/reply", {"message": "Ours broke too."})
        page = self.url_open(answer.headers["Location"])
        self.assertIn("Ours broke too.", page.text)

    def test_a_stranger_begins_nothing(self):
        self.visit_as(self.portal_user_b)
        for action in ("reply", "reopen"):
            answer = self.send(f"{self.path}/{action}", {"message": "Mine"})
            self.assertEqual(answer.status_code, 404)
        self.assertFalse(self.get_next())
