"""Card numbers in mails and forms: hidden where they are shown and where kept."""

from odoo.tests import tagged

from ..models import support_incoming_mail_masking as masking
from .mail_common import SupportMailCommon
from .test_masking import CARD
from .web_common import SupportWebCase


@tagged("post_install", "-at_install")
class TestMaskedMails(SupportMailCommon):
    """What arrived stays exact as long as it is needed, and no longer."""

    def make_card_mail(self, **values):
        sender = f'"Rita {CARD}" <rita@example.com>'
        text = f"My card is {CARD}."
        return self.mail(sender=sender, subject=f"Charged {CARD}", body=text, **values)

    def assert_hidden(self, *texts):
        for text in texts:
            self.assertNotIn("4111 1111", text or "")

    def test_nothing_that_is_shown_or_kept_holds_the_card(self):
        raw = self.make_card_mail()
        self.deliver(raw)
        row = self.find_row(raw)
        self.assertEqual(row._get_raw_bytes(), raw)
        self.assert_hidden(row.subject)
        self.process()
        self.assertEqual(row.outcome, "ticket_created", row.error)
        ticket, message = row.ticket_id, row.mail_message_id
        self.assertEqual(ticket.partner_name, "Rita •••• •••• •••• 1111")
        self.assert_hidden(ticket.name, message.subject, message.body)
        self.assert_hidden(message.email_from, row._get_raw_bytes().decode())
        self.assertIn(b"My card is **** **** **** 1111.", row._get_raw_bytes())

    def test_the_customer_is_answered_and_writes_again_as_before(self):
        raw = self.make_card_mail(message_id="<card@example.com>")
        ticket = self.receive(raw).ticket_id
        _message, mails = self.answer_of_agent(ticket)
        self.assertEqual(self.addresses_of(mails), {"rita@example.com"})
        again = self.receive(
            self.mail(
                sender="rita@example.com",
                body="Thank you, and now?",
                message_id="<second@example.com>",
                extra={"References": "<card@example.com>"},
            )
        )
        self.assertEqual((again.outcome, again.ticket_id), ("appended", ticket))

    def test_a_mail_that_comes_again_is_known_although_it_was_masked(self):
        raw = self.make_card_mail()
        row = self.receive(raw)
        self.assertNotIn(CARD.encode(), row._get_raw_bytes())
        self.assertEqual(self.receive(raw), row)
        self.assertEqual(row.duplicates, 1)
        other = self.make_card_mail(extra={"X-Other": "1"})
        changed = self.receive(other.replace(b"My card", b"Your card"))
        self.assertEqual(changed.reason, "message_id_reused")

    def test_a_held_mail_stays_exact_until_somebody_lets_it_in(self):
        first = self.receive(self.mail(message_id="<one@example.com>"))
        raw = self.make_card_mail(message_id="<one@example.com>")
        held = self.receive(raw)
        self.assertEqual(held.state, "quarantined")
        self.assertEqual(held._get_raw_bytes(), raw)
        held.action_release()
        self.assertEqual(held._get_raw_bytes(), raw)
        self.process()
        self.assertEqual(held.outcome, "ticket_created", held.error)
        self.assertNotEqual(held.ticket_id, first.ticket_id)
        self.assert_hidden(held._get_raw_bytes().decode())

    def test_a_mail_that_fails_is_tried_again_with_what_arrived(self):
        raw = self.make_card_mail()
        self.deliver(raw)
        row = self.find_row(raw)
        self.patch(type(row), "_step_new", lambda mail, case: 1 / 0)
        self.process()
        self.assertEqual((row.state, row.attempts), ("spooled", 1))
        self.assertEqual(row._get_raw_bytes(), raw)

    def test_a_mail_without_a_card_is_kept_as_it_came(self):
        raw = self.mail(body="The lamp is broken.")
        self.assertEqual(self.receive(raw)._get_raw_bytes(), raw)

    def test_the_store_may_keep_the_original(self):
        self.env["ir.config_parameter"].set_param(
            "customer_support.mask_cards", "False"
        )
        raw = self.make_card_mail()
        self.assertEqual(self.receive(raw)._get_raw_bytes(), raw)

    def test_a_text_file_in_a_mail_is_masked_in_ticket_and_original(self):
        parts = (
            "--b\nContent-Type: text/plain\n\nSee the list.\n"
            "--b\nContent-Type: text/csv\n"
            'Content-Disposition: attachment; filename="cards.csv"\n\n'
            f"Ana;{CARD}\n--b--\n"
        )
        content_type = 'multipart/mixed; boundary="b"'
        row = self.receive(self.mail(body=parts, content_type=content_type))
        [file] = row.mail_message_id.attachment_ids
        self.assertEqual(file.name, "cards.csv")
        self.assertEqual(file.raw.strip(), b"Ana;**** **** **** 1111")
        self.assert_hidden(row._get_raw_bytes().decode())

    def test_an_original_that_nobody_can_write_again_is_not_kept(self):
        self.patch(masking, "mask_raw_mail", lambda raw, mask: None)
        row = self.receive(self.make_card_mail())
        self.assertEqual(row.outcome, "ticket_created", row.error)
        self.assertFalse(row.raw)
        self.assertIn("1111.", row.mail_message_id.body)


@tagged("post_install", "-at_install")
class TestMaskedForm(SupportWebCase):
    def test_neither_name_nor_text_file_of_the_form_holds_a_card(self):
        self.visit_as()
        content = f"card {CARD}".encode()
        answer = self.send_form(
            partner_name=f"Rita {CARD}",
            email="rita@example.com",
            files=[("files", ("note.txt", content, "text/plain"))],
        )
        self.assertEqual(answer.status_code, 303)
        ticket = self.find_new_tickets()
        self.assertEqual(ticket.partner_name, "Rita •••• •••• •••• 1111")
        messages = ticket.message_ids
        self.assertNotIn(CARD, "".join(filter(None, messages.mapped("email_from"))))
        senders = filter(None, messages.mapped("email_from"))
        self.assertIn("rita@example.com", "".join(senders))
        self.assertEqual(messages.attachment_ids.raw, b"card **** **** **** 1111")
