"""What a weekly report says: tables of figures, as PDF or XLSX, in a mail."""

import io
from datetime import timedelta

import xlsxwriter
from markupsafe import Markup

from odoo import fields, models
from odoo.tools import format_date, formatLang

from ..tools.metric import AMOUNTS, COUNT, DURATION, RATE, RATIO, STOCK
from ..tools.metric_filters import Filters
from ..tools.metric_period import Period

HOUR = 3600
PDF = "customer_support_metrics.support_metric_report_pdf"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SupportMetricReport(models.Model):
    _inherit = "support.metric.report"

    # --- the figures ----------------------------------------------------------------

    def _get_weeks(self):
        """The week that is reported and the one before it, in that order."""
        first = fields.Date.to_date(self.env.context["support_report_week"])
        week = Period(first, first + timedelta(days=6), self.env.tz.zone)
        return week, week.get_previous()

    def _get_tables(self):
        """One table for all teams together, and one for each, as the user sees them.

        :return: list of dicts with title and rows; none where nothing may be seen
        """
        # What a person may see decides: the report is read in sudo, figures are not.
        metrics = self.env["support.metric"].sudo(False)
        allowed = metrics._get_allowed_team_ids()
        teams = self.team_ids
        if allowed is not None:
            mine = teams.browse(allowed)
            teams = teams & mine if teams else mine
            if not teams:
                return []
        parts = [(self.env._("All teams"), teams)]
        if teams:
            parts = [(team.name, team) for team in teams]
            if len(teams) > 1:
                parts.insert(0, (self.env._("These teams together"), teams))
        return [
            {"title": title, "rows": self._get_rows(metrics, part)}
            for title, part in parts
        ]

    def _get_rows(self, metrics, teams):
        week, before = self._get_weeks()
        question = Filters(period=week, team_ids=tuple(teams.ids))
        rows = []
        for metric in metrics._get_shown_metrics(question):
            previous, figure = metrics._get_figures(metric, question, [before, week])
            if figure.n or previous.n or figure.pending:
                rows.append(self._prepare_row(metric, figure, previous))
        return rows

    def _prepare_row(self, metric, figure, previous):
        """One line: numbers in the units that people read."""
        now, then = _get_number(metric, figure), _get_number(metric, previous)
        return {
            "name": metric.name,
            "unit": self._get_unit(metric),
            "n": figure.n,
            "value": now,
            "p90": _to_hours(figure.business_p90),
            "previous": then,
            "change": None if None in (now, then) else now - then,
            "is_hidden": figure.is_hidden,
            "is_better": _is_better(metric, now, then),
        }

    def _get_unit(self, metric):
        if metric.kind == DURATION:
            return self.env._("working hours (median)")
        if metric.kind in AMOUNTS:
            return self.env.company.currency_id.symbol
        if metric.kind == RATIO:
            things = metric.base_name or self.env._("orders")
            return self.env._("for 100 %s", things)
        return "%" if metric.kind == RATE else ""

    def _format_number(self, number):
        """A number as the recipient writes it; a dash for none."""
        if number is None:
            return "–"
        digits = 0 if number == int(number) else 1
        return formatLang(self.env, number, digits=digits)

    def _get_headings(self):
        _ = self.env._
        return [
            *(_("Figure"), _("Unit"), _("Counted"), _("This week")),
            *(_("9 of 10 below"), _("Week before"), _("Change")),
        ]

    def _get_period_label(self):
        week, _before = self._get_weeks()
        first, last = (format_date(self.env, day) for day in (week.first, week.last))
        return f"{first} – {last}"

    # --- the file -------------------------------------------------------------------

    def _make_file(self):
        """The report as a file.

        :return: (content, extension, mimetype)
        """
        if self.file_format == "pdf" and self._can_print():
            report = self.env["ir.actions.report"]
            content, kind = report._render_qweb_pdf(PDF, self.ids, self._get_values())
            return (
                content,
                kind,
                f"{'text' if kind == 'html' else 'application'}/{kind}",
            )
        return self._make_xlsx(), "xlsx", XLSX_TYPE

    def _can_print(self):
        """Whether Odoo can make a PDF on this server."""
        state = self.env["ir.actions.report"].get_wkhtmltopdf_state()
        return state not in ("install", "broken")

    def _get_values(self):
        """What the page of the PDF shows."""
        return {
            "title": self.name,
            "period": self._get_period_label(),
            "headings": self._get_headings(),
            "tables": self._get_tables(),
            "format_number": self._format_number,
        }

    def _make_xlsx(self):
        """A workbook with a table a team; words are written as words, never run."""
        output = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        with xlsxwriter.Workbook(output, options) as book:
            sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
            number = book.add_format({"num_format": "#,##0.0"})
            whole = book.add_format({"num_format": "#,##0"})
            sheet.set_column(0, 0, 36)
            sheet.set_column(1, 6, 18)
            sheet.write_string(0, 0, self.name, bold)
            sheet.write_string(1, 0, self._get_period_label())
            place = 3
            for table in self._get_tables():
                sheet.write_string(place, 0, table["title"], bold)
                for column, heading in enumerate(self._get_headings()):
                    sheet.write_string(place + 1, column, heading, bold)
                for row in table["rows"]:
                    self._write_row(sheet, place + 2, row, number, whole)
                    place += 1
                place += 3
        return output.getvalue()

    def _write_row(self, sheet, place, row, number, whole):
        sheet.write_string(place, 0, row["name"])
        sheet.write_string(place, 1, row["unit"])
        sheet.write_number(place, 2, row["n"], whole)
        for column, name in enumerate(("value", "p90", "previous", "change"), 3):
            if row[name] is not None:
                sheet.write_number(place, column, row[name], number)

    # --- the mail -------------------------------------------------------------------

    def _queue_mail(self, user, week):
        """Put the mail with the file into Odoo's queue.

        :param user: the recipient
        :param date week: the Monday of the week
        """
        content, extension, mimetype = self._make_file()
        body = Markup("<p>%s</p><p>%s</p>") % (
            self.env._("Hello %s,", user.name),
            self.env._(
                "here are the figures of support of %s.", self._get_period_label()
            ),
        )
        self.env["mail.mail"].create(
            {
                "subject": f"{self.name}: {self._get_period_label()}",
                "body_html": body,
                "email_from": self.company_id.email_formatted
                or self.env.user.email_formatted,
                "recipient_ids": [(4, user.partner_id.id)],
                "auto_delete": True,
                "attachment_ids": [
                    (
                        0,
                        0,
                        {
                            "name": f"support-{week}.{extension}",
                            "raw": content,
                            "mimetype": mimetype,
                        },
                    )
                ],
            }
        )


def _to_hours(seconds):
    return None if seconds is None else seconds / HOUR


def _get_number(metric, figure):
    """The number that stands for a figure: hours for times."""
    if metric.kind == DURATION:
        return _to_hours(figure.business_median)
    if metric.kind in (COUNT, STOCK):
        return figure.n
    return figure.value


def _is_better(metric, now, then):
    if metric.higher_is_better is None or None in (now, then) or now == then:
        return None
    return (now > then) == metric.higher_is_better
