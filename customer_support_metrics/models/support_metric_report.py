"""Weekly reports: who gets which teams' figures, on which day, as which file."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from odoo.addons.customer_support.models.support_due_job_mixin import (
    conflicts_left_to_the_next_run,
)

from .support_metric_filters import AGENT

_logger = logging.getLogger(__name__)

WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


class SupportMetricReport(models.Model):
    """A report of the last whole week, mailed to some people on a day of the week.

    Everybody gets the figures that they may see, in their language and time zone.
    """

    _name = "support.metric.report"
    _description = "Weekly Support Report"
    _check_company_auto = True
    _order = "name, id"

    name = fields.Char("Title", required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    user_ids = fields.Many2many(
        "res.users",
        "support_metric_report_user_rel",
        "report_id",
        "user_id",
        string="Recipients",
        required=True,
        domain=lambda self: [("all_group_ids", "in", self.env.ref(AGENT).ids)],
        help="Each of them gets a mail with the figures that he or she may see.",
    )
    team_ids = fields.Many2many(
        "support.team",
        "support_metric_report_team_rel",
        "report_id",
        "team_id",
        string="Teams",
        check_company=True,
        help="Empty: all teams that the recipient may see. Each team has a table.",
    )
    weekday = fields.Selection(
        WEEKDAYS,
        "Day of the week",
        required=True,
        default="0",
        help="The report of the week before, from Monday to Sunday, leaves on this"
        " day.",
    )
    file_format = fields.Selection(
        [("pdf", "PDF file"), ("xlsx", "Excel sheet (XLSX)")],
        "File",
        required=True,
        default="pdf",
        help="Without the program wkhtmltopdf on the server a PDF is sent as XLSX.",
    )
    sending_ids = fields.One2many(
        "support.metric.report.sending", "report_id", "Sent", readonly=True
    )

    # --- the job ------------------------------------------------------------------

    @api.model
    def _cron_send(self):
        """Mail what is due; each recipient is committed by itself."""
        progress = self.env["ir.cron"]
        for report in self.search([("weekday", "!=", False)]):
            for user in report._get_recipients():
                with conflicts_left_to_the_next_run(self.env):
                    report._send_safely(user)
                if not progress._commit_progress(1):
                    return

    def _send_safely(self, user):
        """Let one that fails keep no other one back; the next run tries again."""
        try:
            with self.env.cr.savepoint():
                self._send_to(user)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            _logger.warning("%s: not sent: %s", self, type(error).__name__)

    def _get_recipients(self):
        """Those recipients who still work here, and for support."""
        self.ensure_one()
        return self.user_ids.filtered(
            lambda user: (
                user.active
                and user.email
                and user.has_group(AGENT)
                and self.company_id in user.company_ids
            )
        )

    def _send_to(self, user):
        """Mail the report of the last whole week, unless that was done.

        :param user: ``res.users``
        :return: the ``support.metric.report.sending``; empty when nothing was due
        """
        sendings = self.env["support.metric.report.sending"]
        week = self._get_due_week(user)
        if not week or self.sending_ids.filtered(
            lambda one: one.user_id == user and one.week == week
        ):
            return sendings
        content = self._get_content(user, week)
        if not content._get_tables():
            return sendings
        # A second worker at the same moment ends at the unique index, before a mail.
        sending = sendings.create(
            {"report_id": self.id, "user_id": user.id, "week": week}
        )
        sending.flush_recordset()
        content._queue_mail(user, week)
        return sending

    def _get_due_week(self, user):
        """The Monday of the week to report, once its day has come; else False."""
        zone = self.with_context(tz=user.tz or "UTC")
        today = fields.Date.context_today(zone)
        if today.weekday() < int(self.weekday):
            return False
        return today - timedelta(days=today.weekday() + 7)

    def _get_content(self, user, week):
        """This report as ``user`` may see it, in that user's language."""
        return (
            self.with_user(user)
            .with_context(
                lang=user.lang,
                tz=user.tz or "UTC",
                allowed_company_ids=self.company_id.ids,
                support_report_week=fields.Date.to_string(week),
            )
            # sudo: support.metric.report: the system reads what a manager has set;
            # figures are asked for without it
            .sudo()
        )


class SupportMetricReportSending(models.Model):
    """That somebody was sent the report of a week: once."""

    _name = "support.metric.report.sending"
    _description = "Sent Weekly Report"
    _inherit = ["support.system.written.mixin"]
    _order = "week desc, id desc"
    _rec_name = "week"

    report_id = fields.Many2one(
        "support.metric.report", required=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one("res.users", "Recipient", required=True, index=True)
    week = fields.Date("Week from", required=True)

    _once_a_week = models.UniqueIndex(
        "(report_id, user_id, week)", "This report has been sent already."
    )
