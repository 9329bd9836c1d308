"""The checks of a reply, which know nothing of Odoo's records."""

from odoo.tests import BaseCase

from ..tools.greeting import find_greeted_name, find_wrong_name
from ..tools.writing_hints import (
    Hint,
    Word,
    find_blanks,
    find_hints,
    find_long_sentences,
    find_words,
    get_written_text,
    is_unchanged,
)


class TestWrittenText(BaseCase):
    def test_paragraphs_are_lines_and_the_history_is_left_out(self):
        body = """<p>Hi <b>Ana</b></p><div>one
            two<br/>three</div><blockquote>Dear [name]</blockquote>
            <div data-o-mail-quote="1">-- Bia</div>"""
        self.assertEqual(get_written_text(body), "Hi Ana\none two\nthree")

    def test_what_cannot_be_read_is_no_error(self):
        for body in ("", False, "plain", "<p", "\x00<p>a\x00b</p>", "<p>" * 3000):
            with self.subTest(body=body and body[:5]):
                self.assertIsInstance(get_written_text(body), str)


class TestBlanks(BaseCase):
    def test_what_was_to_be_filled_in_is_found(self):
        for text, blank in [
            ("Dear ____,", "____"),
            ("Dear [name],", "[name]"),
            ("Olá [NOME DO CLIENTE]!", "[NOME DO CLIENTE]"),
            ("Your order {{ order }} left", "{{ order }}"),
            ("Hello {first_name}", "{first_name}"),
            ("Hello <<name>>", "<<name>>"),
            ("Order XXX left", "XXX"),
            ("Chega em xx/xx/xxxx.", "xx/xx/xxxx"),
        ]:
            with self.subTest(text):
                self.assertEqual(find_blanks(text), [blank])

    def test_what_only_looks_like_a_blank_is_left_alone(self):
        for text in (
            "Size XXL or XXXL is in stock",
            "See the note [1] below",
            "Thanks xxx",
            "the file_name and a __dunder__ word",
            "[]",
        ):
            with self.subTest(text):
                self.assertEqual(find_blanks(text), [])

    def test_each_is_told_once_and_not_what_is_filled_later(self):
        text = "[name] [name] {voucher_code} {{voucher_code}}"
        self.assertEqual(find_blanks(text, {"voucher_code"}), ["[name]"])


class TestGreeting(BaseCase):
    def assertWrong(self, text, wrong, names=("Ana Souza",)):
        with self.subTest(text):
            self.assertEqual(find_wrong_name(text, names), wrong)

    def test_another_name_than_the_customers_is_found(self):
        self.assertWrong("Hi Bruno,\nyour lamp", "Bruno")
        self.assertWrong("Olá, Maria!", "Maria")
        self.assertWrong("Olá Maria Clara, tudo bem?", "Maria Clara")
        self.assertWrong("oi bruno, tudo bem?", "bruno")
        self.assertWrong("Bom dia, Sr. Carlos Lima,", "Carlos Lima")
        self.assertWrong("Olá, bom dia, João!", "João")
        self.assertWrong("HELLO BRUNO!", "BRUNO")
        self.assertWrong("Hello Bruno your order left", "Bruno")

    def test_a_shared_family_name_is_another_person(self):
        self.assertWrong("Prezado João de Souza,", "João de Souza")

    def test_the_customers_name_is_right_however_it_is_written(self):
        self.assertWrong("Hi Ana,", "")
        self.assertWrong("Olá, ÁNA!", "")
        self.assertWrong("Prezada Sra. Souza,", "")
        self.assertWrong("Oi Jose!", "", ["José Lima"])
        self.assertWrong("Oi Alex!", "", ["Alexandre Lima"])
        self.assertWrong("Dear Bruno,", "", ["Ana Souza", "Bruno Reis"])

    def test_who_greets_nobody_is_left_alone(self):
        for text in (
            "Hello, thanks for your message.",
            "Hello, Thanks for writing",
            "Olá! Seu pedido saiu.",
            "Bom dia!\nBruno embalou a sua luminária.",
            "Dear customer,",
            "Prezados,",
            "Caro Sr(a),",
            "Dear Sir or Madam,",
            "Hello there!",
            "We asked Bruno, who packed it.",
            "",
        ):
            self.assertWrong(text, "")

    def test_without_a_known_name_nothing_is_compared(self):
        self.assertWrong("Hi Bruno,", "", [])
        self.assertWrong("Hi Bruno,", "", [False, "+55 11 99876-5432"])

    def test_the_name_behind_the_greeting_is_read(self):
        self.assertEqual(
            find_greeted_name("Dear Ana Clara da Silva, it"), "Ana Clara da Silva"
        )


class TestWords(BaseCase):
    def find(self, text, *words):
        return [hint.found for hint in find_words(text, words)]

    def test_words_are_found_whatever_their_accents_and_capitals(self):
        word = Word("ridícul*", "rude")
        self.assertEqual(self.find("Isso é RIDÍCULO!", word), ["RIDÍCULO"])
        self.assertEqual(self.find("que ridicula", word), ["ridicula"])
        self.assertEqual(self.find("um chapéu", word), [])

    def test_only_whole_words_and_phrases_are_found(self):
        self.assertEqual(self.find("an article", Word("art")), [])
        phrase = Word("not my problem", "rude")
        self.assertEqual(
            self.find("This is not  my problem.", phrase), ["not  my problem"]
        )

    def test_acronyms_are_found_in_capitals_only(self):
        sla = Word("SLA")
        self.assertEqual(self.find("Our SLA is a day", sla), ["SLA"])
        self.assertEqual(self.find("sla, acho que sim", sla), [])
        self.assertEqual(self.find("A nf-e segue anexa", Word("NF-e")), ["nf-e"])

    def test_what_is_explained_is_no_jargon(self):
        rma, rude = Word("RMA"), Word("stupid", "rude")
        self.assertEqual(self.find("your RMA (return number) is 5", rma), [])
        self.assertEqual(self.find("your return number (RMA) is 5", rma), [])
        self.assertEqual(self.find("stupid (sorry)", rude), ["stupid"])

    def test_a_list_may_hold_signs_that_mean_something_to_a_search(self):
        for text in ("*", "(", "[a", "a+b", "  "):
            with self.subTest(text):
                self.find("some ( text [a with a+b", Word(text))

    def test_the_graver_hints_come_first(self):
        text = get_written_text(
            '<p>The RMA ____ is stupid, see <a href="#">https://x.example/XXX</a></p>'
        )
        hints = find_hints(
            text, [Word("RMA", suggestion="return number"), Word("stupid", "rude")]
        )
        self.assertEqual(
            hints,
            [
                Hint("blank", "____"),
                Hint("rude", "stupid"),
                Hint("jargon", "RMA", "return number"),
            ],
        )


class TestSentences(BaseCase):
    def test_very_long_sentences_are_found(self):
        text = "Short. " + "word " * 41 + "end. Short again."
        (hint,) = find_long_sentences(text)
        self.assertEqual(
            (hint.count, hint.found), (42, "word word word word word word")
        )

    def test_lines_and_lists_are_no_sentence(self):
        self.assertEqual(find_long_sentences("two words\n" * 60), [])

    def test_a_macro_is_unchanged_whatever_its_blanks(self):
        self.assertTrue(is_unchanged("Hi Ana\nit left", "Hi  Ana\n\nit left"))
        self.assertFalse(is_unchanged("Hi Ana\nit left today", "Hi Ana\nit left"))
        self.assertFalse(is_unchanged("", ""))
