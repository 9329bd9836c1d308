from odoo.tests import tagged

from .web_common import PDF, PNG, SupportWebCase


@tagged("post_install", "-at_install")
class TestPortalList(SupportWebCase):
    def test_own_and_followed_cases_are_listed_in_plain_words(self):
        own = self.make_ticket(name="Lamp arrived broken")
        followed = self.make_ticket(name="Ours too", partner_id=self.customer_b.id)
        followed.message_subscribe(self.customer.ids)
        foreign = self.make_ticket(name="Not ours", partner_id=self.customer_b.id)
        own.action_wait()
        self.visit_as(self.portal_user)
        page = self.url_open("/my/support").text
        self.assertIn(f"#{own.number}", page)
        self.assertIn("We are waiting for your answer", page)
        self.assertIn(f"#{followed.number}", page)
        self.assertNotIn(f"#{foreign.number}", page)
        self.assertNotIn("Not ours", page)

    def test_search_filter_and_grouping(self):
        lamp = self.make_ticket(name="Lamp arrived broken")
        bulb = self.make_ticket(name="Bulb is missing", sale_order_id=self.order.id)
        bulb.action_close()
        self.visit_as(self.portal_user)
        for query, shown, hidden in (
            ("search=lamp", lamp, bulb),
            (f"search=%23{bulb.number}", bulb, lamp),
            (f"search_in=number&search={lamp.number}", lamp, bulb),
            (f"search_in=order&search={self.order.name}", bulb, lamp),
            ("filterby=open", lamp, bulb),
            ("filterby=closed", bulb, lamp),
            ("groupby=status&filterby=closed", bulb, lamp),
        ):
            with self.subTest(query=query):
                page = self.url_open(f"/my/support?{query}").text
                self.assertIn(shown.name, page)
                self.assertNotIn(hidden.name, page)
        page = self.url_open("/my/support?groupby=status&sortby=oldest").text
        self.assertLess(page.index(lamp.name), page.index(bulb.name))

    def test_empty_list_says_how_to_begin(self):
        self.visit_as(self.portal_user)
        self.assertIn(
            "You have not asked us anything", self.url_open("/my/support").text
        )
        self.make_ticket()
        page = self.url_open("/my/support?search=nothinglikeit").text
        self.assertIn("No case fits this search", page)

    def test_pages_show_each_case_once(self):
        tickets = self.env["support.ticket"].create(
            [
                {
                    "name": f"Case number {n}",
                    "partner_id": self.customer.id,
                    "team_id": self.team.id,
                }
                for n in range(85)
            ]
        )
        self.visit_as(self.portal_user)
        pages = [self.url_open(f"/my/support/page/{n}").text for n in (1, 2)]
        for ticket in tickets:
            link = f'href="/my/support/{ticket.id}"'
            self.assertEqual(sum(page.count(link) for page in pages), 1)

    def test_account_page_counts_cases(self):
        self.visit_as(self.portal_user)
        counters = {"counters": ["support_count"]}
        answer = self.make_jsonrpc_request("/my/counters", counters)
        self.assertEqual(answer, {"support_count": 0})
        self.make_ticket()
        answer = self.make_jsonrpc_request("/my/counters", counters)
        self.assertEqual(answer, {"support_count": 1})
        self.assertIn("/my/support", self.url_open("/my/home").text)

    def test_merged_case_leads_to_the_surviving_one(self):
        loser, survivor = self.make_ticket(name="Second"), self.make_ticket()
        loser._merge_into(survivor)
        self.visit_as(self.portal_user)
        self.assertNotIn(f"#{loser.number}", self.url_open("/my/support").text)
        page = self.url_open(f"/my/support/{loser.id}", allow_redirects=False)
        self.assertTrue(page.headers["Location"].endswith(f"/{survivor.id}"))


