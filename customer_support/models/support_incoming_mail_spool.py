import base64
from contextlib import contextmanager
from dataclasses import dataclass, replace

from psycopg2.extensions import ISOLATION_LEVEL_READ_COMMITTED

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.sql_db import Cursor
from odoo.tools import SQL, ormcache

from ..tools.mail_content_key import get_content_key, get_message_slot
from .support_incoming_mail import TICKET_MODEL

DEFAULT_SIZE_LIMIT_MB = 50


@dataclass(frozen=True)
class MailClaim:
    """Who a mail is for."""

    is_ours: bool
    is_passed_on: bool
    team_id: int | None = None
    company_id: int | None = None
    is_nobodys: bool = False
    reason: str | None = None

    def as_unrouted(self) -> "MailClaim":
        """The claim on a mail that nobody took: ours after all, for a person."""
        return replace(self, is_ours=True, is_passed_on=False, reason="no_route")


class SupportIncomingMail(models.Model):
    """The door of the spool: claim a mail, commit it, go back to the caller."""

    _inherit = "support.incoming.mail"

    @api.model
    def _claim(self, envelope, fallback_model):
        """Decide whether a mail is ours, somebody else's, or both.

        It is ours when a team's alias is among its recipients, when it answers one
        of our messages and is not forwarded to another model's alias, or when the
        mailbox is ours and nobody else claims it. Mail for a team and for another
        alias goes to both: the other one as if we were not there.

        :param Envelope envelope: the head of the mail
        :param fallback_model: the model that the mailbox or the caller names
        :rtype: MailClaim
        """
        aliases = self._find_aliases(envelope.recipients)
        ticket_model_id = self.env["ir.model"]._get_id(TICKET_MODEL)
        ours = aliases.filtered(lambda a: a.alias_model_id.id == ticket_model_id)
        others = aliases - ours
        others_in_to = others & self._find_aliases(envelope.to) if others else others
        answered = self._find_answered_message(envelope.references)
        answers_ours = answered.model == TICKET_MODEL and not others_in_to
        answers_other = self._answers_other_model(answered)
        is_other = (bool(others) and not answers_ours) or answers_other
        is_fallback = fallback_model == TICKET_MODEL and not is_other
        is_ours = bool(ours) or answers_ours or is_fallback
        team_id, company_id = self._find_team(ours, envelope)
        return MailClaim(
            is_ours=is_ours,
            is_passed_on=is_other or not is_ours,
            team_id=team_id,
            company_id=company_id,
            is_nobodys=not (is_ours or is_other or fallback_model),
        )

    @api.model
    def _spool(self, raw, envelope, claim):
        """Commit a mail to the ledger, once, on a cursor of its own.

        :param bytes raw: the mail as it arrived
        :param Envelope envelope: its head
        :param MailClaim claim: who it is for
        :return: True when it was new, False when it had arrived before
        :raises: whatever keeps the row from being committed; the caller must then
            leave the mail where it was
        """
        values = self._prepare_spool_values(raw, envelope, claim)
        with self._own_cursor() as cr:
            is_new = self._insert(cr, values)
            if is_new and values["state"] == "spooled":
                self.with_env(self.env(cr=cr, user=SUPERUSER_ID))._trigger_processing()
        return is_new

    @api.model
    def _is_in_ledger(self, raw):
        """Whether this mail is safe with us, or was handed to another model."""
        key = get_content_key(raw)
        with self._own_cursor() as cr:
            cr.execute(
                SQL(
                    "SELECT 1 FROM support_incoming_mail WHERE content_key IN %s",
                    (key, f"passed:{key}"),
                )
            )
            return bool(cr.rowcount)

    # ------------------------------------------------------------------
    # Claim
    # ------------------------------------------------------------------

    @api.model
    def _find_aliases(self, addresses):
        """Return the aliases of these addresses, found as Odoo's gateway does."""
        # sudo: mail.alias: the gateway's user may have no access to other models'
        # aliases, and only asks which of them are addressed
        aliases = self.env["mail.alias"].sudo()
        if not addresses:
            return aliases
        local_parts = self._filter_local_parts(addresses)
        domain = Domain("alias_full_name", "in", addresses)
        domain |= Domain("alias_name", "in", local_parts) & Domain(
            "alias_incoming_local", "=", True
        )
        return aliases.search_fetch(domain, ["alias_full_name", "alias_model_id"])

    @api.model
    def _filter_local_parts(self, addresses):
        # sudo: ir.config_parameter, mail.alias.domain: routing settings, as above
        parameters = self.env["ir.config_parameter"].sudo()
        setting = parameters.get_param("mail.catchall.domain.allowed") or ""
        allowed = [domain for domain in setting.split(",") if domain]
        if allowed:
            domains = self.env["mail.alias.domain"].sudo()
            # Every company has one or none.
            allowed += domains.search([]).mapped("name")  # pylint: disable=no-search-all
        split = (address.partition("@") for address in addresses)
        return [local for local, _, name in split if not allowed or name in allowed]

    @api.model
    def _find_answered_message(self, references):
        """Return the newest message, of any model, that a mail refers to."""
        # sudo: mail.message: only tells which model the mail belongs to; nothing
        # of the message is shown to anybody
        messages = self.env["mail.message"].sudo()
        if not references:
            return messages
        domain = [("message_id", "in", references), ("res_id", "!=", False)]
        names = ["model", "res_id", "message_type", "is_internal", "subtype_id"]
        return messages.search_fetch(domain, names, limit=1, order="id desc")

    @api.model
    def _answers_other_model(self, message):
        if (
            not message
            or message.model == TICKET_MODEL
            or message.model not in self.env
        ):
            return False
        # sudo: the record's model: only whether it still exists
        return bool(self.env[message.model].sudo().browse(message.res_id).exists())

    @api.model
    def _find_team(self, aliases, envelope):
        """Return the ids of the team whose address stands first, and its company."""
        order = {address: i for i, address in enumerate(envelope.recipients)}
        aliases = aliases.sorted(lambda a: order.get(a.alias_full_name, len(order)))
        return self._get_team_of_alias(aliases[0].id) if aliases else (None, None)

    @api.model
    @ormcache("alias_id")
    def _get_team_of_alias(self, alias_id):
        # sudo: support.team: the gateway's user need not be an agent
        teams = self.env["support.team"].sudo()
        team = teams.search_fetch([("alias_id", "=", alias_id)], ["company_id"])
        return team.id or None, team.company_id.id or None

    # ------------------------------------------------------------------
    # Spool
    # ------------------------------------------------------------------

    @api.model
    def _prepare_spool_values(self, raw, envelope, claim):
        key = get_content_key(raw)
        values = {
            "content_key": key if claim.is_ours else f"passed:{key}",
            "message_id": envelope.message_id[:500] or None,
            "received_at": fields.Datetime.now(),
            "fetchmail_server_id": self.env.context.get("default_fetchmail_server_id"),
            "size": len(raw),
            "is_passed_on": claim.is_passed_on,
            "state": "spooled" if claim.is_ours else "passed",
        }
        if not claim.is_ours:
            # Other models' mail is counted only: its content is none of our business.
            return values
        reason = "too_large" if len(raw) > self._get_size_limit() else claim.reason
        if reason:
            values.update(state="quarantined", reason=reason)
        return {
            **values,
            "message_slot": get_message_slot(envelope.message_id),
            "email_from": envelope.sender[:320],
            "recipients": ", ".join(envelope.recipients[:20])[:1000],
            # Shown in lists, and no part of what the mail is known by.
            "subject": self.env["mail.message"]._mask_support_numbers(
                envelope.subject[:500]
            ),
            "references": " ".join(envelope.references),
            "raw": base64.b64encode(raw),
            "team_id": claim.team_id,
            "company_id": claim.company_id,
            "next_attempt_at": fields.Datetime.now(),
        }

    @api.model
    def _get_size_limit(self):
        megabytes = self._get_parameter("mail_size_limit_mb", DEFAULT_SIZE_LIMIT_MB)
        return megabytes * 1024 * 1024

    @api.model
    def _insert(self, cr, values):
        """Insert one row; the database, not a search, finds a mail that came before.

        :return: True when the mail is new
        """
        now = fields.Datetime.now()
        values = {
            "duplicates": 0,
            "attempts": 0,
            "create_uid": SUPERUSER_ID,
            "write_uid": SUPERUSER_ID,
            "create_date": now,
            "write_date": now,
            **values,
        }
        if self._try_insert(cr, values):
            return True
        if self._count_duplicate(cr, values["content_key"]):
            return False
        # Other content under a Message-Id that was used before: never dropped, but
        # a person decides.
        held = {"state": "quarantined", "reason": "message_id_reused"}
        values = {**values, **held, "message_slot": None}
        if self._try_insert(cr, values):
            return True
        return not self._count_duplicate(cr, values["content_key"])

    def _try_insert(self, cr, values):
        columns = SQL(", ").join(SQL.identifier(name) for name in values)
        cr.execute(
            SQL(
                "INSERT INTO support_incoming_mail (%s) VALUES %s"
                " ON CONFLICT DO NOTHING",
                columns,
                tuple(values.values()),
            )
        )
        return bool(cr.rowcount)

    def _count_duplicate(self, cr, content_key):
        cr.execute(
            SQL(
                "UPDATE support_incoming_mail SET duplicates = duplicates + 1"
                " WHERE content_key = %s",
                content_key,
            )
        )
        return bool(cr.rowcount)

    @contextmanager
    def _own_cursor(self):
        """A cursor apart from the caller's, committed when left without error."""
        with self.env.registry.cursor() as cr:
            # A test's cursor shares the test's transaction, whose level is set.
            if isinstance(cr, Cursor):
                # A parallel delivery must be seen; REPEATABLE READ would fail it.
                cr.connection.set_isolation_level(ISOLATION_LEVEL_READ_COMMITTED)
            yield cr

    @api.model
    def _trigger_processing(self, at=None):
        """Have the spool processed, now or at the given time."""
        # One call is enough for all the mails that a mailbox hands over.
        job = "customer_support.ir_cron_support_incoming_mail"
        self.env["ir.cron"]._wake_job(job, at)
