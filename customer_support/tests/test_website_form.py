from unittest.mock import patch
from uuid import uuid4

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .web_common import PDF, PNG, SupportWebCase


@tagged("post_install", "-at_install")
class TestWebsiteForm(SupportWebCase):
    def test_guest_gets_a_number_and_a_promise(self):
        self.visit_as()
        answer = self.send_guest_form(order_ref="S00042", phone="+55 11 5555 0100")
        self.assertEqual(answer.status_code, 303)
        ticket = self.find_new_tickets()
        self.assertEqual(len(ticket), 1)
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.website_id, self.website)
        self.assertEqual(ticket.reason_id, self.damaged)
        self.assertEqual(ticket.partner_name, "Rita Alves")
        self.assertEqual(ticket.email_from, "rita@example.com")
        self.assertEqual(ticket.claimed_order_ref, "S00042")
        self.assertFalse(ticket.partner_id)
        self.assertTrue(ticket.is_waiting_agent)
        thanks = self.url_open("/support/thanks").text
        self.assertIn(f"#{ticket.number}", thanks)
        self.assertIn("rita@example.com", thanks)
        self.assertIn("We answer by", thanks)

    def test_a_guest_is_acknowledged_once_and_without_echo(self):
        self.team.send_acknowledgement = True
        self.visit_as()
        for subject in ("Buy cheap watches", "Buy more watches"):
            self.send_guest_form(subject=subject, message="Click evil.example")
        mails = self.env["mail.mail"].search([("email_to", "=", "rita@example.com")])
        self.assertEqual(len(mails), 1)
        self.assertEqual(mails.author_id, self.env.company.partner_id)
        self.assertNotIn("watches", f"{mails.subject} {mails.body_html}")
        self.assertNotIn("evil", mails.body_html)

    def test_first_message_is_the_visitors_own_words(self):
        self.visit_as()
        self.send_guest_form(message="Broken <b>glass</b>\nsecond line {{ 7 * 7 }}")
        message = self.find_new_tickets().message_ids.filtered(
            lambda message: message.message_type == "comment"
        )
        self.assertEqual(len(message), 1)
        self.assertFalse(message.author_id)
        self.assertIn("rita@example.com", message.email_from)
        self.assertIn("&lt;b&gt;glass&lt;/b&gt;", message.body)
        self.assertIn("{{ 7 * 7 }}", message.body)
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_comment"))

    def test_typing_a_customers_address_unlocks_nothing(self):
        self.visit_as()
        answer = self.send_guest_form(
            email="Ana@Example.com", order_ref=self.order.name, order_id=self.order.id
        )
        self.assertEqual(answer.status_code, 303)
        ticket = self.find_new_tickets()
        self.assertFalse(ticket.partner_id)
        self.assertEqual(ticket.claimed_partner_id, self.customer)
        self.assertFalse(ticket.sale_order_id)
        self.assertNotIn(self.customer, ticket.message_partner_ids)
        mails = self.env["mail.mail"].search(
            [("model", "=", "support.ticket"), ("res_id", "=", ticket.id)]
        )
        for mail in mails:
            self.assertNotIn(self.order.name, mail.body_html or "")
            self.assertNotIn("The glass is broken", mail.body_html or "")
        self.visit_as(self.portal_user)
        self.assertNotIn(f"#{ticket.number}", self.url_open("/my/support").text)
        page = self.url_open(f"/my/support/{ticket.id}")
        self.assertEqual(page.status_code, 404)

    def test_customer_order_and_lines_come_from_the_login(self):
        self.visit_as(self.portal_user)
        line = self.order.order_line.filtered(lambda one: one.product_id == self.bulb)
        answer = self.send_form(
            **{
                "order_id": self.order.id,
                "line_ids": line.id,
                f"quantity_{line.id}": "2",
                "email": "joao@example.com",
                "partner_name": "Somebody else",
                "partner_id": self.customer_b.id,
            }
        )
        self.assertEqual(answer.status_code, 303, answer.text)
        ticket = self.find_new_tickets()
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.email_from, "ana@example.com")
        self.assertEqual(ticket.sale_order_id, self.order)
        self.assertEqual(ticket.line_ids.sale_line_id, line)
        self.assertEqual(ticket.line_ids.quantity, 2)
        message = ticket.message_ids.filtered(lambda one: one.message_type == "comment")
        self.assertEqual(message.author_id, self.customer)

    def test_an_order_of_somebody_else_is_not_taken(self):
        other = self._new_order(self.customer_b)
        self.visit_as(self.portal_user)
        page = self.url_open(f"/support?order={other.id}").text
        self.assertNotIn(other.name, page)
        self.send_form(
            order_id=other.id,
            line_ids=other.order_line[0].id,
            picking_id=other.picking_ids[:1].id,
        )
        ticket = self.find_new_tickets()
        self.assertFalse(ticket.sale_order_id or ticket.line_ids or ticket.picking_id)

    def test_a_line_of_another_order_is_not_taken(self):
        other = self._new_order(self.customer_b)
        self.visit_as(self.portal_user)
        answer = self.send_form(order_id=self.order.id, line_ids=other.order_line[0].id)
        self.assertEqual(answer.status_code, 303, answer.text)
        ticket = self.find_new_tickets()
        self.assertEqual(ticket.sale_order_id, self.order)
        self.assertFalse(ticket.line_ids)

    def test_too_large_a_quantity_is_refused_by_name(self):
        line = self.order.order_line.filtered(lambda one: one.product_id == self.bulb)
        self.visit_as(self.portal_user)
        for quantity in ("3", "-1", "0", "1e9", "nan", "٣"):
            with self.subTest(quantity=quantity):
                answer = self.send_form(
                    **{
                        "order_id": self.order.id,
                        "line_ids": line.id,
                        f"quantity_{line.id}": quantity,
                    }
                )
                self.assertEqual(answer.status_code, 400)
                self.assertIn("Bulb: please give a quantity", answer.text)
        self.assertFalse(self.find_new_tickets())

    def test_fields_of_the_model_in_the_request_are_ignored(self):
        self.visit_as()
        self.send_guest_form(
            team_id=self.team_b.id,
            stage_id=self.env.ref("customer_support.stage_solved").id,
            user_id=self.agent_b.id,
            company_id=999,
            partner_id=self.customer.id,
            sale_order_id=self.order.id,
            priority="3",
            exclusion="spam",
            is_verified="1",
            channel_id=self.env.ref("customer_support.channel_phone").id,
        )
        ticket = self.find_new_tickets()
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.stage_kind, "new")
        self.assertEqual(ticket.priority, "1")
        self.assertEqual(ticket.company_id, self.website.company_id)
        self.assertFalse(ticket.user_id or ticket.partner_id or ticket.sale_order_id)
        self.assertFalse(ticket.exclusion)

    def test_bad_input_names_the_field_and_keeps_the_text(self):
        self.visit_as()
        kept = "A long story that nobody wants to type again"
        for wrong, said in (
            ({"subject": ""}, "Subject: please fill this in."),
            ({"message": " \n"}, "Your message: please fill this in."),
            ({"partner_name": ""}, "Your name: please fill this in."),
            ({"reason_id": "0"}, "What is it about?"),
            ({"reason_id": "x' OR 1=1"}, "What is it about?"),
            ({"email": "rita"}, "E-mail address: please write one address"),
            ({"email": "a@b.co, c@d.co"}, "please write one address"),
            ({"email": "a@b.co\nBcc: c@d.co"}, "please write it on one line"),
            ({"subject": "Hi\r\nBcc: c@d.co"}, "Subject: please write it on one line"),
            ({"subject": "x" * 201}, "Subject: this is too long"),
            ({"phone": "1" * 41}, "Phone: this is too long"),
            ({"message": f"{kept} {'x' * 10**6}"}, "Your message: this is too long"),
        ):
            with self.subTest(wrong=str(wrong)[:60]):
                answer = self.send_guest_form(**{"message": kept, **wrong})
                self.assertEqual(answer.status_code, 400)
                self.assertIn(said, answer.text)
                if "message" not in wrong or kept in wrong["message"]:
                    self.assertIn(kept, answer.text)
                self.assertIn('role="alert"', answer.text)
        self.assertFalse(self.find_new_tickets())

    def test_nul_bytes_and_odd_letters_do_no_harm(self):
        self.visit_as()
        answer = self.send_guest_form(
            subject="Zal\u0335go \u202egnp.exe 😀 \x00", message="\x00 e\u0301 é 𝔘"
        )
        self.assertEqual(answer.status_code, 303)
        self.assertIn("😀", self.find_new_tickets().name)
        self.assertNotIn("\u202e", self.find_new_tickets().name)

    def test_honeypot_and_missing_csrf_make_no_ticket(self):
        self.visit_as()
        answer = self.send_guest_form(company_website="http://spam.example")
        self.assertEqual(answer.status_code, 400)
        self.assertIn("The glass is broken.", answer.text)
        self.assertEqual(self.send_guest_form(csrf=False).status_code, 400)
        self.assertFalse(self.find_new_tickets())

    def test_refused_captcha_keeps_the_text(self):
        self.visit_as()
        IrHttp = self.registry["ir.http"]
        refuse = UserError("Are you a robot?")
        with patch.object(
            IrHttp, "_verify_request_recaptcha_token", side_effect=refuse
        ) as verify:
            answer = self.send_guest_form()
        self.assertEqual(answer.status_code, 400)
        self.assertIn("Are you a robot?", answer.text)
        self.assertIn("The glass is broken.", answer.text)
        self.assertFalse(self.find_new_tickets())
        verify.assert_called_once_with("support_form")

    def test_too_many_messages_are_held_back_politely(self):
        self.visit_as()
        set_param = self.env["ir.config_parameter"].set_param
        set_param("customer_support.limit_form_address", "2")
        codes = [self.send_guest_form().status_code for _try in range(3)]
        self.assertEqual(codes, [303, 303, 429])
        held = self.send_guest_form(message="Please do not lose this")
        self.assertIn("Please do not lose this", held.text)
        self.assertEqual(len(self.find_new_tickets()), 2)
        other = self.send_guest_form(email="caio@example.com")
        self.assertEqual(other.status_code, 303)

    def test_too_many_messages_of_one_connection(self):
        self.visit_as()
        set_param = self.env["ir.config_parameter"].set_param
        set_param("customer_support.limit_form_ip", "2")
        codes = [
            self.send_guest_form(email=f"rita{n}@example.com").status_code
            for n in range(3)
        ]
        self.assertEqual(codes, [303, 303, 429])

    def test_sending_the_same_form_twice_makes_one_ticket(self):
        self.visit_as()
        key = uuid4().hex
        first = self.send_guest_form(form_key=key)
        # The browser's back button, or another tab after the session has ended.
        self.visit_as()
        second = self.send_guest_form(form_key=key)
        self.assertEqual((first.status_code, second.status_code), (303, 303))
        ticket = self.find_new_tickets()
        self.assertEqual(len(ticket), 1)
        self.assertIn(f"#{ticket.number}", self.url_open("/support/thanks").text)

    def test_a_form_sent_at_the_same_moment_ends_at_the_same_ticket(self):
        tickets = self.env.registry["support.ticket"]
        find = tickets._find_sent_form

        def no_ticket(records, _form_key):
            return records.browse()

        for user in (None, self.portal_user):
            key = uuid4().hex
            # What a request sees that began before the other one's commit: nothing.
            seen = iter((no_ticket, no_ticket, find))
            self.visit_as(user)
            with (
                patch.object(
                    tickets,
                    "_find_sent_form",
                    lambda records, key, seen=seen: next(seen)(records, key),
                ),
                patch("odoo.service.model.time.sleep"),
            ):
                send = self.send_form if user else self.send_guest_form
                answers = [send(form_key=key) for _ in range(2)]
            self.assertEqual([one.status_code for one in answers], [303, 303])
            ticket = self.find_new_tickets()
            self.assertEqual(len(ticket), 1)
            self.assertIn(f"#{ticket.number}", self.url_open("/support/thanks").text)
            self.last_ticket_id = ticket.id

    def test_the_promise_reads_well_for_any_target(self):
        for target, words in (
            (7.5, "within 7 h 30 min of working time."),
            (0.25, "within 15 min of working time."),
            (1, "within one working hour."),
            (4, "within 4 working hours."),
            (0, "as soon as possible."),
        ):
            self.team.response_target_hours = target
            with self.subTest(target):
                self.assertIn(words, self.website._get_answer_promise(self.team))
        self.visit_as()
        page = self.url_open(f"/support?reason={self.damaged.id}").text
        self.assertIn("A person answers", page)

    def test_without_a_proper_key_each_post_is_a_ticket(self):
        self.visit_as()
        for key in ("", "abc", "A" * 32):
            self.send_guest_form(form_key=key)
        tickets = self.find_new_tickets()
        self.assertEqual(len(tickets), 3)
        self.assertFalse(any(tickets.mapped("form_key")))

    def test_nobody_reads_the_key_of_a_form(self):
        self.visit_as()
        self.send_guest_form(form_key=uuid4().hex)
        ticket = self.find_new_tickets()
        self.assertTrue(ticket.form_key)
        with self.assertRaises(AccessError):
            ticket.with_user(self.agent).read(["form_key"])
        with self.assertRaises(AccessError):
            ticket.with_user(self.agent).search([("form_key", "!=", False)])

    def test_answer_of_the_reason_is_shown_before_sending(self):
        self.damaged.answer = "<p>Keep the box, please.</p>"
        self.visit_as()
        answer = self.send_guest_form()
        self.assertEqual(answer.status_code, 200)
        self.assertIn("Keep the box, please.", answer.text)
        self.assertIn("The glass is broken.", answer.text)
        self.assertFalse(self.find_new_tickets())
        self.send_guest_form(answer_seen=self.damaged.id)
        self.assertEqual(len(self.find_new_tickets()), 1)

    def test_hidden_reason_cannot_be_chosen(self):
        self.damaged.website_published = False
        self.visit_as()
        self.assertEqual(self.send_guest_form().status_code, 400)

    def test_reason_decides_what_is_asked(self):
        self.visit_as()
        payment = self.env.ref("customer_support.reason_payment")
        page = self.url_open(f"/support?reason={payment.id}").text
        self.assertRegex(page, r'o_support_needs_order"\s+hidden="hidden"')
        page = self.url_open(f"/support?reason={self.damaged.id}").text
        self.assertRegex(page, r'o_support_needs_order"\s*>')

    def test_reason_gives_team_and_priority(self):
        self.team_b.website_ids = False
        self.damaged.write({"team_id": self.team_b.id, "priority": "2"})
        self.visit_as()
        self.send_guest_form()
        ticket = self.find_new_tickets()
        self.assertEqual((ticket.team_id, ticket.priority), (self.team_b, "2"))

    def test_thanks_page_shows_only_what_this_session_sent(self):
        self.visit_as()
        answer = self.url_open("/support/thanks", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)

    def test_delivery_page_link_names_order_and_delivery(self):
        picking = self.order.picking_ids
        self.visit_as(self.portal_user)
        page = self.url_open(f"/support?order={self.order.id}&delivery={picking.id}")
        self.assertIn(f'name="picking_id" value="{picking.id}"', page.text)
        self.send_form(order_id=self.order.id, picking_id=picking.id)
        self.assertEqual(self.find_new_tickets().picking_id, picking)

    def test_order_page_offers_help(self):
        self.visit_as(self.portal_user)
        page = self.url_open(f"/my/orders/{self.order.id}").text
        self.assertIn(f"/support?order={self.order.id}", page)
        self.assertIn(f"delivery={self.order.picking_ids.id}", page)


