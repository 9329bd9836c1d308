"""The weekly report: who gets what, once a week, in which words."""

import base64
import io
import zipfile
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.metric import MONEY, PRICE
from .metric_common import MetricCommon


@tagged("post_install", "-at_install")
class TestMetricReport(MetricCommon):
    """Wednesday, 11 March 2026: the report is of 2 to 8 March."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.name = "=cmd|'/c calc'!A1"
        cls.report = cls.env["support.metric.report"].create(
            {
                "name": "How support does",
                "user_ids": [Command.set((cls.lead | cls.agent_own).ids)],
                "team_ids": [Command.set((cls.team | cls.team_b).ids)],
                "weekday": "2",
                "file_format": "xlsx",
            }
        )

    def send(self, *moment):
        before = self.env["mail.mail"].search([])
        job = self.env.ref("customer_support_metrics.ir_cron_support_metric_report")
        self.env.flush_all()
        with self.at(*moment), self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.env.invalidate_all()
        return self.env["mail.mail"].search([]) - before

    def read_sheet(self, mail):
        """The words and the formulas of the attached workbook."""
        raw = base64.b64decode(mail.attachment_ids.datas)
        with zipfile.ZipFile(io.BytesIO(raw)) as book:
            words = book.read("xl/sharedStrings.xml").decode()
            return words, book.read("xl/worksheets/sheet1.xml").decode()

    def tables(self, user):
        with self.at(2026, 3, 11, 12):
            week = self.report._get_due_week(user)
            return self.report._get_content(user, week)._get_tables()

    def test_once_a_week_and_not_before_its_day(self):
        self.solved(2)
        self.assertFalse(self.send(2026, 3, 10, 15))
        mails = self.send(2026, 3, 11, 12)
        self.assertEqual(mails.recipient_ids, (self.lead | self.agent_own).partner_id)
        self.assertEqual(set(mails.mapped("state")), {"outgoing"})
        self.assertFalse(self.send(2026, 3, 11, 13))
        self.assertFalse(self.send(2026, 3, 13, 12))
        self.assertEqual(len(self.send(2026, 3, 18, 12)), 2)

    def test_a_day_that_was_missed_is_made_up_for_in_the_same_week(self):
        self.solved(2)
        self.assertEqual(len(self.send(2026, 3, 15, 12)), 2)

    def test_the_database_keeps_a_second_one_out(self):
        values = {
            "report_id": self.report.id,
            "user_id": self.lead.id,
            "week": "2026-03-02",
        }
        sendings = self.env["support.metric.report.sending"]
        sendings.create(values)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            sendings.create(values)
            self.env.flush_all()

    def test_this_week_beside_the_week_before(self):
        for _number in range(5):
            self.answered(3, day=3)
        with self.at(2026, 2, 25, 12):
            self.customer_writes(self.make_ticket())
        tables = self.tables(self.lead)
        self.assertEqual(
            [table["title"] for table in tables],
            ["These teams together", self.team.name, self.team_b.name],
        )
        rows = {row["name"]: row for row in tables[1]["rows"]}
        new, response = rows["New cases"], rows["First response"]
        self.assertEqual(
            (new["n"], new["value"], new["previous"], new["change"]), (5, 5, 1, 4)
        )
        self.assertEqual((response["value"], response["p90"]), (3, 3))
        self.assertIsNone(response["change"])
        self.assertFalse(tables[2]["rows"])

    def test_every_figure_says_what_it_is_counted_in(self):
        metrics = self.metrics._get_metrics()
        report = self.report.with_user(self.lead)
        units = {metric.key: report._get_unit(metric) for metric in metrics}
        symbol = self.env.company.currency_id.symbol
        self.assertEqual(units["first_response"], "working hours (median)")
        self.assertEqual(units["csat"], "%")
        self.assertEqual(units["contact_rate"], "for 100 orders")
        for metric in metrics:
            if metric.kind in (MONEY, PRICE):
                self.assertEqual(units[metric.key], symbol)
            if metric.base_name:
                self.assertEqual(units[metric.key], f"for 100 {metric.base_name}")

    def test_fewer_than_five_show_their_number_alone(self):
        self.answered(3, day=3)
        rows = {row["name"]: row for row in self.tables(self.lead)[1]["rows"]}
        response = rows["First response"]
        self.assertEqual((response["n"], response["is_hidden"]), (1, True))
        self.assertIsNone(response["value"])

    def test_everybody_gets_what_they_may_see(self):
        with self.at(2026, 3, 3, 12):
            self.make_ticket(team_id=self.team_b.id)
        [table] = self.tables(self.agent_own)
        self.assertEqual(table["title"], self.team.name)
        self.report.team_ids = self.team_b
        self.assertFalse(self.tables(self.agent_own))
        mails = self.send(2026, 3, 11, 12)
        self.assertEqual(mails.recipient_ids, self.lead.partner_id)

    def test_who_has_left_support_gets_nothing(self):
        self.solved(2)
        self.agent_own.group_ids = self.env.ref("base.group_user")
        self.lead.active = False
        self.assertFalse(self.send(2026, 3, 11, 12))

    def test_a_team_called_like_a_formula_is_a_word(self):
        self.solved(2)
        words, sheet = self.read_sheet(self.send(2026, 3, 11, 12)[:1])
        self.assertIn("=cmd|", words)
        self.assertNotIn("<f>", sheet)

    def test_it_speaks_the_language_of_who_reads_it(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        self.lead.lang = "pt_BR"
        self.solved(2)
        mails = self.send(2026, 3, 11, 12)
        mine = mails.filtered(lambda m: m.recipient_ids == self.lead.partner_id)
        self.assertIn("Olá", mine.body_html)
        self.assertIn("02/03/2026", mine.subject)
        words, _sheet = self.read_sheet(mine)
        self.assertIn("Novos chamados", words)
        other = mails - mine
        self.assertIn("Hello", other.body_html)

    def test_the_page_of_the_pdf_shows_the_tables(self):
        for _number in range(5):
            self.answered(3, day=3)
        self.report.file_format = "pdf"
        with patch.object(
            type(self.env["ir.actions.report"]),
            "get_wkhtmltopdf_state",
            lambda _s: "ok",
        ):
            mails = self.send(2026, 3, 11, 12)
        page = base64.b64decode(mails[:1].attachment_ids.datas).decode()
        for word in (
            "How support does",
            "First response",
            "working hours",
            "New cases",
        ):
            self.assertIn(word, page)

    def test_without_the_program_for_pdf_it_is_a_workbook(self):
        self.solved(2)
        self.report.file_format = "pdf"
        with patch.object(
            type(self.env["ir.actions.report"]),
            "get_wkhtmltopdf_state",
            lambda _s: "install",
        ):
            mails = self.send(2026, 3, 11, 12)
        self.assertTrue(mails[:1].attachment_ids.name.endswith(".xlsx"))

    def test_only_managers_decide_who_gets_it(self):
        for user in (self.agent, self.agent_own):
            with self.assertRaises(AccessError):
                self.report.with_user(user).weekday = "3"
        self.report.with_user(self.lead).weekday = "3"
        sending = self.report.sending_ids.create(
            {
                "report_id": self.report.id,
                "user_id": self.lead.id,
                "week": "2026-03-02",
            }
        )
        with self.assertRaises(AccessError):
            sending.with_user(self.lead).unlink()
