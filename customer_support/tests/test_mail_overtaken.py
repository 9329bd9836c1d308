"""A mail that arrives after the answer to it: one case all the same."""

from datetime import timedelta

from odoo.tests import tagged

from .test_mail_delivery import SupportConversationCommon


@tagged("post_install", "-at_install")
class TestMailOvertaken(SupportConversationCommon):
    def setUp(self):
        super().setUp()
        self.faster = self.receive(self._answer("<late@example.com>")).ticket_id

    def receive_late(self, **values):
        return self.receive(self.mail(message_id="<late@example.com>", **values))

    def test_a_mail_that_its_own_answer_overtook_joins_it(self):
        row = self.receive_late()
        self.assertEqual((row.outcome, row.ticket_id), ("appended", self.faster))
        self.assertEqual(row.mail_message_id.res_id, self.faster.id)
        self.assertEqual(self.faster.customer_message_count, 2)

    def test_so_it_does_where_the_answers_ticket_was_merged(self):
        survivor = self.make_ticket()
        self.faster._merge_into(survivor)
        self.assertEqual(self.receive_late().ticket_id, survivor)

    def test_an_older_or_another_customers_answer_changes_nothing(self):
        row = self.receive_late(sender="João Lima <joao@example.com>")
        self.assertEqual(row.outcome, "ticket_created")
        old = self.receive(self._answer("<later@example.com>"))
        old.received_at -= timedelta(hours=3)
        row = self.receive(self.mail(message_id="<later@example.com>"))
        self.assertEqual(row.outcome, "ticket_created")

    def test_a_forged_sender_joins_nothing(self):
        self._trust_server()
        verdict = {"Authentication-Results": self._verdict("fail")}
        row = self.receive_late(extra=verdict)
        self.assertNotEqual(row.ticket_id, self.faster)
