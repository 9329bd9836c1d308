"""Finding what a rule asks about: done by a job, at no cost for whoever solves."""

from datetime import timedelta
from zlib import crc32

from odoo import api, fields, models
from odoo.tools import email_normalize

from odoo.addons.customer_support.tools.mail_classification import is_no_reply_address

BATCH = 500
# What a transaction wrote that took long to commit is found all the same.
OVERLAP = timedelta(hours=6)


class SupportSurveyRule(models.Model):
    _inherit = "support.survey.rule"

    @api.model
    def _cron_plan(self):
        """Queue a question for each ticket and order that a rule fits."""
        for rule in self.search([("active", "=", True)]):
            if not rule._plan():
                return

    def _plan(self):
        """Queue what happened since the last run, batch by batch, each committed.

        :return: whether there is time left
        """
        self.ensure_one()
        now, last_id = fields.Datetime.now(), 0
        progress = self.env["ir.cron"]
        finder = getattr(self, f"_find_{self.trigger}")
        while True:
            found = finder(last_id)
            if not found:
                break
            last_id = found[-1].id
            with self.env.cr.savepoint():
                self._queue(found)
            if not progress._commit_progress(len(found)):
                return False
        self.planned_until = now
        return bool(progress._commit_progress(1))

    def _get_since(self):
        """From when on this run looks."""
        return max(self.planned_until - OVERLAP, self.started_at)

    def _find_ticket_solved(self, last_id):
        """Solved tickets that this rule fits and that were not asked about yet."""
        domain = [
            ("id", ">", last_id),
            ("resolved_at", ">=", self._get_since()),
            ("stage_kind", "=", "solved"),
            ("company_id", "=", self.company_id.id),
            ("exclusion", "=", False),
            ("merged_into_id", "=", False),
            ("closed_by", "=", False),
            ("survey_invitation_ids", "not any", [("kind", "=", self.kind)]),
        ]
        if self.team_ids:
            domain.append(("team_id", "in", self.team_ids.ids))
        if self.channel_ids:
            domain.append(("channel_id", "in", self.channel_ids.ids))
        if self.reason_ids:
            domain.append(("reason_id", "child_of", self.reason_ids.ids))
        if self.lang_ids:
            domain.append(("lang", "in", self.lang_ids.mapped("code")))
        return self.env["support.ticket"].search(domain, order="id", limit=BATCH)

    def _find_order_delivered(self, last_id):
        """Orders whose last delivery is done, and that were not asked about yet."""
        delivered = self.env["stock.picking"]._search(
            [
                ("date_done", ">=", self._get_since()),
                ("state", "=", "done"),
                ("picking_type_code", "=", "outgoing"),
                ("sale_id", "!=", False),
            ]
        )
        domain = [
            ("id", ">", last_id),
            ("picking_ids", "in", delivered),
            ("delivery_status", "=", "full"),
            ("company_id", "=", self.company_id.id),
            (
                "support_survey_invitation_ids",
                "not any",
                [("kind", "=", self.kind), ("ticket_id", "=", False)],
            ),
        ]
        if self.lang_ids:
            domain.append(("partner_id.lang", "in", self.lang_ids.mapped("code")))
        return self.env["sale.order"].search(domain, order="id", limit=BATCH)

    def _queue(self, records):
        """Make a row for each of these tickets or orders that is in the sample."""
        values = [
            self._prepare_invitation_values(record)
            for record in records
            if self._is_in_sample(record)
        ]
        self.env["support.survey.invitation"].create(
            [one for one in values if self._may_write_to(one["email"])]
        )

    def _is_in_sample(self, record):
        """Whether a record is among those asked: always the same answer."""
        key = f"{self.id}-{record._name}-{record.id}"
        return crc32(key.encode()) % 100 < self.sample_percent

    @api.model
    def _may_write_to(self, address):
        return bool(email_normalize(address)) and not is_no_reply_address(address)

    def _prepare_invitation_values(self, record):
        """Values of the queue row for a ticket or an order."""
        is_ticket = record._name == "support.ticket"
        partner = record.partner_id
        address = record.email_normalized if is_ticket else False
        moment = record.resolved_at if is_ticket else self._get_delivered_at(record)
        due_at = moment + self._get_delay()
        order = record.sale_order_id if is_ticket else record
        return {
            "rule_id": self.id,
            "kind": self.kind,
            "company_id": self.company_id.id,
            "ticket_id": record.id if is_ticket else False,
            "order_id": order.id,
            "partner_id": partner.id,
            "email": address or partner.email_normalized,
            "lang": (record.lang if is_ticket else partner.lang) or self.env.lang,
            "due_at": due_at,
            "send_at": due_at,
        }

    @api.model
    def _get_delivered_at(self, order):
        done = order.picking_ids.filtered(
            lambda one: one.state == "done" and one.picking_type_code == "outgoing"
        )
        return max(done.mapped("date_done"))
