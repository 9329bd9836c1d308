"""The answer to a shared cause, on its way to every customer it concerns."""

import logging
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

BATCH = 100
MAX_ATTEMPTS = 5


class SupportChildAnswer(models.Model):
    """One answer to one child ticket; the key in the database lets it leave once."""

    _name = "support.child.answer"
    _description = "Answer to a Child Ticket"
    _order = "id"
    _rec_name = "ticket_id"

    message_id = fields.Many2one(
        "mail.message", "Answer on the parent", required=True, ondelete="cascade"
    )
    ticket_id = fields.Many2one(
        "support.ticket", "Child ticket", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True)
    user_id = fields.Many2one("res.users", "Agent", required=True)
    body = fields.Html("Reply", required=True, sanitize=True)
    state = fields.Selection(
        [
            ("pending", "On its way"),
            ("done", "Sent"),
            ("skipped", "Not needed any more"),
            ("failed", "Failed"),
        ],
        default="pending",
        required=True,
    )
    attempts = fields.Integer(readonly=True)
    next_attempt_at = fields.Datetime("Next try", default=fields.Datetime.now)
    error = fields.Char(readonly=True)
    answer_id = fields.Many2one("mail.message", "Answer on the child", readonly=True)

    _once = models.UniqueIndex(
        "(message_id, ticket_id)", "This ticket has got this answer already."
    )
    _pending_idx = models.Index("(next_attempt_at, id) WHERE state = 'pending'")

    @api.model
    def _cron_process(self):
        """Send what waits, ticket by ticket; each is kept before the next begins."""
        domain = [
            ("state", "=", "pending"),
            ("next_attempt_at", "<=", fields.Datetime.now()),
        ]
        rows = self.search(domain, limit=BATCH)
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=self.search_count(domain))
        for row in rows:
            row._try_to_answer()
            if not progress._commit_progress(1):
                break

    def _try_to_answer(self):
        """Send one answer, unless somebody else does so right now or did before."""
        try:
            with self.env.cr.savepoint():
                row = self.try_lock_for_update()
                if row.state == "pending":
                    row._answer()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # Somebody else wrote the same ticket: the next run tries again.
            self.env.cr.rollback()
        except Exception as error:
            # One ticket that cannot be answered must not keep the others waiting.
            _logger.warning(
                "Answer %s to a child ticket failed", self.id, exc_info=True
            )
            self.env.invalidate_all()
            self._fail(error)

    def _answer(self):
        ticket = self.ticket_id
        if ticket.closed_at or ticket.merged_into_id:
            self.state = "skipped"
            return
        # sudo: support.ticket: the agent answers the parent; its children may be with
        # another team
        poster = ticket.with_user(self.user_id).sudo()
        message = poster.with_context(
            mail_post_autofollow_author_skip=True
        ).message_post(
            body=Markup(self.body),  # sanitized by the field
            author_id=self.user_id.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=self._copy_files().ids,
        )
        self.write({"state": "done", "answer_id": message.id, "error": False})

    def _copy_files(self):
        """Each customer gets files of the own thread: nobody shares a link."""
        files = self.message_id.attachment_ids
        values = {"res_model": self.ticket_id._name, "res_id": self.ticket_id.id}
        return files.browse([file.copy(values).id for file in files])

    def _fail(self, error):
        attempts = self.attempts + 1
        is_over = attempts >= MAX_ATTEMPTS
        self.write(
            {
                "attempts": attempts,
                "state": "failed" if is_over else "pending",
                "next_attempt_at": fields.Datetime.now()
                + timedelta(minutes=5 * attempts),
                "error": f"{type(error).__name__}: {error}"[:500],
            }
        )
        if is_over:
            self.ticket_id._log_linked_note(
                self.env._("The answer of %(agent)s to %(ticket)s did not get here."),
                self.env["support.ticket"].browse(self.message_id.res_id),
            )
