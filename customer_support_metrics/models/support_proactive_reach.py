"""Whom an incident concerns, and how all of them are told: batch by batch."""

from markupsafe import Markup
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.customer_support.models.support_due_job_mixin import (
    conflicts_left_to_the_next_run,
)

BATCH = 200


class SupportProactiveIncident(models.Model):
    _inherit = "support.proactive.incident"

    # --- whom -----------------------------------------------------------------------

    def _get_delivery_domain(self):
        """The parcels that this incident concerns."""
        domain = Domain(
            [
                ("company_id", "=", self.company_id.id),
                ("carrier_id", "=", self.carrier_id.id),
                ("picking_type_code", "=", "outgoing"),
                ("sale_id.state", "=", "sale"),
                ("state", "not in", ("draft", "cancel")),
                ("support_arrived_at", "=", False),
            ]
        )
        for name, records in (
            ("picking_type_id.warehouse_id", self.warehouse_ids),
            ("partner_id.country_id", self.country_ids),
            ("partner_id.state_id", self.country_state_ids),
        ):
            if records:
                domain &= Domain(name, "in", records.ids)
        if self.tracking_prefix:
            domain &= Domain(
                "carrier_tracking_ref", "=like", f"{self.tracking_prefix}%"
            )
        return domain & (
            Domain("state", "=", "done") & self._within("date_done")
            | Domain("state", "!=", "done") & self._within("scheduled_date")
        )

    def _within(self, name):
        return Domain(name, ">=", self.date_from) & Domain(name, "<=", self.date_to)

    def _still_applies(self, picking):
        """Whether a delivery is concerned at this moment."""
        domain = Domain("id", "=", picking.id) & self._get_delivery_domain()
        return bool(picking.search_count(domain))

    def _find_deliveries(self, limit):
        """The parcels of orders that are not reached yet; ``limit`` at most."""
        notices = self.env["support.proactive.notice"]
        notices.flush_model(["incident_id", "order_id"])
        known = notices._search([("incident_id", "=", self.id)])
        return self.env["stock.picking"].search(
            self._get_delivery_domain()
            & Domain("sale_id", "not in", known.subselect("order_id")),
            order="id",
            limit=limit,
        )

    def _count_orders(self):
        """How many orders the incident concerns now."""
        # sudo: stock.picking: counted for a manager of support
        groups = self.env["stock.picking"].sudo()
        return len(groups._read_group(self._get_delivery_domain(), ["sale_id"]))

    # --- the job --------------------------------------------------------------------

    @api.model
    def _cron_plan(self):
        """Take up the orders of incidents that run; each batch is kept."""
        progress = self.env["ir.cron"]
        for incident in self.search([("state", "=", "running")]):
            found = True
            while found:
                found = False
                with conflicts_left_to_the_next_run(self.env):
                    found = incident.with_company(incident.company_id)._plan_batch()
                if not progress._commit_progress(1):
                    return

    def _plan_batch(self):
        """Queue a message for some more orders, and gather their open tickets.

        Two runs at once: the row is locked and written, so that the second one leaves
        or is refused by the database; the unique index has the last word.

        :return: whether there may be more
        """
        if not self.try_lock_for_update(allow_referencing=True):
            return False
        self.invalidate_recordset(["state"])
        if self.state != "running":
            return False
        self.planned_at = fields.Datetime.now()
        found = self._find_deliveries(BATCH)
        pickings = found.browse(
            next(iter(parcels)).id for parcels in found.grouped("sale_id").values()
        )
        try:
            with self.env.cr.savepoint():
                self.env["support.proactive.notice"]._queue(pickings, incident=self)
        except UniqueViolation:
            # Another run was faster: the next one looks again.
            return False
        self._gather_tickets()
        if pickings:
            self._trigger("tell")
        return len(found) == BATCH

    def _gather_tickets(self):
        """Put the open tickets about these orders under the ticket of the incident."""
        notices = self.env["support.proactive.notice"]
        notices.flush_model(["incident_id", "order_id"])
        reached = notices._search([("incident_id", "=", self.id)])
        tickets = self.env["support.ticket"].search(
            [
                ("sale_order_id", "in", reached.subselect("order_id")),
                ("parent_id", "=", False),
                ("closed_at", "=", False),
            ]
        )
        tickets._join_incidents()

    def _get_mail_template(self):
        """The ``mail.template`` that tells the customers."""
        return self.mail_template_id or self.env.ref(
            "customer_support_metrics.mail_template_proactive_incident"
        )

    def _get_closing_template(self):
        return self.closing_template_id or self.env.ref(
            "customer_support_metrics.mail_template_proactive_incident_end"
        )

    # --- the end --------------------------------------------------------------------

    def _queue_end(self, now):
        """Plan the last message for who got the first, and for who complained."""
        notices = self.env["support.proactive.notice"].search(
            [
                ("incident_id", "=", self.id),
                "|",
                ("state", "=", "sent"),
                ("skip_reason", "=", "open_case"),
            ]
        )
        notices.write({"closing_state": "queued", "send_at": now})


class SupportProactiveNotice(models.Model):
    _inherit = "support.proactive.notice"

    def _tell_end(self):
        """Say that the incident is over: in the customer's ticket, else by mail."""
        self.write({"closing_state": "sent", "send_at": False})
        incident = self.incident_id
        template = incident._get_closing_template()
        ticket = self._find_complaint()
        if ticket:
            self._answer_complaint(ticket, template)
        elif self.state == "sent" and not self._is_blacklisted():
            self._send_mail(template)

    def _find_complaint(self):
        """The open ticket about this order that belongs to the incident."""
        children = self.incident_id.ticket_id._get_open_children()
        return children.filtered(lambda ticket: ticket.sale_order_id == self.order_id)[
            :1
        ]

    def _answer_complaint(self, ticket, template):
        body = template._render_field("body_html", self.ids, compute_lang=True)[self.id]
        person = self.incident_id.closed_by
        # As the person who ended the incident, who need not be of the ticket's team.
        ticket.with_user(person).sudo().with_context(
            mail_post_autofollow_author_skip=True
        ).message_post(
            body=Markup(body),  # rendered from the store's own template
            author_id=person.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
