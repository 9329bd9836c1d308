from lxml import html

from odoo import Command
from odoo.tests import tagged

from .web_common import SupportWebCase

PATIENCE = 300


@tagged("post_install", "-at_install")
class TestReturnPage(SupportWebCase):
    """What visitors of the store read about returns."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["support.return.policy"].search([]).active = False
        cls.lamps = cls.env["product.category"].create({"name": "Table lamps"})
        cls.general = cls.make_policy("A month to decide", sequence=50, fault_days=90)
        cls.sold_out = cls.make_policy(
            "Clearance",
            is_final_sale=True,
            category_ids=[Command.set(cls.lamps.ids)],
            description="<p>Prices are as low as they can be.</p>",
            sequence=60,
        )
        cls.lamp.product_tmpl_id.write({"website_published": True})

    @classmethod
    def make_policy(cls, name, **values):
        return cls.env["support.return.policy"].create({"name": name, **values})

    def open(self, path="/support/returns"):
        response = self.url_open(path, timeout=PATIENCE)
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.content)

    def read_policies(self):
        """The text of each policy on the page, from top to bottom."""
        page = self.open()
        return [
            " ".join(" ".join(section.itertext()).split())
            for section in page.xpath("//section[hasclass('o_support_return_policy')]")
        ]

    def read_product_line(self):
        page = self.open(self.lamp.website_url)
        return [
            link.text_content().strip()
            for link in page.xpath("//a[hasclass('o_support_product_returns')]")
        ]

    def test_a_guest_reads_the_policies_in_plain_words(self):
        self.visit_as()
        clearance, general = self.read_policies()
        self.assertEqual(
            clearance,
            "Table lamps Clearance Final sale: you cannot return these products "
            "because you changed your mind. Damaged, wrong or defective? Tell us "
            "within 90 days of the delivery; we pay the way back. Prices are as low "
            "as they can be.",
        )
        self.assertEqual(
            general,
            "All other products A month to decide You may return them within 30 days "
            "of the delivery. Unused, with everything that belongs to it. You pay the "
            "way back. You get your money back, another product, or a voucher. "
            "Damaged, wrong or defective? Tell us within 90 days of the delivery; we "
            "pay the way back.",
        )

    def test_the_page_tells_search_engines_what_it_is(self):
        page = self.open()
        self.assertIn("Returns and exchanges", page.findtext(".//title"))
        (description,) = page.xpath("//meta[@name='description']/@content")
        self.assertIn("who pays the way back", description)
        self.assertTrue(page.xpath("//header//a[@href='/support/returns']"))

    def test_only_policies_of_this_website_are_told(self):
        other_company = self.env["res.company"].create({"name": "Other store"})
        other_site = self.env["website"].create({"name": "Outlet"})
        self.make_policy("Foreign company", company_id=other_company.id)
        self.make_policy("Foreign site", website_id=other_site.id)
        self.make_policy("Not told", website_published=False)
        self.make_policy("Old", active=False)
        own = self.make_policy(
            "Own", website_id=self.website.id, company_id=self.website.company_id.id
        )
        names = " ".join(self.read_policies())
        for name in ("Foreign company", "Foreign site", "Not told", "Old"):
            self.assertNotIn(name, names)
        self.assertIn(own.name, names)

    def test_countries_are_told_apart(self):
        self.sold_out.active = False
        brazil = self.env.ref("base.br")
        self.make_policy(
            "Seven days", days=7, sequence=1, country_ids=[Command.set(brazil.ids)]
        )
        first, second = self.read_policies()
        self.assertIn("All products Delivered to Brazil Seven days", first)
        self.assertIn("All products Delivered to all other countries", second)

    def test_other_products_are_told_only_where_there_are_some(self):
        """Clearance in the United States makes no difference in Brazil."""
        usa, brazil = self.env.ref("base.us"), self.env.ref("base.br")
        self.sold_out.country_ids = usa
        own = self.make_policy(
            "Seven days", days=7, country_ids=[Command.set(brazil.ids)]
        )
        page = self.sold_out | own | self.general
        self.assertEqual(own._get_scope_words(page), "All products")
        self.assertEqual(self.general._get_scope_words(page), "All other products")
        self.sold_out.country_ids |= brazil
        self.assertEqual(own._get_scope_words(page), "All other products")

    def test_without_a_policy_the_page_invites_to_write(self):
        (self.general | self.sold_out).active = False
        page = self.open()
        self.assertFalse(self.read_policies())
        self.assertTrue(page.xpath("//p[hasclass('o_support_no_policy')]"))
        reason = self.env.ref("customer_support.reason_return")
        (link,) = page.xpath("//a[hasclass('o_support_return_ask')]/@href")
        self.assertEqual(link, f"/support?reason={reason.id}")

    def test_text_of_a_policy_cannot_carry_a_script(self):
        self.general.description = "<p>Hi<script>alert(1)</script></p>"
        self.general.name = "<img src=x onerror=alert(1)>"
        page = self.open()
        policy = page.get_element_by_id(f"return_policy_{self.general.id}")
        self.assertFalse(policy.xpath(".//script | .//img"))

    # --- the product ----------------------------------------------------------------

    def test_the_product_shows_its_policy_in_short(self):
        self.assertEqual(self.read_product_line(), ["30 days to return"])
        self.general.days = 1
        self.assertEqual(self.read_product_line(), ["1 day to return"])
        self.lamp.categ_id = self.lamps
        self.assertEqual(self.read_product_line(), ["Final sale: cannot be returned"])

    def test_the_product_shows_the_policy_of_the_customers_country(self):
        brazil = self.env.ref("base.br")
        self.make_policy(
            "Seven days", days=7, sequence=1, country_ids=[Command.set(brazil.ids)]
        )
        self.assertEqual(self.read_product_line(), ["30 days to return"])
        self.customer.country_id = brazil
        self.visit_as(self.portal_user)
        self.assertEqual(self.read_product_line(), ["7 days to return"])

    def test_the_product_keeps_what_is_not_told(self):
        self.general.website_published = False
        self.assertEqual(self.read_product_line(), [])
        self.general.website_published = True
        self.lamp.type = "service"
        self.assertEqual(self.read_product_line(), [])
