from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

PROMISE_ACTIVITY = "customer_support.mail_activity_promise"
# What a person may still change on a promise that was given.
_CHANGEABLE = {"user_id", "alert_hours"}


class SupportPromise(models.Model):
    """What an agent promised a customer by when.

    It is kept by the delivery or the payment that it is tied to, or by hand; otherwise
    it breaks at its moment. What was promised is never changed: a new date is a new
    promise, the old one is withdrawn.
    """

    _name = "support.promise"
    _description = "Promise"
    _inherit = ["support.due.job.mixin"]
    _order = "due_at, id"
    _check_company_auto = True

    ticket_id = fields.Many2one(
        "support.ticket", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True)
    partner_id = fields.Many2one(related="ticket_id.partner_id", string="Customer")
    kind = fields.Selection(
        [
            ("delivery", "Delivery"),
            ("refund", "Refund"),
            ("call_back", "Call back"),
            ("other", "Something else"),
        ],
        "What",
        default="delivery",
        required=True,
    )
    name = fields.Char(
        "In words",
        help="As you told the customer, who reads it on the page of the case.",
    )
    due_at = fields.Datetime(
        "Promised for", required=True, help="Later than this the promise is broken."
    )
    alert_hours = fields.Float(
        "Remind me before",
        default=4,
        help="So many hours before it breaks the owner gets a to-do.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        required=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        help="Who sees to it that the promise is kept.",
    )
    picking_id = fields.Many2one(
        "stock.picking",
        "Delivery",
        index="btree_not_null",
        check_company=True,
        domain="[('state', 'not in', ('done', 'cancel'))]",
        help="The promise is kept when this delivery is done.",
    )
    move_id = fields.Many2one(
        "account.move",
        "Credit note",
        index="btree_not_null",
        check_company=True,
        domain="[('move_type', '=', 'out_refund')]",
        help="The promise is kept when this credit note is paid.",
    )
    transaction_id = fields.Many2one(
        "payment.transaction",
        "Payment",
        index="btree_not_null",
        check_company=True,
        help="The promise is kept when the provider has made this payment.",
    )
    action_id = fields.Many2one(
        "support.ticket.action",
        "Store action",
        index="btree_not_null",
        readonly=True,
        help="The promise is kept when the customer has the money of this action.",
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("kept", "Kept"),
            ("broken", "Broken"),
            ("withdrawn", "Withdrawn"),
        ],
        default="open",
        required=True,
        readonly=True,
        copy=False,
    )
    decided_at = fields.Datetime("Decided on", readonly=True, copy=False)
    alerted_at = fields.Datetime("Reminded on", readonly=True, copy=False)
    check_at = fields.Datetime("Job due", readonly=True, copy=False)
    activity_id = fields.Many2one(
        "mail.activity", "To-do", ondelete="set null", readonly=True, copy=False
    )

    _check_idx = models.Index("(check_at) WHERE check_at IS NOT NULL")
    _owner_idx = models.Index("(user_id, due_at) WHERE state = 'open'")

    @api.depends("kind", "name", "due_at")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for promise in self:
            promise.display_name = promise.name or labels.get(promise.kind, "")

    @api.constrains("due_at")
    def _check_due_at(self):
        now = fields.Datetime.now()
        for promise in self:
            if promise.state == "open" and promise.due_at <= now:
                raise ValidationError(
                    self.env._("A promise is about the future: choose a later moment.")
                )

    @api.onchange("kind", "ticket_id")
    def _onchange_kind(self):
        delivery = self.ticket_id._get_delivery_to_come()
        self.picking_id = self.kind == "delivery" and delivery

    # --- giving ---------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not self.env.su and not _JOB_FIELDS.isdisjoint(vals):
                raise AccessError(self.env._("A promise begins open."))
        promises = super().create(vals_list)
        for promise in promises:
            # sudo: support.promise: the job's own column
            promise.sudo().check_at = promise._get_alert_at()
            promise._record_promise_event("promised")
        promises._tie_to_refunds()
        promises._keep_fulfilled()
        return promises

    def write(self, vals):
        if not self.env.su and not _CHANGEABLE.issuperset(vals):
            raise AccessError(
                self.env._(
                    "What was promised stays as it was. Withdraw the promise and give"
                    " a new one."
                )
            )
        result = super().write(vals)
        if "alert_hours" in vals:
            for promise in self.sudo():  # sudo: support.promise: the job's own column
                if promise.state == "open" and not promise.alerted_at:
                    promise.check_at = promise._get_alert_at()
        return result

    def _get_alert_at(self):
        """When the owner is reminded: some hours before, at once if it is later."""
        alert_at = self.due_at - timedelta(hours=max(0, self.alert_hours))
        return max(alert_at, fields.Datetime.now())

    def _record_promise_event(self, kind):
        payload = {"promise": self.id, "what": self.kind}
        self.ticket_id._record_event(kind, payload=payload)

    # --- deciding -------------------------------------------------------------------

    def action_keep(self):
        """The promise is kept: the agent says so."""
        self._check_open()
        self._decide("kept")

    def action_withdraw(self):
        """The promise does not hold any more, with the customer's consent."""
        self._check_open()
        self._decide("withdrawn")

    def _check_open(self):
        """
        :raise UserError: if one of these promises is decided
        """
        self.check_access("write")
        if any(promise.state != "open" for promise in self):
            raise UserError(self.env._("This promise is decided already."))

    def _decide(self, state):
        """End these promises as ``state`` now; the owner's to-do goes."""
        # sudo: support.promise, mail.activity: what was checked before is carried out
        for promise in self.sudo():
            promise.activity_id.unlink()
            promise.write(
                {
                    "state": state,
                    "decided_at": fields.Datetime.now(),
                    "check_at": False,
                }
            )
            promise.with_env(self.env)._record_promise_event(f"promise_{state}")

    # --- the job ----------------------------------------------------------------

    def _run_due(self, now):
        self.ensure_one()
        if self.state != "open":
            self.check_at = False
        elif self._is_fulfilled():
            self._keep_fulfilled()
        elif self.due_at < now:
            self._break()
        else:
            self._remind()

    def _remind(self):
        """Give the owner a to-do before the promise breaks; look again then."""
        self.write(
            {
                "alerted_at": fields.Datetime.now(),
                "check_at": self.due_at,
                "activity_id": self._schedule_activity(self.user_id, late=False).id,
            }
        )

    def _break(self):
        """The promise was not kept: say so on the ticket and to the team leader."""
        self._decide("broken")
        ticket = self.ticket_id
        leader = ticket.team_id.leader_id or self.user_id
        lang = leader.lang or ticket.company_id.partner_id.lang
        ticket = ticket.with_context(lang=lang)
        ticket._message_log(
            body=ticket.env._(
                "A promise was broken: %s", self.with_context(lang=lang).display_name
            )
        )
        activity = self._schedule_activity(leader, late=True)
        self.activity_id = activity or self._schedule_activity(self.user_id, late=True)

    def _schedule_activity(self, user, late):
        """A to-do about this promise, if ``user`` may read the ticket."""
        ticket = self.ticket_id.with_context(lang=user.lang)
        if not ticket._filter_readers(user):
            return self.env["mail.activity"]
        name = self.with_context(lang=user.lang).display_name
        text = ticket.env._("Promise broken: %s", name)
        if not late:
            text = ticket.env._("Keep the promise: %s", name)
        return ticket.activity_schedule(PROMISE_ACTIVITY, user_id=user.id, summary=text)


_JOB_FIELDS = {
    *("state", "decided_at", "alerted_at", "check_at", "activity_id", "action_id"),
}
