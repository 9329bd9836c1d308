"""An abusive customer: proposed by agents, flagged by the lead, answered politely."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.author_kind import RULE

ANSWER_SECONDS = 24 * 3600


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    abuse_state = fields.Selection(
        [("proposed", "Proposed by an agent"), ("flagged", "Flagged")],
        "Abusive customer",
        compute="_compute_abuse",
        compute_sudo=True,
    )
    abuse_reason = fields.Char(
        "What happened", compute="_compute_abuse", compute_sudo=True
    )
    may_flag_customer = fields.Boolean(compute="_compute_may_flag_customer")

    @api.depends("partner_id.support_abuse_state", "partner_id.support_abuse_reason")
    def _compute_abuse(self):
        for ticket in self:
            ticket.abuse_state = ticket.partner_id.support_abuse_state
            ticket.abuse_reason = ticket.partner_id.support_abuse_reason

    @api.depends("team_id.leader_id")
    @api.depends_context("uid")
    def _compute_may_flag_customer(self):
        is_manager = self.env.user.has_group("customer_support.group_support_manager")
        for ticket in self:
            is_leader = ticket.team_id.leader_id == self.env.user
            ticket.may_flag_customer = is_manager or is_leader

    # --- flagging ---------------------------------------------------------------

    def action_open_flag_customer(self):
        """Say what the customer did: agents propose, the lead decides."""
        self.ensure_one()
        self.check_access("write")
        if not self.partner_id:
            raise UserError(
                self.env._("It is not known yet who the customer of this ticket is.")
            )
        return self.env["support.flag.customer"]._get_action(self)

    def action_unflag_customer(self):
        """Treat the customer like everybody else again.

        :raise AccessError: for others than managers and the team's leader
        """
        self.ensure_one()
        self.check_access("write")
        self._check_may_flag_customer()
        self._write_abuse(False, False)
        self._message_log(
            body=self.env._(
                "%s took back that the customer is abusive.", self.env.user.name
            )
        )

    def _check_may_flag_customer(self):
        if not self.may_flag_customer:
            raise AccessError(
                self.env._("Only the team leader or a manager decides on that.")
            )

    def _propose_abusive(self, reason):
        """Ask the team leader to flag the customer; flagged ones stay flagged."""
        self.ensure_one()
        self.check_access("write")
        if self.abuse_state == "flagged":
            raise UserError(self.env._("This customer is flagged already."))
        self._write_abuse("proposed", reason)
        self._message_log(
            body=self.env._(
                "%(agent)s proposes to flag the customer as abusive: %(reason)s",
                agent=self.env.user.name,
                reason=reason,
            )
        )
        leader = self.team_id.leader_id
        if leader:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Decide whether this customer is flagged"),
                user_id=leader.id,
            )

    def _flag_abusive(self, reason):
        """Flag the customer.

        :raise AccessError: for others than managers and the team's leader
        """
        self.ensure_one()
        self.check_access("write")
        self._check_may_flag_customer()
        self._write_abuse("flagged", reason)
        self._message_log(
            body=self.env._(
                "%(agent)s flagged the customer as abusive: %(reason)s",
                agent=self.env.user.name,
                reason=reason,
            )
        )

    def _write_abuse(self, state, reason):
        # sudo: res.partner: agents do not edit contacts; these fields are set here only
        self.partner_id.sudo().write(
            {
                "support_abuse_state": state,
                "support_abuse_reason": reason,
                "support_abuse_user_id": self.env.uid if state else False,
                "support_abuse_at": fields.Datetime.now() if state else False,
            }
        )

    # --- new messages -------------------------------------------------------------

    def _is_of_abusive_customer(self):
        # sudo: res.partner: decides what happens to the message, shown to nobody
        return self.sudo().partner_id.support_abuse_state == "flagged"

    def _record_customer_message(self, message, details):
        result = super()._record_customer_message(message, details)
        if self._is_of_abusive_customer() and self._is_requester(
            message.author_id or message.email_from or ""
        ):
            # sudo: support.ticket: the customer's message sets this off
            self.sudo()._handle_abusive_message()
        return result

    def _handle_abusive_message(self):
        """Answer politely, once a day at most, and hand the case to the lead."""
        leader = self.team_id.leader_id
        is_handed_over = bool(leader) and self.user_id != leader
        if is_handed_over:
            self.with_context(support_author_kind=RULE).user_id = leader
        is_answered = self._answer_abusive_customer()
        self._message_log(body=self._describe_handling(is_handed_over, is_answered))

    def _describe_handling(self, is_handed_over, is_answered):
        lines = [self.env._("The customer is flagged as abusive.")]
        if is_handed_over:
            lines.append(
                self.env._("The ticket went to %s.", self.team_id.leader_id.name)
            )
        if is_answered:
            lines.append(self.env._("The standard answer was sent."))
        return " ".join(lines)

    def _answer_abusive_customer(self):
        """Post the standard answer, unless the customer has got it within a day.

        :return: whether it was posted
        """
        key = self.email_normalized or str(self.partner_id.id)
        limits = self.env["support.rate.limit"]
        if not limits._hit_with_transaction("abuse_answer", key, 1, ANSWER_SECONDS):
            return False
        template = self.env.ref(
            "customer_support.mail_template_abuse", raise_if_not_found=False
        )
        if not template:
            return False
        company = self.company_id.partner_id
        self.with_context(
            support_author_kind=RULE,
            mail_post_autofollow_author_skip=True,
        ).message_post(
            body=template._render_field(
                "body_html", self.ids, compute_lang=True, options={"post_process": True}
            )[self.id],
            author_id=company.id,
            email_from=company.email_formatted or False,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        return True

    def _may_acknowledge(self):
        return not self._is_of_abusive_customer() and super()._may_acknowledge()
