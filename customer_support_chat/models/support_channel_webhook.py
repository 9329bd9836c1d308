"""What a provider posts: proven, kept, answered; the work comes later."""

import hashlib
import json

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)
MAX_BODY_BYTES = 3 * 1024 * 1024
MINUTE = 60
HOUR = 3600
# How many refused bodies are borne, and in how many seconds: a storm of them, or a few
# in a small store that accepts no other.
MANY_REFUSALS = (20, MINUTE)
ONLY_REFUSALS = (3, HOUR)
# All that it takes to prove a body, read by one query with the channel itself.
_PROOF_FIELDS = ("kind", "app_secret", "previous_secret", "previous_secret_until")


class SupportChannel(models.Model):
    _inherit = "support.channel"

    ignored_count = fields.Integer(
        "Not for us",
        readonly=True,
        copy=False,
        help="Messages for an account that has no channel here.",
    )

    @api.model
    def _find_by_webhook_key(self, key):
        """The channel, in sudo, whose address ends with this key; may be empty."""
        # sudo: support.channel: a provider has no login; its proof is looked at next
        channels = self.sudo()
        if not key:
            return channels
        return channels.search_fetch(
            [("webhook_key", "=", key), ("has_webhook", "=", True)],
            _PROOF_FIELDS,
            limit=1,
        )

    def _accept_body(self, headers, body):
        """Keep one body of the webhook, once.

        :param headers: of the request
        :param bytes body: as it arrived
        :return: the HTTP status that tells the provider what happened: 200 kept (or
            known), 401 no proof, 400 not JSON
        """
        self.ensure_one()
        if not self._get_provider()._verify(self, headers, body):
            self._count_refusal()
            return 401
        try:
            json.loads(body)
        except (ValueError, RecursionError):
            self._count_refusal()
            return 400
        self._keep_body(body)
        return 200

    def _keep_body(self, body):
        events = self.env["support.channel.event"]
        self.env.cr.execute(
            SQL(
                """INSERT INTO support_channel_event
                               (channel_id, kind, state, body_hash, payload, attempts,
                                next_attempt_at, create_uid, create_date, write_uid,
                                write_date)
                        VALUES (%(channel)s, 'body', 'pending', %(hash)s, %(payload)s,
                                0, %(now)s, %(uid)s, %(now)s, %(uid)s, %(now)s)
                   ON CONFLICT (channel_id, body_hash) WHERE body_hash IS NOT NULL
                    DO NOTHING""",
                channel=self.id,
                hash=hashlib.sha256(body).hexdigest(),
                # A NUL cannot be kept in a text; as JSON it stays \\u0000 anyway.
                payload=body.decode("utf-8", "replace").replace("\x00", ""),
                now=fields.Datetime.now(),
                uid=self.env.uid,
            )
        )
        if self.env.cr.rowcount:
            events._trigger_receiving()

    # --- refusals ---------------------------------------------------------------

    def _count_refusal(self):
        """Count a body without proof; many, or nothing else, alert the administrators.

        Mostly a secret was changed at the provider and not here: customers' messages
        then arrive and are refused, and nobody would know.
        """
        limits = self.env["support.rate.limit"]
        key = str(self.id)
        are_few = limits._hit("webhook_refused", key, *MANY_REFUSALS)
        are_rare = limits._hit("webhook_only_refused", key, *ONLY_REFUSALS)
        if are_few and (are_rare or self._has_accepted_any()):
            return
        if not limits._hit("webhook_alert", key, 1, HOUR):
            return
        self._alert(
            _lt("%s refuses what the provider sends", self.name),
            _lt(
                "Again and again a message did not carry the proof that it comes from"
                " the provider. Compare the secret in the channel with the one at the"
                " provider: customers' messages may be waiting there."
            ),
        )

    def _has_accepted_any(self):
        """Whether a body was proven in the last hour."""
        border = fields.Datetime.subtract(fields.Datetime.now(), seconds=HOUR)
        domain = [
            ("channel_id", "=", self.id),
            ("kind", "=", "body"),
            ("create_date", ">", border),
        ]
        return bool(self.env["support.channel.event"].search_count(domain, limit=1))

    def _find_account(self, event):
        """The channel that an event belongs to; empty when there is none.

        One app of a provider posts for all its accounts to one address: only the
        channels that share its secret are looked at, for the proof speaks for no other.

        :param event: of ``tools.provider_events``
        """
        self.ensure_one()
        kind, account_key = event.kind or self.kind, event.account_key
        if kind == self.kind and account_key in ("", self.account_key):
            return self
        others = self.search([("kind", "=", kind), ("account_key", "=", account_key)])
        own = set(self._get_secrets())
        return others.filtered(lambda channel: own & set(channel._get_secrets()))[:1]

    def _count_ignored(self, count):
        """Count messages for accounts that have no channel here."""
        self.env.cr.execute(
            SQL(
                """UPDATE support_channel
                      SET ignored_count = COALESCE(ignored_count, 0) + %s
                    WHERE id = %s""",
                count,
                self.id,
            )
        )
        self.invalidate_recordset(["ignored_count"])
