from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.addons.customer_support.tests.store_common import StoreCommon


class ProactiveCommon(StoreCommon):
    """A store that promised parcels for a Monday in March and notices what is late."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.support_holdout_percent = 0
        cls.customer.lang = cls.customer_b.lang = "en_US"
        cls.team.resource_calendar_id = False
        cls.notices = cls.env["support.proactive.notice"]

    def make_rule(self, **vals):
        return self.env["support.proactive.rule"].create(
            {"name": "Late", "team_id": self.team.id, "state": "on", **vals}
        )

    def buy(self, deadline=(2026, 3, 2), partner=None, product=None, **vals):
        """A confirmed order, promised for a day."""
        order = self.make_order([(product or self.bulb, 1)], partner=partner, **vals)
        order.action_confirm()
        order.picking_ids.move_ids.date_deadline = datetime(*deadline)
        return order

    def send(self, order, *moment, tracking="SP1"):
        """The order's parcel is handed to the carrier at a moment."""
        with self.at(*moment):
            return self.deliver(order, {self.bulb: 1}, tracking=tracking)

    def run_job(self, name, *moment):
        """Let a job run; who writes does so a minute after who finds."""
        cron = self.env.ref(
            f"customer_support_metrics.ir_cron_support_proactive_{name}"
        )
        at = datetime(*moment) + timedelta(minutes=name == "tell")
        with freeze_time(at), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def find(self, *moment):
        """What the rules take up at a moment."""
        before = self.notices.search([])
        self.run_job("find", *moment)
        return self.notices.search([]) - before

    def tell(self, *moment):
        """Both jobs; what they took up."""
        found = self.find(*moment)
        self.run_job("tell", *moment)
        return found

    def find_mails(self, notices, text=""):
        mails = self.env["mail.mail"].search(
            [("model", "=", notices._name), ("res_id", "in", notices.ids)], order="id"
        )
        return mails.filtered(lambda mail: text in (mail.body_html or ""))

    def preview(self, record, name="action_preview", user=None):
        """What the preview shows, as {order: outcome}."""
        action = getattr(record.with_user(user or self.lead), name)()
        rows = self.env[action["res_model"]].with_user(user or self.lead)
        return {
            row.order_id: row.outcome for row in rows.search(list(action["domain"]))
        }
