"""Who may decide about a store action: policy, limits, and a second pair of eyes."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class SupportTicketAction(models.Model):
    _inherit = "support.ticket.action"

    task_id = fields.Many2one(
        "mail.activity",
        readonly=True,
        copy=False,
        help="What somebody has to do for it now.",
    )
    decided_by = fields.Many2one("res.users", readonly=True)
    decided_at = fields.Datetime("Decided on", readonly=True)
    decision_reason = fields.Char("Why refused", readonly=True)
    policy_explanation = fields.Char(
        "Policy", readonly=True, help="What the return policy says about it."
    )
    override_reason = fields.Char(
        "Exception because",
        readonly=True,
        help="Why a manager allowed what the return policy does not.",
    )

    # --- policy -----------------------------------------------------------------

    def _judge_policy(self):
        """Let the return policy decide about goods that come back.

        :raise UserError: if it says no and no manager gave a reason for an exception
        """
        if self.kind not in ("return", "exchange"):
            return
        verdicts = self._get_policy_verdicts()
        denied = [verdict for verdict in verdicts if not verdict.allowed]
        self.policy_explanation = " ".join(
            dict.fromkeys(verdict.explanation for verdict in denied or verdicts)
        )
        if not denied:
            self.override_reason = False
            return
        self._check_may_override()
        self._log("override", reason=self.override_reason)

    def _get_policy_verdicts(self):
        """The verdict on each line, see ``tools/return_verdict``."""
        lines = self.line_ids.sale_line_id
        policies = self.env["support.return.policy"]
        verdicts = policies._judge(lines, self.ticket_id.reason_id)
        return [verdicts[line] for line in lines]

    def _check_may_override(self):
        requester = self.requested_by
        if not requester.has_group("customer_support.group_support_manager"):
            raise UserError(
                self.env._(
                    "%(policy)s A manager can make an exception.",
                    policy=self.policy_explanation,
                )
            )
        if not (self.override_reason or "").strip():
            raise UserError(
                self.env._(
                    "%(policy)s To make an exception, please write why.",
                    policy=self.policy_explanation,
                )
            )

    # --- limits -----------------------------------------------------------------

    def _needs_approval(self):
        """Whether it is worth more than the requester may give away alone.

        What the same person gave for the same order or ticket before counts as well,
        so that a large sum cannot be cut into small ones.
        """
        limit = self._get_limit(self.requested_by)
        if limit is None or not self._is_given_away():
            return False
        company = self.company_id
        total = sum(
            action.currency_id._convert(
                action.amount, company.currency_id, company, fields.Date.today()
            )
            for action in self | self._find_earlier_gifts()
        )
        return company.currency_id.compare_amounts(total, limit) > 0

    def _is_given_away(self):
        """Whether this kind gives money or goods away; an exchange does not."""
        return self.kind not in ("return", "exchange", "change_address")

    def _find_earlier_gifts(self):
        same_case = [("ticket_id", "=", self.ticket_id.id)]
        if self.order_id:
            same_case = ["|", *same_case, ("order_id", "=", self.order_id.id)]
        found = self.search(
            [
                ("id", "not in", self.ids),
                ("requested_by", "=", self.requested_by.id),
                ("decided_by", "=", False),
                ("state", "=", "done"),
                *same_case,
            ]
        )
        return found.filtered(lambda action: action._is_given_away())

    def _get_limit(self, user):
        """What a user may give away alone, in the company's currency; None is no limit.

        A customer helps himself only where the policy and the state of the order allow
        it, and gets no more than he paid.
        """
        if user.share:
            return None
        company = self.company_id
        if user.has_group("customer_support.group_support_manager"):
            return company.support_limit_manager or None
        return company.support_limit_agent or None

    # --- approval ---------------------------------------------------------------

    def _ask_for_approval(self):
        """Tell the team's leader, or a manager, that a decision is needed."""
        self.task_id = self.ticket_id.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Approve: %s", self.display_name),
            note=self.reason or "",
            user_id=self._find_approver().id,
        )

    def _finish_task(self):
        """Tick off what somebody had to do for this action: it is done."""
        self.task_id.filtered("active").action_done()

    def _find_approver(self):
        """Someone who may approve: the leader, else another manager of the company."""
        managers = self.env.ref("customer_support.group_support_manager").all_user_ids
        managers = managers.filtered(
            lambda user: (
                user != self.requested_by and self.company_id in user.company_ids
            )
        )
        leader = self.ticket_id.team_id.leader_id
        return leader if leader in managers else managers[:1] or self.env.user

    def action_approve(self):
        """Approve and carry out; not by whoever asked for it.

        :raise AccessError: for others than managers, and for the requester
        """
        for action in self:
            action._decide()._execute_approved()

    def action_open_refuse(self):
        """Ask why, and refuse then."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse"),
            "res_model": "support.refuse.action",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_action_id": self.id},
        }

    def action_refuse(self, reason=""):
        """Refuse what was asked for.

        :param str reason: why, for the requester
        :raise UserError: if no reason is given
        """
        if not (reason or "").strip():
            raise UserError(self.env._("Please write why: the requester reads it."))
        for action in self:
            action._decide()._close_request("refused", reason)

    def action_withdraw(self):
        """Take back what one asked for oneself, while nobody has decided."""
        for action in self:
            if action.requested_by != self.env.user:
                raise AccessError(
                    self.env._("Only %s can withdraw this.", action.requested_by.name)
                )
            action._lock_pending()._close_request("cancelled", "")

    def _decide(self):
        """Check that the user may decide, and that nobody has yet."""
        self.ensure_one()
        self.ticket_id.check_access("write")
        if not self.env.user.has_group("customer_support.group_support_manager"):
            raise AccessError(self.env._("Only a manager can decide about this."))
        if self.requested_by == self.env.user:
            raise AccessError(
                self.env._("Somebody else has to decide about what you asked for.")
            )
        return self._lock_pending()

    def _lock_pending(self):
        # sudo: support.ticket.action: the decision is written after the checks above
        action = self.sudo()
        action._lock_row()
        if action.state != "to_approve":
            raise UserError(
                self.env._(
                    "%(action)s: this has been decided already (%(state)s).",
                    action=action.display_name,
                    state=dict(self._fields["state"]._description_selection(self.env))[
                        action.state
                    ],
                )
            )
        return action

    def _execute_approved(self):
        self.ticket_id._lock_for_action(self.order_id)
        # The store went on since it was asked for.
        self._check_possible()
        self._write_decision()
        self._log("approved", by=self.env.uid)
        self._execute()

    def _close_request(self, state, reason):
        self._write_decision(state=state, decision_reason=reason)
        self._log(state, by=self.env.uid)
        self.ticket_id.message_post(
            body=self.env._(
                "%(action)s: refused. %(reason)s",
                action=self.display_name,
                reason=reason or "",
            )
            if state == "refused"
            else self.env._("%s: withdrawn.", self.display_name),
            message_type="notification",
            subtype_xmlid="mail.mt_note",
            partner_ids=self.requested_by.partner_id.ids if state == "refused" else [],
        )

    def _write_decision(self, **values):
        self.write(
            {
                "decided_by": self.env.uid,
                "decided_at": fields.Datetime.now(),
                **values,
            }
        )
        self._finish_task()
