from markupsafe import Markup

from odoo.tests import BaseCase

from ..tools import placeholders
from ..tools.placeholders import Link, MissingValueError


class TestPlaceholders(BaseCase):
    def test_each_name_is_found_once_in_order(self):
        text = "<p>{order_number} {first_name} and {order_number}</p>"
        self.assertEqual(placeholders.find_names(text), ["order_number", "first_name"])

    def test_a_value_is_escaped(self):
        filled = placeholders.fill(
            "<p>Hello {name}</p>", {"name": "<img src=x onerror=alert(1)>"}
        )
        self.assertEqual(filled, "<p>Hello &lt;img src=x onerror=alert(1)&gt;</p>")
        self.assertIsInstance(filled, Markup)

    def test_a_value_is_not_filled_again(self):
        filled = placeholders.fill("{name}", {"name": "{secret}", "secret": "42"})
        self.assertEqual(filled, "{secret}")

    def test_a_link_is_shown_as_a_link_and_escaped(self):
        filled = placeholders.fill("{t}", {"t": Link('https://x.example/?a="&b=1')})
        self.assertEqual(
            filled,
            '<a href="https://x.example/?a=&#34;&amp;b=1">'
            "https://x.example/?a=&#34;&amp;b=1</a>",
        )

    def test_several_links_are_listed(self):
        links = [Link("https://x/1", "P1"), Link("https://x/2", "P2")]
        self.assertEqual(
            placeholders.fill("{t}", {"t": links}),
            '<a href="https://x/1">P1</a>, <a href="https://x/2">P2</a>',
        )

    def test_every_missing_value_is_named(self):
        with self.assertRaises(MissingValueError) as caught:
            placeholders.fill("{a} {b} {c}", {"a": "x", "b": None, "c": ""})
        self.assertEqual(caught.exception.names, ["b", "c"])

    def test_a_preview_leaves_what_is_missing(self):
        self.assertEqual(
            placeholders.fill_known("{a} {b}", {"a": "x", "b": None}), "x {b}"
        )

    def test_code_is_never_run_and_stays_as_it_is(self):
        for text in (
            "{{ object.env }}",
            "${7*7}",
            "%(x)s",
            "{0.__class__}",
            "{name.__class__}",
            "{name!r:>9}",
            "<t t-out='1'>",
        ):
            with self.subTest(text=text):
                self.assertEqual(placeholders.fill(text, {"name": "Ana"}), text)

    def test_unknown_names_are_told(self):
        self.assertEqual(
            placeholders.find_unknown_names("{name} {nmae} {name.__class__}", {"name"}),
            ["nmae", "name.__class__"],
        )

    def test_a_name_in_a_tag_or_cut_by_one_is_misplaced(self):
        for html in (
            '<a href="{tracking_link}">here</a>',
            "<p>{tracking<b>_link</b>}</p>",
            "<p>{<i>tracking_link</i>}</p>",
        ):
            with self.subTest(html=html):
                self.assertEqual(
                    placeholders.find_misplaced_names(html), ["tracking_link"]
                )
        self.assertFalse(
            placeholders.find_misplaced_names("<p><b>{tracking_link}</b></p>")
        )
