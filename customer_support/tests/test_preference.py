from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.customer_support.tools.author_kind import RULE
from odoo.addons.mail.tests.common import MockEmail

from .common import SupportCommon
from .web_common import SupportWebCase


@tagged("post_install", "-at_install")
class TestPreference(SupportCommon, MockEmail):
    """A customer is written to by machines at the hours that he has chosen."""

    def setUp(self):
        super().setUp()
        self.email = self.env.ref("customer_support.channel_email")
        self.customer.tz = "America/Sao_Paulo"

    def set_hours(self, first, last, channel=None):
        channel = channel or self.env["support.channel"]
        self.customer.with_user(self.agent_own)._set_support_preference(
            channel, first, last
        )

    def get_notice_time(self, *moment):
        with self.at(*moment):
            return self.customer._get_support_notice_time("UTC")

    def test_notices_wait_for_the_hours_of_the_customers_own_day(self):
        self.set_hours(9, 18)
        # 10:00, 8:00, 18:00 and 23:30 in São Paulo.
        self.assertFalse(self.get_notice_time(2026, 3, 2, 13))
        opening = datetime(2026, 3, 2, 12)
        self.assertEqual(self.get_notice_time(2026, 3, 2, 11), opening)
        tomorrow = opening + timedelta(days=1)
        self.assertEqual(self.get_notice_time(2026, 3, 2, 21), tomorrow)
        self.assertEqual(self.get_notice_time(2026, 3, 3, 2, 30), tomorrow)

    def test_without_hours_nothing_waits(self):
        self.assertFalse(self.get_notice_time(2026, 3, 3, 2, 30))

    def test_the_reminder_of_a_silent_customer_waits(self):
        self.team.write({"idle_warning_days": 5})
        self.set_hours(9, 18)
        with self.at(2026, 3, 2, 13):
            ticket = self.make_ticket()
            self.agent_replies(ticket, "Please send a photo.")
            ticket.action_wait()
        job = self.env.ref("customer_support.ir_cron_support_idle")
        with (
            self.at(2026, 3, 9, 5),
            self.enter_registry_test_mode(),
            self.mock_mail_gateway(),
        ):
            job.method_direct_trigger()
            mails = self._new_mails.filtered(lambda m: m.email_to == "ana@example.com")
        self.assertEqual(mails.scheduled_date, datetime(2026, 3, 9, 12))
        self.assertTrue(ticket.idle_warned_at)

    def choose_hours_outside_now(self):
        """Hours that begin later today, whatever the clock of the machine says."""
        now = datetime.utcnow()
        # In a zone where it is about noon.
        offset = 12 - now.hour
        self.customer.tz = f"Etc/GMT{-offset:+d}" if offset else "UTC"
        self.set_hours(20, 24)

    def post_notice(self, ticket):
        return ticket.with_context(support_author_kind=RULE).message_post(
            body="Your parcel is on its way.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.env.ref("base.partner_root").id,
        )

    def test_a_notice_in_the_case_waits_and_an_answer_does_not(self):
        self.choose_hours_outside_now()
        ticket = self.make_ticket()
        notice = self.post_notice(ticket)
        schedules = self.env["mail.message.schedule"]
        self.assertTrue(schedules.search([("mail_message_id", "=", notice.id)]))
        self.assertFalse(notice.notification_ids)
        answer = self.agent_replies(ticket)
        self.assertFalse(schedules.search([("mail_message_id", "=", answer.id)]))
        self.assertEqual(answer.notification_ids.res_partner_id, self.customer)

    def test_hours_end_after_they_begin(self):
        for first, last in ((18, 9), (9, 25), (-1, 9), (9, 9)):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self.set_hours(first, last)

    def test_a_channel_on_which_nobody_is_proven_is_refused(self):
        self.set_hours(0, 0, self.email)
        self.assertEqual(self.customer.support_channel_id, self.email)
        web = self.env.ref("customer_support.channel_web_form")
        with self.assertRaises(UserError):
            self.set_hours(0, 0, web)

    def test_the_agents_window_writes_what_he_may_not_write_himself(self):
        ticket = self.make_ticket(user_id=self.agent_own.id)
        ticket = ticket.with_user(self.agent_own)
        with self.assertRaises(AccessError):
            ticket.partner_id.write({"support_hours_from": 8})
        window = self.env["support.contact.preference"].with_user(self.agent_own)
        window = window.with_context(**ticket.action_open_preference()["context"])
        window = window.create({"hours_from": 9, "hours_to": 18.5})
        self.assertEqual(window.allowed_channel_ids, self.email)
        window.channel_id = self.email
        window.action_save()
        self.assertEqual(ticket.contact_preference, f"{self.email.name}, 9:00–18:30")

    def test_customers_use_their_own_page_and_not_the_window(self):
        customer = self.customer.with_user(self.portal_user)
        with self.assertRaises(AccessError):
            customer.action_open_support_preference()
        with self.assertRaises(AccessError):
            customer.write({"support_hours_from": 8})


@tagged("post_install", "-at_install")
class TestPreferencePage(SupportWebCase):
    """The customer's own page for it."""

    path = "/my/support/preferences"

    def setUp(self):
        super().setUp()
        self.email = self.env.ref("customer_support.channel_email")

    def test_a_customer_chooses_for_himself_alone(self):
        self.visit_as(self.portal_user_b)
        answer = self.send(
            self.path,
            {
                "channel_id": self.email.id,
                "hours_from": "9",
                "hours_to": "18",
                "partner_id": self.customer.id,
            },
        )
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.customer_b.support_channel_id, self.email)
        self.assertEqual(self.customer_b.support_hours_to, 18)
        self.assertFalse(self.customer.support_channel_id)
        page = self.url_open(self.path)
        self.assertRegex(page.text, r'value="18" selected="selected"')
        self.assertIn("How we reach you", self.url_open("/my/support").text)

    def test_what_he_cannot_choose_changes_nothing(self):
        self.visit_as(self.portal_user)
        web = self.env.ref("customer_support.channel_web_form")
        self.send(self.path, {"channel_id": web.id})
        self.assertFalse(self.customer.support_channel_id)
        answer = self.send(self.path, {"hours_from": "18", "hours_to": "9"})
        self.assertEqual(answer.status_code, 400)
        self.assertIn('role="alert"', answer.text)
        self.assertFalse(self.customer.support_hours_to)

    def test_any_time_forgets_the_hours(self):
        self.visit_as(self.portal_user)
        self.send(self.path, {"hours_from": "9", "hours_to": "18"})
        self.send(self.path, {"hours_from": "9", "hours_to": "0"})
        self.assertFalse(self.customer.support_hours_from)
        self.assertFalse(self.customer.support_hours_to)

    @mute_logger("odoo.http")
    def test_guests_and_forged_forms_are_refused(self):
        self.visit_as(self.portal_user)
        answer = self.send(self.path, {"hours_from": "9", "hours_to": "18"}, csrf=False)
        self.assertEqual(answer.status_code, 400)
        self.visit_as()
        answer = self.url_open(self.path, allow_redirects=False)
        self.assertIn("/web/login", answer.headers["Location"])
        self.assertFalse(self.customer.support_hours_to)
