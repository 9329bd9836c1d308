"""Replies of new agents that wait until a mentor lets them go."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tools import is_html_empty

MANAGER = "customer_support.group_support_manager"
# Nobody can send such an object from outside: a reply that a mentor has released.
RELEASED = object()
_WRITTEN_BY_MENTOR = {"body", "feedback"}


class SupportHeldReply(models.Model):
    """What a new agent wants to send, and what the mentor decided.

    Until then a note in the conversation shows it to colleagues; to the customer and
    to the clocks nothing has been said. Odoo's scheduled messages would not do: they
    leave by themselves at a date, whoever wrote one may send it at once, and nothing
    is left of them afterwards.
    """

    _name = "support.held.reply"
    _description = "Reply Waiting for a Mentor"
    _order = "id desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one(
        "support.ticket", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True)
    team_id = fields.Many2one(related="ticket_id.team_id", store=True)
    user_id = fields.Many2one(
        "res.users", "Agent", required=True, readonly=True, index=True
    )
    mentor_id = fields.Many2one("res.users", required=True, readonly=True, index=True)
    written_at = fields.Datetime(
        "Written on", default=fields.Datetime.now, required=True, readonly=True
    )
    subject = fields.Char(readonly=True)
    body = fields.Html(
        "Reply", required=True, help="You may change it before you release it."
    )
    is_edited = fields.Boolean("Changed by the mentor", readonly=True)
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Files", readonly=True, bypass_search_access=True
    )
    recipient_ids = fields.Many2many("res.partner", string="Also to", readonly=True)
    post_values = fields.Json(readonly=True)
    post_context = fields.Json(readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waits for the mentor"),
            ("released", "Released"),
            ("returned", "Sent back"),
        ],
        default="waiting",
        required=True,
        readonly=True,
    )
    next_kind = fields.Char(
        readonly=True, help="The kind of stage that the agent wished for afterwards."
    )
    feedback = fields.Text(
        "Word to the agent", help="What to change, when you send it back."
    )
    decided_by = fields.Many2one("res.users", readonly=True)
    decided_at = fields.Datetime("Decided on", readonly=True)
    message_id = fields.Many2one("mail.message", "Sent as", readonly=True)
    is_outdated = fields.Boolean(compute="_compute_is_outdated")
    can_decide = fields.Boolean(compute="_compute_can_decide")

    _waiting_idx = models.Index("(ticket_id) WHERE state = 'waiting'")
    _sent_once = models.UniqueIndex(
        "(message_id) WHERE message_id IS NOT NULL", "This reply was sent already."
    )

    def _compute_is_outdated(self):
        """The customer wrote after the agent did."""
        for held in self:
            # sudo: support.ticket: a moment, for a mentor of another team as well
            wrote = held.sudo().ticket_id.last_customer_message_at
            held.is_outdated = bool(wrote and held.written_at < wrote)

    @api.depends("state", "user_id", "mentor_id", "team_id.leader_id")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for held in self:
            held.can_decide = held.state == "waiting" and held._may_decide()

    # --- who writes -----------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Replies are held by the system alone."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - _WRITTEN_BY_MENTOR:
                raise AccessError(self.env._("Only the text of a reply is changed."))
            for held in self:
                held._check_may_decide()
            if "body" in vals:
                vals = {**vals, "is_edited": True}
        return super().write(vals)

    def _may_decide(self):
        """The mentor, the leader of the team or a manager, never the author."""
        user = self.env.user
        # sudo: support.team: who leads it
        deciders = self.mentor_id | self.sudo().team_id.leader_id
        return user != self.user_id and (user in deciders or user.has_group(MANAGER))

    def _check_may_decide(self):
        """:raise AccessError: for others than the mentor, UserError: when it is over"""
        self.check_access("read")
        if not self._may_decide():
            raise AccessError(self.env._("The mentor decides about this reply."))
        if self.state != "waiting":
            raise UserError(self.env._("This was decided already."))

    # --- buttons --------------------------------------------------------------------

    def action_release(self):
        """Send the reply in the agent's name, as it stands now.

        :raise UserError: if it was decided already, or somebody does so right now
        """
        self.ensure_one()
        held = self._lock_for_decision()
        if is_html_empty(held.body):
            raise UserError(self.env._("There is no text to send."))
        held._decide("released")
        held.message_id = held._send()
        held._move_on()

    def action_send_back(self):
        """Give the reply back to the agent, who writes it anew.

        :raise UserError: if there is no word to the agent
        """
        self.ensure_one()
        held = self._lock_for_decision()
        if not (held.feedback or "").strip():
            raise UserError(self.env._("Tell the agent what to change."))
        held._return(held.feedback)

    def _lock_for_decision(self):
        """The reply with all rights, held so that it is decided once.

        Whoever had to wait is refused by the database; Odoo then repeats the request,
        which finds what was decided.
        """
        self._check_may_decide()
        # sudo: support.held.reply: the caller may decide, and writes nothing but that
        held = self.sudo()
        try:
            held.lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._("A colleague is deciding about this reply right now.")
            ) from error
        held.invalidate_recordset()
        if held.state != "waiting":
            raise UserError(self.env._("This was decided already."))
        return held

    def _decide(self, state):
        self.write(
            {
                "state": state,
                "decided_by": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )

    def _send(self):
        """Post the reply as its author.

        :return: the ``mail.message``
        """
        # sudo: support.ticket: the agent could write there when the reply was held
        ticket = self.ticket_id.with_user(self.user_id).sudo()
        kept = ticket._restore_reply_context(self.post_context or {}, self.is_edited)
        return ticket.with_context(**kept, support_released=RELEASED).message_post(
            body=Markup(self.body),  # sanitized by the field
            subject=self.subject,
            author_id=self.user_id.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.recipient_ids.ids,
            attachment_ids=self.attachment_ids.ids,
            **(self.post_values or {}),
        )

    def _move_on(self):
        """Set the stage that the agent wished for, unless something is open."""
        ticket = self.ticket_id.with_user(self.user_id).sudo()
        if self.next_kind and not ticket.closed_at and not ticket._get_open_points():
            ticket._set_stage_kind(self.next_kind)

    def _return(self, why, author=None):
        """Send the reply back with its words, and tell the agent.

        :param str why: what the mentor or the system says
        :param author: ``res.partner`` who says it; the user when None
        """
        self._decide("returned")
        agent = self.user_id
        ticket = self.ticket_id.with_context(lang=agent.lang)
        ticket.message_post(
            body=Markup("<p>%s<br/>%s</p><div>%s</div>")
            % (
                ticket.env._("Your reply was not sent:"),
                why,
                self.body,
            ),
            message_type="notification",
            subtype_xmlid="mail.mt_note",
            author_id=(author or self.env.user.partner_id).id,
            partner_ids=agent.partner_id.ids,
            notify_author=True,
        )
