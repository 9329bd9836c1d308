"""A ticket that leaves the queues until a moment, and comes back by itself."""

from odoo import api, fields, models
from odoo.fields import Domain

from .support_due_job_mixin import conflicts_left_to_the_next_run

BATCH = 200
CRON = "customer_support.ir_cron_support_snooze"


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    snoozed_until = fields.Datetime(
        readonly=True,
        copy=False,
        tracking=True,
        help="The ticket is in no queue until then. It comes back at once when the"
        " customer writes. Promised times go on, unless the stage waits.",
    )
    snoozed_by_id = fields.Many2one(
        "res.users", "Snoozed by", readonly=True, copy=False, ondelete="set null"
    )
    snooze_note = fields.Char("Then to do", readonly=True, copy=False)

    _snoozed_idx = models.Index("(snoozed_until) WHERE snoozed_until IS NOT NULL")

    def _get_actionable_domain(self):
        return [*super()._get_actionable_domain(), ("snoozed_until", "=", False)]

    def _get_queue_domain(self):
        return super()._get_queue_domain() & Domain("snoozed_until", "=", False)

    def action_snooze(self):
        """Ask until when these tickets shall leave the queues."""
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_support.support_snooze_action"
        )
        return {**action, "context": {"default_ticket_ids": self.ids}}

    def action_wake(self):
        """Put these tickets back into the queues now."""
        self.check_access("write")
        self._wake("hand")

    def _snooze(self, until, note=""):
        """Take these tickets out of the queues.

        :param datetime until: UTC, naive
        :param str note: what is to be done then
        """
        self.write(
            {
                "snoozed_until": until,
                "snoozed_by_id": self.env.uid,
                "snooze_note": note,
            }
        )
        payload = {"until": fields.Datetime.to_string(until)}
        self._record_event("snoozed", payload=payload)
        # sudo: ir.cron: whoever snoozes a ticket may wake the job that brings it back
        self.env.ref(CRON).sudo()._trigger(until)

    def _wake(self, because):
        """Bring these tickets back and leave their agents a task.

        :param str because: time, customer, hand or closed
        """
        # sudo: support.ticket: a customer's message brings back what he cannot write
        for ticket in self.sudo().filtered("snoozed_until"):
            note, agent = ticket.snooze_note, ticket.user_id or ticket.snoozed_by_id
            ticket.write(
                {"snoozed_until": False, "snoozed_by_id": False, "snooze_note": False}
            )
            ticket._record_event("woken", payload={"because": because})
            if because in ("time", "customer"):
                ticket._leave_wake_task(because, note, agent)

    def _leave_wake_task(self, because, note, agent):
        texts = {
            "time": self.env._("Back from snooze"),
            "customer": self.env._("Back from snooze: the customer wrote"),
        }
        if agent.active and agent.has_group("customer_support.group_support_agent"):
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=texts[because],
                note=note or "",
                user_id=agent.id,
            )
        else:
            self._log_mail_note([text for text in (texts[because], note) if text])

    def _record_customer_message(self, message, details):
        result = super()._record_customer_message(message, details)
        self._wake("customer")
        return result

    def write(self, vals):
        result = super().write(vals)
        if "stage_id" in vals:
            # A case that is over has nothing to come back for.
            self.filtered("closed_at")._wake("closed")
        return result

    @api.model
    def _cron_wake(self):
        """Bring back what is due; each ticket is committed by itself."""
        progress = self.env["ir.cron"]
        domain = [("snoozed_until", "<=", fields.Datetime.now())]
        due = self.search(domain, order="snoozed_until, id", limit=BATCH)
        progress._commit_progress(remaining=self.search_count(domain))
        for ticket in due:
            with (
                conflicts_left_to_the_next_run(self.env),
                self.env.cr.savepoint(),
            ):
                locked = ticket.try_lock_for_update(allow_referencing=True)
                locked.filtered_domain(domain)._wake("time")
            if not progress._commit_progress(1):
                return
