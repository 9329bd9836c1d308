"""A customer answers a proactive message: one ticket, tied to order and delivery."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.customer_support.tests.mail_common import SupportMailCommon

from .proactive_common import ProactiveCommon

ANA = "Ana Souza <ana@example.com>"


@tagged("post_install", "-at_install")
class TestProactiveAnswer(ProactiveCommon, SupportMailCommon):
    # Both have one: here it is the mail that arrives.
    deliver = SupportMailCommon.deliver

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["support.proactive.rule"].create(
            {"name": "Late", "team_id": cls.team.id, "state": "on"}
        )

    def setUp(self):
        super().setUp()
        self.bought = self.make_order([(self.bulb, 1)])
        self.bought.action_confirm()
        late = fields.Datetime.now() - timedelta(days=3)
        self.bought.picking_ids.move_ids.date_deadline = late
        now = fields.Datetime.now().timetuple()[:6]
        self.tell(*now)
        self.notice = self.bought.picking_ids.support_notice_ids
        self.assertEqual(self.notice.state, "sent")
        self.sent = self.find_mails(self.notice)

    def answer(self, number=1, sender=ANA, **values):
        return self.receive(
            self.mail(
                sender=sender,
                subject="Re: late",
                message_id=f"<answer-{number}@example.com>",
                extra={"In-Reply-To": self.sent.message_id},
                **values,
            )
        )

    def test_the_mail_asks_for_answers_at_the_desk(self):
        self.assertIn(self.address, self.sent.reply_to)

    def test_an_answer_is_a_ticket_about_the_order_and_the_delivery(self):
        row = self.answer()
        self.assertEqual(row.outcome, "ticket_created", row.error)
        ticket = row.ticket_id
        self.assertEqual(ticket.sale_order_id, self.bought)
        self.assertEqual(ticket.picking_id, self.bought.picking_ids)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(self.notice.ticket_id, ticket)
        notes = ticket.message_ids.filtered(lambda one: "answers this" in one.body)
        self.assertIn(self.bought.name, notes.body)

    def test_a_second_answer_goes_into_the_same_ticket(self):
        first = self.answer()
        second = self.answer(2, body=b"And where is it now?")
        self.assertEqual(second.outcome, "appended", second.error)
        self.assertEqual(second.ticket_id, first.ticket_id)

    def test_a_stranger_s_answer_is_tied_to_nothing(self):
        row = self.answer(sender="Eve <eve@example.net>")
        self.assertEqual(row.outcome, "ticket_created", row.error)
        self.assertFalse(row.ticket_id.sale_order_id or self.notice.ticket_id)

    def test_an_unproven_answer_opens_no_order(self):
        self.env["ir.config_parameter"].set_param(
            "customer_support.trust_sender_addresses", "False"
        )
        ticket = self.answer().ticket_id
        self.assertFalse(ticket.sale_order_id or ticket.partner_id)
        self.assertEqual(self.notice.ticket_id, ticket)
        notes = ticket.message_ids.filtered(lambda one: "not tied" in one.body)
        self.assertIn(self.bought.name, notes.body)

    def test_an_automatic_reply_opens_no_ticket(self):
        row = self.receive(
            self.mail(
                sender=ANA,
                subject="Out of office",
                message_id="<auto-1@example.com>",
                extra={
                    "In-Reply-To": self.sent.message_id,
                    "Auto-Submitted": "auto-replied",
                },
            )
        )
        self.assertEqual((row.state, row.reason), ("suppressed", "auto_reply"))
        self.assertFalse(self.notice.ticket_id)
