from odoo.tests import BaseCase

from ..tools.uploaded_file import MAX_NAME_LENGTH, clean_file_name, find_file_type
from .web_common import PDF, PNG


class TestUploadedFile(BaseCase):
    def test_name_is_what_it_looks_like(self):
        for given, kept in (
            ("photo.png", "photo.png"),
            ("minha foto ção.JPG", "minha foto ção.JPG"),
            ("fotografi\u0301a.png", "fotografía.png"),
            ("../../etc/passwd.pdf", "passwd.pdf"),
            ("C:\\temp\\bill.pdf", "bill.pdf"),
            ("\u200b.htaccess", "htaccess"),
            ("\u202egnp.exe", "gnp.exe"),
            ("bill\r\nX: y.pdf", "billX y.pdf"),
            ("a\x00b.pdf", "ab.pdf"),
            ("con.pdf", "_con.pdf"),
            ('a"b<c>.pdf', "a b c .pdf"),
            ("", "file"),
            ("...", "file"),
            (None, "file"),
        ):
            with self.subTest(given=given):
                self.assertEqual(clean_file_name(given), kept)

    def test_long_name_keeps_its_ending(self):
        name = clean_file_name("x" * 5000 + ".pdf")
        self.assertEqual(len(name), MAX_NAME_LENGTH)
        self.assertTrue(name.endswith(".pdf"))

    def test_type_comes_from_the_ending_and_must_fit_the_content(self):
        for name, content, mimetype in (
            ("photo.PNG", PNG, "image/png"),
            ("bill.pdf", PDF, "application/pdf"),
            ("list.csv", b"a;b", "text/csv"),
            ("photo.png", b"<script>", None),
            ("photo.jpg", PNG, None),
            ("page.html", b"<html>", None),
            ("image.svg", b"<svg/>", None),
            ("png", PNG, None),
        ):
            with self.subTest(name=name):
                self.assertEqual(find_file_type(name, content), mimetype)