@tagged("post_install", "-at_install")
class TestPortalCase(SupportWebCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.make_ticket(sale_order_id=self.order.id)
        self.url = f"/my/support/{self.ticket.id}"
        self.customer_writes(self.ticket)
        self.agent_replies(self.ticket, "We send you a new glass.")
        self.visit_as(self.portal_user)

    def reply(self, text, files=None, **data):
        return self.send(f"{self.url}/reply", {"message": text, **data}, files=files)

    def test_page_shows_conversation_order_and_what_comes_next(self):
        self.ticket.action_wait()
        page = self.url_open(self.url)
        self.assertEqual(page.status_code, 200)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        for text in (
            "The glass is broken.",
            "We send you a new glass.",
            "We are waiting for your answer",
            "Please answer below",
            self.order.name,
            "Desk lamp",
            self.order.picking_ids.name,
        ):
            self.assertIn(text, page.text)

    def test_notes_and_their_files_stay_inside(self):
        self.ticket.with_user(self.agent).message_post(
            body="Canary: fraud suspected", attachments=[("canary.pdf", PDF)]
        )
        self.ticket.description = "<p>Canary: background</p>"
        page = self.url_open(self.url).text
        self.assertNotIn("Canary", page)
        self.assertNotIn("canary.pdf", page)

    def test_promise_names_the_moment(self):
        self.reply("And the box is wet.")
        self.env.invalidate_all()
        self.assertTrue(self.ticket.is_waiting_agent)
        self.assertRegex(self.url_open(self.url).text, r"We answer by \w{3}, \w{3} \d+")

    def test_reply_is_the_customers_and_needs_an_answer(self):
        self.ticket.action_wait()
        answer = self.reply(
            "Here is a photo.", [("files", ("a.png", PNG, "image/png"))]
        )
        self.assertEqual(answer.status_code, 303)
        self.env.invalidate_all()
        message = self.ticket.message_ids.filtered("attachment_ids")
        self.assertEqual(message.author_id, self.customer)
        self.assertEqual(message.attachment_ids.name, "a.png")
        self.assertEqual(self.ticket.stage_kind, "open")
        self.assertTrue(self.ticket.is_waiting_agent)
        self.assertIn("Here is a photo.", self.url_open(self.url).text)
        file_url = f"{self.url}/file/{message.attachment_ids.id}"
        file = self.url_open(file_url)
        self.assertEqual(file.content, PNG)
        self.assertEqual(file.headers["Content-Type"], "image/png")

    def test_other_files_are_downloaded_not_shown(self):
        self.reply("The bill", [("files", ("bill.pdf", PDF, "application/pdf"))])
        file_id = self.ticket.message_ids.attachment_ids.id
        file = self.url_open(f"{self.url}/file/{file_id}")
        self.assertIn("attachment", file.headers["Content-Disposition"])

    def test_missing_file_is_not_found(self):
        self.reply("The bill", [("files", ("bill.pdf", PDF, "application/pdf"))])
        attachment = self.ticket.message_ids.attachment_ids
        self.env.cr.execute(
            "UPDATE ir_attachment SET store_fname = 'no/file' WHERE id = %s",
            [attachment.id],
        )
        self.env.invalidate_all()
        answer = self.url_open(f"{self.url}/file/{attachment.id}")
        self.assertEqual(answer.status_code, 404)

    def test_reply_reopens_a_closed_case(self):
        self.ticket.action_close()
        self.reply("It is still broken.")
        self.env.invalidate_all()
        self.assertFalse(self.ticket.closed_at)
        self.assertEqual(self.ticket.reopen_count, 1)

    def test_empty_reply_and_wrong_file_are_refused(self):
        count = len(self.ticket.message_ids)
        answer = self.reply("  ")
        self.assertEqual(answer.status_code, 400)
        self.assertIn("Please write something first.", answer.text)
        answer = self.reply("Keep this", [("files", ("a.exe", b"MZ", "image/png"))])
        self.assertEqual(answer.status_code, 400)
        self.assertIn("Keep this", answer.text)
        self.assertIn("a.exe: we cannot take this kind", answer.text)
        self.env.invalidate_all()
        self.assertEqual(len(self.ticket.message_ids), count)

    def test_too_many_replies_are_held_back(self):
        for _try in range(30):
            self.env["support.rate.limit"]._hit(
                "portal_reply", str(self.ticket.id), 30, 3600
            )
        answer = self.reply("Do not lose this")
        self.assertEqual(answer.status_code, 429)
        self.assertIn("Do not lose this", answer.text)

    def test_customer_closes_and_reopens(self):
        self.assertEqual(self.send(f"{self.url}/close").status_code, 303)
        self.env.invalidate_all()
        self.assertEqual(self.ticket.stage_kind, "solved")
        self.assertIn("Open this case again", self.url_open(self.url).text)
        self.assertEqual(self.send(f"{self.url}/reopen").status_code, 303)
        self.env.invalidate_all()
        self.assertFalse(self.ticket.closed_at)
        self.assertIn("My problem is solved", self.url_open(self.url).text)

    def test_tracking_links_of_several_parcels(self):
        picking = self.order.picking_ids
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Parcel service",
                "product_id": self.env["product.product"]
                .create({"name": "Parcel", "type": "service"})
                .id,
                "tracking_url": "https://track.example.com/<shipmenttrackingnumber>",
            }
        )
        picking.write({"carrier_id": carrier.id, "carrier_tracking_ref": "BR123"})
        page = self.url_open(self.url).text
        self.assertIn("https://track.example.com/BR123", page)
        carrier.tracking_url = "javascript:alert(1)//<shipmenttrackingnumber>"
        self.env.invalidate_all()
        self.assertNotIn("javascript:alert", self.url_open(self.url).text)

    def test_long_conversation_comes_in_parts(self):
        for number in range(25):
            self.customer_writes(self.ticket, f"Message number {number:02}.")
        page = self.url_open(self.url).text
        self.assertIn("Message number 24.", page)
        self.assertNotIn("We send you a new glass.", page)
        before = self.ticket.message_ids.filtered(
            lambda message: "number 05" in (message.body or "")
        ).id
        page = self.url_open(f"{self.url}?before={before}").text
        self.assertIn("We send you a new glass.", page)
        self.assertNotIn("Message number 24.", page)

    def test_agent_previews_the_page(self):
        self.visit_as(self.agent)
        page = self.url_open(self.url)
        self.assertEqual(page.status_code, 200)
        self.assertIn("The glass is broken.", page.text)

    def test_markup_of_strangers_is_harmless(self):
        self.ticket.name = "<img src=x onerror=alert(1)> {{ 7*7 }}"
        self.reply("<script>alert(1)</script>")
        page = self.url_open(self.url).text
        self.assertNotIn("<img src=x", page)
        self.assertNotIn("<script>alert(1)", page)
        self.assertIn("{{ 7*7 }}", page)