@tagged("post_install", "-at_install")
class TestWebsiteFormFiles(SupportWebCase):
    def send_files(self, *files):
        self.visit_as()
        return self.send_guest_form(files=[("files", file) for file in files])

    def test_files_hang_on_the_first_message(self):
        answer = self.send_files(
            ("broken.png", PNG, "image/png"), ("bill.pdf", PDF, "text/html")
        )
        self.assertEqual(answer.status_code, 303)
        ticket = self.find_new_tickets()
        files = ticket.message_ids.attachment_ids
        self.assertEqual(
            set(files.mapped("mimetype")), {"image/png", "application/pdf"}
        )
        self.assertEqual(files.mapped("res_id"), [ticket.id] * 2)
        self.assertEqual(files.filtered(lambda one: one.name == "broken.png").raw, PNG)
        self.assertFalse(any(files.mapped("public")))

    def test_name_is_cleaned_before_it_is_kept(self):
        self.send_files(("../\u202ebill.pdf", PDF, "application/pdf"))
        ticket = self.find_new_tickets()
        self.assertEqual(ticket.message_ids.attachment_ids.name, "bill.pdf")

    def test_what_is_not_allowed_is_named(self):
        for file, said in (
            (("virus.exe", b"MZ"), "virus.exe: we cannot take this kind"),
            (("page.html", b"<html>"), "page.html: we cannot take this kind"),
            (("x.svg", b"<svg/>"), "x.svg: we cannot take this kind"),
            (("photo.png", b"<html>"), "photo.png: we cannot take this kind"),
            (("photo.png\u200b.exe", PNG), "photo.png.exe: we cannot take"),
            ((".htaccess", b"x"), "htaccess: we cannot take this kind"),
            (("empty.pdf", b""), "empty.pdf: this file is empty"),
            (("large.png", PNG + b"0" * 10 * 2**20), "large.png: this file is too l"),
        ):
            with self.subTest(file=file[0]):
                answer = self.send_files((*file, "image/png"))
                self.assertEqual(answer.status_code, 400)
                self.assertIn(said, answer.text)
                self.assertIn("The glass is broken.", answer.text)
        self.assertFalse(self.find_new_tickets())

    def test_a_hundred_files_are_too_many(self):
        files = [(f"{n}.png", PNG, "image/png") for n in range(100)]
        answer = self.send_files(*files)
        self.assertEqual(answer.status_code, 400)
        self.assertIn("up to 10 files", answer.text)
        self.assertFalse(self.find_new_tickets())

    def test_all_files_together_have_a_limit(self):
        large = PNG + b"0" * (9 * 2**20)
        files = [(f"{n}.png", large, "image/png") for n in range(3)]
        answer = self.send_files(*files)
        self.assertIn(answer.status_code, (400, 413))
        self.assertFalse(self.find_new_tickets())

    def test_refused_form_leaves_no_file_behind(self):
        before = self.env["ir.attachment"].search_count([])
        self.visit_as()
        self.send_guest_form(
            subject="", files=[("files", ("broken.png", PNG, "image/png"))]
        )
        self.assertEqual(self.env["ir.attachment"].search_count([]), before)
