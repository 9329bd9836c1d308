from odoo.tests import BaseCase, tagged

from odoo.addons.customer_support.tools.order_reference import (
    MAX_REFERENCES,
    get_order_references,
    is_reference_to,
)


@tagged("standard", "at_install")
class TestOrderReference(BaseCase):
    def test_numbers_that_a_customer_writes(self):
        for text, expected in [
            ("Hi, my order S00042 is late", ["S00042"]),
            ("my order\n#S00042.", ["S00042"]),
            ("s-42", ["S-42"]),
            ("pedido nº 42 não chegou", ["42"]),
            ("Pedido 42 quebrado", ["42"]),
            ("order number: 7", ["7"]),
            ("about #42 please", ["42"]),
            ("00042", ["00042"]),
            ("SO/2026/0042 arrived", ["SO/2026/0042"]),
            ("orders S00042, S00043 and S00042", ["S00042", "S00043"]),
        ]:
            with self.subTest(text):
                self.assertEqual(get_order_references(text), expected)

    def test_other_numbers_are_left_alone(self):
        for text in [
            "",
            None,
            "I paid R$ 42,50 on 12/03/2026 at 10:30",
            "call +55 11 98765-4321",
            "see https://shop.example/S00042",
            "write to S00042@shop.example or a@S00042.com",
            "border 42",
            "2 lamps and 15 bulbs",
        ]:
            with self.subTest(text):
                self.assertEqual(get_order_references(text), [])

    def test_a_long_list_is_cut(self):
        text = " ".join(f"S{number:05}" for number in range(1, 500))
        self.assertEqual(len(get_order_references(text)), MAX_REFERENCES)

    def test_reference_to_an_order(self):
        for reference in ("S00042", "s42", "S-42", "42", "00042"):
            self.assertTrue(is_reference_to(reference, "S00042"), reference)
        for reference in ("S00142", "X42", "2", "", "S"):
            self.assertFalse(is_reference_to(reference, "S00042"), reference)
