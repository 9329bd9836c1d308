"""Trouble at a carrier: each customer it concerns is told once, answered as one."""

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError, ValidationError

from .support_proactive_mixin import SupportProactiveMixin


class SupportProactiveIncident(models.Model):
    """Which parcels are concerned, what is said, and the ticket that it is one of.

    Complaints about the orders that it reached become children of its ticket
    (``support_proactive_ticket.py``).
    """

    _name = "support.proactive.incident"
    _description = "Carrier Incident"
    _inherit = "support.proactive.mixin"
    _order = "id desc"

    _conditions = SupportProactiveMixin._conditions | {
        *("carrier_id", "date_from", "date_to", "country_ids"),
        *("country_state_ids", "tracking_prefix"),
    }
    _system_fields = SupportProactiveMixin._system_fields | {
        *("counted", "counted_at", "ticket_id"),
        *("opened_by", "opened_at", "closed_by", "closed_at"),
    }
    _preview_field = "counted_at"
    _notice_field = "incident_id"

    name = fields.Char(
        required=True, help="For colleagues, such as: Strike in the sorting center."
    )
    state = fields.Selection(
        [("draft", "Being prepared"), ("running", "Running"), ("closed", "Over")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
    )
    carrier_id = fields.Many2one("delivery.carrier", required=True, check_company=True)
    date_from = fields.Datetime(
        "Sent from",
        required=True,
        help="Parcels that left, or are planned to leave, from this moment on.",
    )
    date_to = fields.Datetime("Sent until", required=True)
    country_ids = fields.Many2many("res.country", string="Countries of delivery")
    country_state_ids = fields.Many2many(
        "res.country.state", string="States of delivery"
    )
    tracking_prefix = fields.Char(
        "Tracking number begins with", help="Empty: every number, and parcels without."
    )
    customer_text = fields.Text(
        "What customers read",
        translate=True,
        help="One or two sentences for the mail: what happened and what you do about"
        " it. Translate them for customers of other languages.",
    )
    closing_template_id = fields.Many2one(
        "mail.template",
        "Mail at the end",
        domain="[('model', '=', 'support.proactive.notice')]",
        help="Empty: the mail that comes with the addon.",
    )
    counted = fields.Integer("Orders concerned", readonly=True, copy=False)
    counted_at = fields.Datetime("Counted on", readonly=True, copy=False)
    ticket_id = fields.Many2one(
        "support.ticket",
        "Parent ticket",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="Answer it once, and the customers of all tickets below it are answered.",
    )
    opened_by = fields.Many2one("res.users", readonly=True, copy=False)
    opened_at = fields.Datetime("Begun on", readonly=True, copy=False)
    closed_by = fields.Many2one("res.users", readonly=True, copy=False)
    closed_at = fields.Datetime("Ended on", readonly=True, copy=False)
    complaint_count = fields.Integer(
        "Complaints", compute="_compute_complaint_count", compute_sudo=True
    )

    _dates_ordered = models.Constraint(
        "CHECK (date_from <= date_to)", "An incident must not end before it begins."
    )

    @api.depends("ticket_id.child_ids")
    def _compute_complaint_count(self):
        for incident in self:
            incident.complaint_count = len(incident.ticket_id.child_ids)

    @api.constrains("tracking_prefix")
    def _check_tracking_prefix(self):
        for incident in self:
            if not {"%", "_", "\\"}.isdisjoint(incident.tracking_prefix or ""):
                raise ValidationError(
                    self.env._(
                        "A tracking number has only letters, digits and hyphens."
                    )
                )

    def _get_fixed_message(self):
        return self.env._(
            "Customers have been written to: whom the incident concerns stays as it"
            " was."
        )

    # --- before ---------------------------------------------------------------------

    def action_count(self):
        """Count the orders and show whom the incident would reach; send nothing."""
        self.ensure_one()
        self.check_access("write")
        if self.state == "draft":
            # sudo: support.proactive.incident: the figure that the preview shows
            self.sudo().write(
                {"counted": self._count_orders(), "counted_at": fields.Datetime.now()}
            )
        return self.env["support.proactive.preview"]._show(self)

    # --- begin and end ----------------------------------------------------------------

    def action_start(self):
        """Open the parent ticket and let the job write to the customers.

        :raise UserError: if nobody has counted, or it has begun already
        """
        self.ensure_one()
        self.check_access("write")
        self._lock_in("draft")
        if not self.counted_at:
            raise UserError(
                self.env._("Please count first whom the incident would reach.")
            )
        # sudo: support.ticket: the parent is the system's; the manager may write
        # incidents, checked above
        incident = self.sudo()
        ticket = incident.env["support.ticket"].create(
            incident._prepare_parent_values()
        )
        incident.write(
            {
                "state": "running",
                "ticket_id": ticket.id,
                "opened_by": self.env.uid,
                "opened_at": fields.Datetime.now(),
            }
        )
        self.env.registry.clear_cache()
        self._trigger("plan")

    def _prepare_parent_values(self):
        """Values of the parent ticket; no figure counts it as a customer's case."""
        return {
            "name": self.env._(
                "%(carrier)s: %(incident)s",
                carrier=self.carrier_id.name,
                incident=self.name,
            ),
            "team_id": self.team_id.id,
            "user_id": self.env.uid,
            "exclusion": "internal",
        }

    def action_close(self):
        """End it without a message."""
        self._end(informs=False)

    def action_close_and_inform(self):
        """End it, and tell those who were written to, or who complained."""
        self._end(informs=True)

    def _end(self, informs):
        self.ensure_one()
        self.check_access("write")
        self._lock_in("running")
        now = fields.Datetime.now()
        # sudo: support.proactive.incident, support.ticket: ended after the check above
        incident = self.sudo()
        incident.write({"state": "closed", "closed_by": self.env.uid, "closed_at": now})
        self.env.registry.clear_cache()
        if informs:
            incident._queue_end(now)
            self._trigger("tell")
        incident.ticket_id._set_stage_kind("solved")

    def _lock_in(self, state):
        """Let two clicks pass one by one.

        :raise UserError: if it is not in this state any more
        """
        words = self.env._("Somebody was faster: please look at the incident again.")
        try:
            self.lock_for_update()
        except LockError as error:
            raise UserError(words) from error
        self.invalidate_recordset(["state"])
        if self.state != state:
            raise UserError(words)

    def _trigger(self, job):
        cron = self.env.ref(f"customer_support_metrics.ir_cron_support_proactive_{job}")
        # sudo: ir.cron: its job begins right after this transaction
        cron.sudo()._trigger()

    def action_open_parent(self):
        """Open the ticket that complaints are gathered under."""
        self.ensure_one()
        return self.ticket_id.get_formview_action()
