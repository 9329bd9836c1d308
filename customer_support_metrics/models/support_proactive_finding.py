"""Finding the deliveries that a rule is about: done by a job."""

from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.customer_support.models.support_due_job_mixin import (
    conflicts_left_to_the_next_run,
)

BATCH = 500


class SupportProactiveRule(models.Model):
    _inherit = "support.proactive.rule"

    @api.model
    def _cron_plan(self):
        """Take up what the rules that are on find, each within its limit."""
        progress = self.env["ir.cron"]
        for rule in self.search([("state", "=", "on")]):
            with conflicts_left_to_the_next_run(self.env):
                rule.with_company(rule.company_id)._plan()
            if not progress._commit_progress(1):
                break

    def _plan(self):
        """Queue a notice for each delivery found; the deliveries are in one query.

        Two runs at once: the row is locked and written, so that the second one leaves
        or is refused by the database; the unique index has the last word.

        :return: the new notices
        """
        notices = self.env["support.proactive.notice"]
        if not self.try_lock_for_update(allow_referencing=True):
            return notices
        self.invalidate_recordset(["state"])
        if self.state != "on":
            return notices
        self.planned_at = fields.Datetime.now()
        found = self._find_deliveries(self.run_limit)
        try:
            with self.env.cr.savepoint():
                return notices._queue(found, rule=self)
        except UniqueViolation:
            # Another run was faster: the next one looks again.
            return notices.browse()

    def _find_deliveries(self, limit):
        """The deliveries that this rule is about and that it has not taken up yet.

        :return: ``stock.picking``, the oldest first, ``limit`` at most
        """
        notices = self.env["support.proactive.notice"]
        known = notices._search([("rule_id", "=", self.id)])
        domain = self._get_delivery_domain() & Domain(
            "id", "not in", known.subselect("picking_id")
        )
        pickings = self.env["stock.picking"]
        notices.flush_model(["rule_id", "picking_id"])
        found, last_id = pickings, 0
        while len(found) < limit:
            batch = pickings.search(
                domain & Domain("id", ">", last_id), order="id", limit=BATCH
            )
            if not batch:
                break
            last_id = batch[-1].id
            found |= batch.filtered(self._is_confirmed)
        return found[:limit]

    def _get_delivery_domain(self):
        """What the database can say of the deliveries that this rule is about."""
        domain = Domain(
            [
                ("company_id", "=", self.company_id.id),
                ("picking_type_code", "=", "outgoing"),
                ("sale_id.state", "=", "sale"),
            ]
        )
        if self.carrier_ids:
            domain &= Domain("carrier_id", "in", self.carrier_ids.ids)
        if self.warehouse_ids:
            domain &= Domain(
                "picking_type_id.warehouse_id", "in", self.warehouse_ids.ids
            )
        return domain & getattr(self, f"_get_domain_{self.kind}")()

    def _is_confirmed(self, picking):
        """Whether a closer look says the same as the query."""
        check = getattr(self, f"_is_{self.kind}", None)
        return check(picking) if check else True

    def _still_applies(self, picking):
        """Whether this rule is about a delivery at this moment."""
        # sudo: stock.picking: looked at, not shown
        picking = picking.sudo()
        domain = Domain("id", "=", picking.id) & self._get_delivery_domain()
        return bool(picking.search_count(domain)) and self._is_confirmed(picking)

    # --- the promised date is over --------------------------------------------------

    def _get_domain_late(self):
        """What has not left although it was promised for an earlier day.

        The promised date of a delivery is its deadline (which follows the delivery date
        of the order), else the planned date, and what an agent promised a customer.
        """
        newest = fields.Datetime.now() - timedelta(days=self.days)
        oldest = newest - timedelta(days=self.max_age_days)
        promised = self.env["support.promise"]._search(
            [
                ("kind", "=", "delivery"),
                ("state", "in", ("open", "broken")),
                ("picking_id", "!=", False),
                ("due_at", "<", newest),
                ("due_at", ">=", oldest),
            ]
        )
        is_open = Domain("state", "not in", ("draft", "done", "cancel"))
        by_deadline = _between("date_deadline", oldest, newest)
        by_plan = Domain("date_deadline", "=", False) & _between(
            "scheduled_date", oldest, newest
        )
        by_promise = Domain("id", "in", promised.subselect("picking_id"))
        return is_open & (by_deadline | by_plan | by_promise)

    # --- the carrier is silent --------------------------------------------------------

    def _get_domain_no_news(self):
        """What was handed to the carrier, did not arrive, and is not heard of."""
        newest = fields.Datetime.now() - timedelta(days=self.days)
        oldest = newest - timedelta(days=self.max_age_days)
        is_under_way = Domain(
            [
                ("state", "=", "done"),
                ("carrier_tracking_ref", "not in", (False, "")),
                ("support_arrived_at", "=", False),
            ]
        )
        return is_under_way & (
            _between("support_tracking_at", oldest, newest)
            | Domain("support_tracking_at", "=", False)
            & _between("date_done", oldest, newest)
        )

    # --- goods are short --------------------------------------------------------------

    def _get_domain_short_stock(self):
        """What has to leave soon and still waits for goods."""
        now = fields.Datetime.now()
        oldest = now - timedelta(days=self.max_age_days)
        newest = now + timedelta(days=self.days)
        is_waiting = Domain("state", "in", ("waiting", "confirmed", "assigned")) & (
            Domain("move_ids.state", "in", ("confirmed", "partially_available"))
        )
        return is_waiting & (
            _between("date_deadline", oldest, newest)
            | Domain("date_deadline", "=", False)
            & _between("scheduled_date", oldest, newest)
        )

    def _is_short_stock(self, picking):
        """Whether Odoo's forecast says that the goods come too late or not at all."""
        return picking.products_availability_state == "late"


def _between(name, oldest, newest):
    return Domain(name, ">=", oldest) & Domain(name, "<", newest)
