import base64
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

DEFAULT_RETENTION_DAYS = 90
TICKET_MODEL = "support.ticket"


class SupportIncomingMail(models.Model):
    """Every mail that arrived, and what became of it: spool and ledger."""

    _name = "support.incoming.mail"
    _description = "Incoming Mail"
    _inherit = "support.exported.mixin"
    _order = "id desc"
    _rec_name = "subject"

    # What identifies the mail
    content_key = fields.Char(
        required=True,
        readonly=True,
        help="Fingerprint of sender, date, subject, Message-Id and content. A mail "
        "that arrives again has the same one and is only counted.",
    )
    message_slot = fields.Char(
        readonly=True,
        help="Held by the first mail that used a Message-Id. Another mail with the "
        "same Message-Id but other content is put into quarantine.",
    )
    message_id = fields.Char("Message-Id", readonly=True, index="btree_not_null")
    email_from = fields.Char("From", readonly=True, index="btree_not_null")
    recipients = fields.Char(readonly=True)
    subject = fields.Char(readonly=True)
    references = fields.Text(
        readonly=True, help="Message-Ids of the mails that this one answers."
    )
    size = fields.Integer("Size (bytes)", readonly=True)
    raw = fields.Binary(
        "Original",
        attachment=False,
        readonly=True,
        help="The mail as it arrived, byte by byte; once it stands in a ticket, card "
        "numbers in it are hidden. Removed after the number of days in the settings; "
        "the line in the ledger stays.",
    )
    # How it arrived
    received_at = fields.Datetime("Received", readonly=True, required=True, index=True)
    fetchmail_server_id = fields.Many2one(
        "fetchmail.server", "Mailbox", readonly=True, ondelete="set null"
    )
    team_id = fields.Many2one("support.team", readonly=True, ondelete="set null")
    company_id = fields.Many2one("res.company", readonly=True)
    duplicates = fields.Integer(
        readonly=True, help="How often the same mail arrived again, and was ignored."
    )
    is_passed_on = fields.Boolean(
        "Also Passed On",
        readonly=True,
        help="The mail was addressed to another application as well, such as Sales, "
        "and went there too.",
    )
    # What became of it
    state = fields.Selection(
        [
            ("spooled", "Waiting"),
            ("done", "Done"),
            ("suppressed", "Suppressed"),
            ("quarantined", "Quarantined"),
            ("discarded", "Discarded"),
            ("passed", "Passed On"),
        ],
        default="spooled",
        required=True,
        readonly=True,
        index=True,
    )
    outcome = fields.Selection(
        [("ticket_created", "New Ticket"), ("appended", "Added to a Ticket")],
        readonly=True,
    )
    reason = fields.Selection(
        [
            ("auto_reply", "Automatic reply"),
            ("auto_generated", "Written by a machine"),
            ("bounce", "Could not be delivered"),
            ("receipt", "Read receipt"),
            ("loop", "Our own mail came back"),
            ("agent_unverified", "Agent's address not verified: note only"),
            ("foreign_thread", "Sender is not part of the conversation it answers"),
            ("dmarc_fail", "Sender's address is forged (DMARC)"),
            ("message_id_reused", "Another mail has the same Message-Id"),
            ("no_route", "No address or mailbox says whom it is for"),
            ("too_many", "Too many mails from one address"),
            ("too_large", "Larger than the limit"),
            ("processing_failed", "Could not be processed"),
            ("worker_killed", "Processing never ended"),
        ],
        readonly=True,
    )
    ticket_id = fields.Many2one(
        "support.ticket",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The ticket the mail went to; in quarantine, the ticket it quotes.",
    )
    mail_message_id = fields.Many2one(
        "mail.message",
        "Message",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    attempts = fields.Integer(readonly=True)
    next_attempt_at = fields.Datetime("Next Attempt", readonly=True)
    error = fields.Text(readonly=True)
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    decided_at = fields.Datetime(readonly=True)
    is_released = fields.Boolean(
        readonly=True,
        help="A manager let the mail out of quarantine: the checks that held it "
        "are not made again.",
    )

    needs_acknowledgement = fields.Boolean(
        "Acknowledgement Due",
        readonly=True,
        help="The customer will be told that the mail arrived.",
    )

    _content_key_unique = models.UniqueIndex("(content_key)")
    _message_slot_unique = models.UniqueIndex("(message_slot)")
    _due_index = models.Index("(next_attempt_at, id) WHERE state = 'spooled'")
    _acknowledge_index = models.Index("(id) WHERE needs_acknowledgement IS TRUE")

    @api.depends("subject", "email_from")
    def _compute_display_name(self):
        for mail in self:
            mail.display_name = mail.subject or mail.email_from or f"#{mail.id}"

    # ------------------------------------------------------------------
    # Ledger
    # ------------------------------------------------------------------

    @api.model
    def _get_ledger(self, domain=None):
        """Count what arrived and what became of it; the sums must agree.

        :param domain: limits the mails that are counted
        :return: dict of counts. ``received`` counts every delivery, a repeated one
            too, and equals the sum of ``waiting``, ``tickets``, ``appended``,
            ``suppressed``, ``quarantined``, ``discarded``, ``passed`` and
            ``duplicates``.
        """
        groups = self._read_group(
            Domain(domain or Domain.TRUE),
            ["state", "outcome"],
            ["__count", "duplicates:sum"],
        )
        ledger = dict.fromkeys(
            ("waiting", "tickets", "appended", "suppressed", "quarantined")
            + ("discarded", "passed", "duplicates"),
            0,
        )
        names = {"spooled": "waiting", "ticket_created": "tickets"}
        for state, outcome, count, duplicates in groups:
            key = outcome if state == "done" else state
            ledger[names.get(key, key)] += count
            ledger["duplicates"] += duplicates
        ledger["received"] = sum(ledger.values())
        return ledger

    # ------------------------------------------------------------------
    # What a manager does
    # ------------------------------------------------------------------

    def action_retry(self):
        """Process quarantined, suppressed or discarded mails once more."""
        self._check_has_original()
        self._spool_again({})

    def action_release(self):
        """Let mails out of quarantine: each becomes a new ticket, unverified."""
        self._check_has_original()
        self._spool_again({"is_released": True})

    def action_discard(self):
        """Decide that mails are of no use; they stay in the ledger."""
        self._check_open()
        self._decide({"state": "discarded", "next_attempt_at": False})

    def action_download(self):
        """Download the original."""
        self.ensure_one()
        self._check_has_original()
        path = f"/web/content/{self._name}/{self.id}/raw/mail-{self.id}.eml"
        return {
            "type": "ir.actions.act_url",
            "url": f"{path}?download=true",
            "target": "self",
        }

    def _spool_again(self, values):
        self._check_open()
        now = fields.Datetime.now()
        values = {"state": "spooled", "attempts": 0, "next_attempt_at": now, **values}
        self._decide({**values, "reason": False, "error": False})
        self._trigger_processing()

    def _decide(self, values):
        self.check_access("write")
        # sudo: support.incoming.mail: every column is read-only for people; the
        # access to the rows was checked and the values come from the buttons above
        self.sudo().write(
            {
                **values,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )

    def _check_open(self):
        if self.filtered(lambda mail: mail.state in ("done", "passed")):
            raise UserError(
                self.env._("This mail has already reached a ticket or another app.")
            )

    def _check_has_original(self):
        sized = self.with_context(bin_size=True)
        if sized.filtered(lambda mail: not mail.raw):
            raise UserError(
                self.env._("The original was removed: it is older than the limit.")
            )

    # ------------------------------------------------------------------
    # Purge
    # ------------------------------------------------------------------

    @api.autovacuum
    def _gc_originals(self, limit=1000):
        """Remove the raw bytes of old mails; the ledger keeps the rest."""
        days = self._get_parameter("mail_retention_days", DEFAULT_RETENTION_DAYS)
        if days <= 0:
            return
        oldest = fields.Datetime.now() - timedelta(days=days)
        mails = self.search(
            [
                ("received_at", "<", oldest),
                ("state", "!=", "spooled"),
                ("raw", "!=", False),
            ],
            limit=limit,
        )
        mails.write({"raw": False})

    @api.model
    def _get_parameter(self, name, default):
        """Return a whole number from the settings (customer_support.<name>)."""
        # sudo: ir.config_parameter: a number of our own settings, nothing secret
        parameters = self.env["ir.config_parameter"].sudo()
        return int(parameters.get_param(f"customer_support.{name}") or default)

    def _get_raw_bytes(self):
        """Return the mail as it arrived."""
        self.ensure_one()
        return base64.b64decode(self.with_context(bin_size=False).raw or b"")
