from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools.constants import GC_UNLINK_LIMIT

KEPT_DAYS = 30


class SupportChannelEvent(models.Model):
    """What arrived from a provider and what leaves to one, each kept before it is
    worked on.

    A body of the webhook is one row, made unique by its hash; each message in it is
    another one, made unique by the provider's name for it. Duplicates thus die in the
    database. An answer is a row too, until the provider has it.
    """

    _name = "support.channel.event"
    _description = "Channel Message"
    _order = "id desc"
    _rec_name = "external_id"

    channel_id = fields.Many2one(
        "support.channel", required=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(
        related="ticket_id.company_id", store=True, index="btree_not_null"
    )
    kind = fields.Selection(
        [
            ("body", "Webhook"),
            ("message", "From a customer"),
            ("answer", "To a customer"),
        ],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("pending", "Waiting"),
            ("held", "Waits for the customer"),
            ("sending", "Being sent"),
            ("done", "Done"),
            ("ignored", "Ignored"),
            ("quarantined", "Not understood"),
            ("failed", "Not sent"),
            ("unknown", "Perhaps sent"),
        ],
        required=True,
        default="pending",
        readonly=True,
    )
    delivery = fields.Selection(
        [
            ("sent", "Sent"),
            ("delivered", "Delivered"),
            ("read", "Read"),
            ("failed", "Not delivered"),
        ],
        readonly=True,
        help="What the provider tells about the answer.",
    )
    body_hash = fields.Char(readonly=True)
    external_id = fields.Char("Provider's name", readonly=True)
    our_key = fields.Char(readonly=True)
    part = fields.Integer(
        readonly=True, help="A long answer or one with files leaves in several parts."
    )
    payload = fields.Text(readonly=True, groups="base.group_system")
    text = fields.Text(readonly=True)
    attachment_id = fields.Many2one("ir.attachment", readonly=True)
    template_id = fields.Many2one("support.message.template", readonly=True)
    template_values = fields.Json(readonly=True)
    sent_at = fields.Datetime(readonly=True, help="The provider's time.")
    thread_key = fields.Char("Post", readonly=True)
    comment_key = fields.Char(
        "Edited comment",
        readonly=True,
        help="The provider's name of the comment that these words changed.",
    )
    reply_to = fields.Char("Answers", readonly=True)
    is_public = fields.Boolean(readonly=True)
    identity_id = fields.Many2one("support.identity", readonly=True, ondelete="cascade")
    ticket_id = fields.Many2one(
        "support.ticket", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    message_id = fields.Many2one("mail.message", readonly=True, ondelete="set null")
    parent_id = fields.Many2one(
        "support.channel.event",
        "Arrived in",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    attempts = fields.Integer(readonly=True)
    next_attempt_at = fields.Datetime(
        readonly=True, default=lambda self: fields.Datetime.now()
    )
    held_until = fields.Datetime(
        readonly=True,
        help="A notice that waits for the customer's hours; answers overtake it.",
    )
    error = fields.Char(readonly=True)

    _body_unique = models.UniqueIndex(
        "(channel_id, body_hash) WHERE body_hash IS NOT NULL"
    )
    _body_date_idx = models.Index("(channel_id, create_date) WHERE kind = 'body'")
    _message_unique = models.UniqueIndex(
        "(channel_id, external_id) WHERE kind = 'message'"
    )
    _answer_name_idx = models.Index(
        "(channel_id, external_id) WHERE kind = 'answer' AND external_id IS NOT NULL"
    )
    _comment_idx = models.Index(
        "(channel_id, comment_key) WHERE comment_key IS NOT NULL"
    )
    _answer_unique = models.UniqueIndex("(message_id, part) WHERE kind = 'answer'")
    _message_idx = models.Index("(message_id) WHERE message_id IS NOT NULL")
    _our_key_unique = models.UniqueIndex("(our_key) WHERE our_key IS NOT NULL")
    _pending_idx = models.Index("(kind, next_attempt_at, id) WHERE state = 'pending'")
    _sending_idx = models.Index("(write_date) WHERE state = 'sending'")
    _identity_idx = models.Index(
        "(identity_id, id)"
        " WHERE kind = 'answer' AND state IN ('pending', 'sending', 'held')"
    )

    def write(self, vals):
        """Only the workers write a row, and the buttons below.

        :raise AccessError: else a manager could change by RPC what an agent has
            answered, or to whom it goes
        """
        if not self.env.su:
            raise AccessError(
                self.env._("A channel message is not changed by hand. Use its buttons.")
            )
        return super().write(vals)

    @api.model
    def _trigger_receiving(self, at=None):
        """Have what arrived worked on, now or at the given time."""
        job = "customer_support_chat.ir_cron_support_receive"
        self.env["ir.cron"]._wake_job(job, at)

    @api.model
    def _trigger_sending(self, at=None):
        """Have what waits sent, now or at the given time."""
        job = "customer_support_chat.ir_cron_support_send"
        self.env["ir.cron"]._wake_job(job, at)

    @api.autovacuum
    def _gc_old_bodies(self):
        """Forget what was worked on a month ago: the messages stand in the tickets.

        A provider repeats what it sent for a week at most, and older messages are
        refused by their time, so that nothing can come a second time.
        """
        border = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS)
        domain = [
            ("kind", "in", ("body", "message", "file")),
            ("state", "in", ("done", "ignored")),
            ("create_date", "<", border),
        ]
        old = self.search(domain, limit=GC_UNLINK_LIMIT)
        old.unlink()
        return len(old), len(old) == GC_UNLINK_LIMIT

    # --- by hand ----------------------------------------------------------------

    def action_retry(self):
        """Try again what failed: what arrived, or what was not sent."""
        self.check_access("write")
        states = ("quarantined", "failed", "unknown")
        again = self.filtered(lambda event: event.state in states)
        # sudo: support.channel.event: every column is read-only for people
        again.sudo().write(
            {
                "state": "pending",
                "attempts": 0,
                "error": False,
                "next_attempt_at": fields.Datetime.now(),
            }
        )
        self._trigger_receiving()
        self._trigger_sending()

    def action_discard(self):
        """Leave it: it is not worked on any more."""
        self.check_access("write")
        states = ("quarantined", "failed", "unknown", "pending", "held")
        left = self.filtered(lambda event: event.state in states)
        # sudo: support.channel.event: every column is read-only for people
        left.sudo().state = "ignored"
