from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# What only the buttons set.
FACTS = frozenset(
    ("state", "opened_at", "done_at", "seconds", "business_seconds", "team_id")
)
# What whoever is asked may fill in; the rest belongs to the support desk.
ANSWER_FIELDS = frozenset(("answer", "user_id"))
# What Odoo itself writes on a record of any age.
TECHNICAL_PREFIXES = ("activity_", "message_", "my_activity_")


class SupportRequest(models.Model):
    """Something that another department has to do before a case can go on.

    Once done or refused it is a fact that nobody changes: how long the customer waited
    for that department, round the clock and in the working hours of the team.
    """

    _name = "support.request"
    _description = "Request to a Department"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "deadline, id"
    _mail_post_access = "read"

    name = fields.Char("Request", required=True)
    description = fields.Text("What is needed")
    # Departments learn the number of the ticket, and not by its name what it is about.
    ticket_id = fields.Many2one(
        "support.ticket",
        required=True,
        ondelete="cascade",
        index=True,
        groups="customer_support.group_support_agent",
    )
    ticket_number = fields.Char(related="ticket_id.number", compute_sudo=True)
    company_id = fields.Many2one(
        related="ticket_id.company_id", store=True, compute_sudo=True
    )
    department_id = fields.Many2one(
        "support.department",
        required=True,
        ondelete="restrict",
        index=True,
        help="Who is asked, apart from the support desk.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        index=True,
        domain=[("share", "=", False)],
        help="Who takes care of it; told by an activity.",
    )
    deadline = fields.Datetime("Needed by")
    holds_ticket = fields.Boolean(
        "Ticket waits for it",
        default=True,
        help="The ticket is on hold until all such requests are answered.",
    )
    state = fields.Selection(
        [("open", "Open"), ("done", "Done"), ("refused", "Refused")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    answer = fields.Text(copy=False, help="What came of it, for the agent.")
    is_late = fields.Boolean("Late", compute="_compute_is_late")

    opened_at = fields.Datetime("Asked on", readonly=True, copy=False)
    done_at = fields.Datetime("Answered on", readonly=True, copy=False)
    seconds = fields.Integer("Waited (seconds)", readonly=True, copy=False)
    business_seconds = fields.Integer(
        "Waited (working seconds)",
        readonly=True,
        copy=False,
        help="Within the working hours of the support team.",
    )
    team_id = fields.Many2one("support.team", readonly=True, copy=False)

    _open_owner_idx = models.Index("(user_id, deadline) WHERE state = 'open'")
    _period_idx = models.Index("(done_at, department_id) WHERE done_at IS NOT NULL")

    @api.depends("department_id")
    def _compute_user_id(self):
        for request in self:
            request.user_id = request.user_id or request.department_id.responsible_id

    @api.depends("deadline", "state")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for request in self:
            request.is_late = bool(
                request.state == "open" and request.deadline and request.deadline < now
            )

    # --- asking -----------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        now = fields.Datetime.now()
        for vals in vals_list:
            self._check_facts_untouched(vals)
            vals["opened_at"] = now
        requests = super().create(vals_list)
        for request in requests:
            request._start()
        return requests

    def _start(self):
        self._schedule_activity()
        ticket = self.ticket_id
        ticket._log_request_note(
            self.env._("%(agent)s asked %(department)s: %(request)s"), self
        )
        if self.holds_ticket and not ticket.closed_at:
            ticket.action_hold()

    def _schedule_activity(self):
        self.filtered("user_id").activity_unlink(["mail.mail_activity_data_todo"])
        for request in self.filtered("user_id"):
            request.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=request.deadline and request.deadline.date(),
                summary=request.name,
                user_id=request.user_id.id,
            )

    # --- writing ----------------------------------------------------------------

    def write(self, vals):
        names = {n for n in vals if not n.startswith(TECHNICAL_PREFIXES)}
        self._check_open(names)
        self._check_facts_untouched(vals)
        self._check_only_answer(names)
        result = super().write(vals)
        if {"user_id", "deadline"} & names:
            self._schedule_activity()
        return result

    def _check_open(self, names):
        """Answered requests are facts.

        :raise UserError: if one of these is answered and a field would change
        """
        if names and any(request.state != "open" for request in self):
            raise UserError(
                self.env._(
                    "This request is answered: it cannot be changed any more. Make a"
                    " new one."
                )
            )

    def _check_facts_untouched(self, vals):
        if not self.env.su and FACTS & vals.keys():
            raise AccessError(
                self.env._("State and times of a request are set by its buttons.")
            )

    def _check_only_answer(self, names):
        """Departments answer; they do not change what they were asked."""
        if self.env.su or names <= ANSWER_FIELDS:
            return
        if not self.env.user.has_group("customer_support.group_support_agent"):
            raise AccessError(
                self.env._("Only the support desk changes what it has asked for.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        self._check_open({"id"})

    # --- answering --------------------------------------------------------------

    def action_done(self):
        """It is done: the waiting ends and the agent is told."""
        self._settle("done")

    def action_refuse(self):
        """It cannot be done; the answer says why.

        :raise UserError: without an answer
        """
        self._check_open({"state"})
        if not all(request.answer for request in self):
            raise UserError(self.env._("Say in the answer why it cannot be done."))
        self._settle("refused")

    def _settle(self, state):
        self.check_access("write")
        self._check_open({"state"})
        # sudo: support.request, support.ticket: whoever is asked may answer, and need
        # not see the ticket
        for request in self.sudo():
            request.activity_feedback(["mail.mail_activity_data_todo"])
            request.write(request._prepare_result(state))
            request._tell_ticket()

    def _prepare_result(self, state):
        now, team = fields.Datetime.now(), self.ticket_id.team_id
        return {
            "state": state,
            "done_at": now,
            "team_id": team.id,
            "seconds": int((now - self.opened_at).total_seconds()),
            "business_seconds": team._get_business_seconds(self.opened_at, now),
        }

    def _tell_ticket(self):
        """Note the answer; the last one brings a ticket on hold back to work."""
        ticket = self.ticket_id
        title = self.env._("%(department)s is done with %(request)s")
        if self.state == "refused":
            title = self.env._("%(department)s cannot do %(request)s")
        ticket._log_request_note(title, self, self.answer or "")
        waits = ticket.request_ids.filtered(lambda r: r.holds_ticket)
        is_last = self.holds_ticket and "open" not in waits.mapped("state")
        if is_last and ticket.stage_kind == "on_hold":
            ticket.action_open()
