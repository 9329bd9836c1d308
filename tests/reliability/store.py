"""The store's database as SQL sees it, and not through Odoo's eyes."""

import base64
import contextlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import psycopg2
from passlib.hash import pbkdf2_sha512

from . import ledger
from .ledger import WAITING, MessageRow, SpoolRow
from .mail import APPENDED, PASSED, QUARANTINED, SUPPRESSED, TICKET
from .prepare_store import FETCH_CRON, SEND_CRON, SPOOL_CRON

# As Odoo hashes keys, which are random; passwords take a hundred times as long.
API_KEY_HASH = pbkdf2_sha512.using(rounds=6000)
LEAD_MODEL = "support.test.lead"
MODELS = ("support.ticket", LEAD_MODEL)
OUTCOMES = {
    "ticket_created": TICKET,
    "appended": APPENDED,
    "suppressed": SUPPRESSED,
    "quarantined": QUARANTINED,
    "passed": PASSED,
}


class Store:
    """One database of the rig.

    :param connection: the arguments with which it is opened
    """

    def __init__(self, connection: Mapping[str, str]) -> None:
        self._connection = dict(connection)
        self._marks: dict[int, str] = {}
        self._messages: dict[int, tuple[MessageRow, set[str]]] = {}

    def query(self, sql: str, parameters: Sequence = (), **connection) -> list[tuple]:
        """Run one statement, committed at once, and return its rows."""
        opened = psycopg2.connect(**{**self._connection, **connection})
        opened.autocommit = True
        with contextlib.closing(opened), opened.cursor() as cursor:
            cursor.execute(sql, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def drop_unique_indexes(self) -> list[str]:
        """Take away what keeps the spool free of doubles, to see the rig fail."""
        names = self.query(
            "SELECT indexrelid::regclass::text FROM pg_index WHERE indisunique"
            " AND NOT indisprimary AND indrelid = 'support_incoming_mail'::regclass"
        )
        for (name,) in names:
            self.query(f"DROP INDEX {name}")
        return [name for (name,) in names]

    def add_api_key(self, user_id: int, key: str) -> None:
        """Give a user a key for RPC, as the user's own page would after a password."""
        self.query(
            "INSERT INTO res_users_apikeys (name, user_id, key, index)"
            " VALUES ('Mail server', %s, %s, %s)",
            (user_id, API_KEY_HASH.hash(key), key[:8]),
        )

    def leave_only_mail_crons(self) -> None:
        """Switch off the store's other crons: they would only take turns."""
        self.query(
            """
            UPDATE ir_cron SET active = false
             WHERE id NOT IN (
                   SELECT res_id FROM ir_model_data
                    WHERE module || '.' || name IN %s)
            """,
            ((FETCH_CRON, SPOOL_CRON, SEND_CRON),),
        )

    def trigger_crons(self) -> None:
        """Make the fetching, the work on the spool and the sending due at once."""
        self.trigger(
            row_id
            for (row_id,) in self.query(
                "SELECT res_id FROM ir_model_data WHERE module || '.' || name IN %s",
                ((FETCH_CRON, SPOOL_CRON, SEND_CRON),),
            )
        )

    def trigger(self, jobs: Iterable[int]) -> None:
        """Make jobs due at once, and wake the cron workers.

        :param jobs: ids of ``ir.cron``
        """
        self.query(
            """
            INSERT INTO ir_cron_trigger (cron_id, call_at)
                 SELECT id, now() AT TIME ZONE 'UTC'
                   FROM ir_cron
                  WHERE id = ANY(%s)
                    AND NOT EXISTS (
                        SELECT FROM ir_cron_trigger
                         WHERE cron_id = ir_cron.id
                           AND call_at <= now() AT TIME ZONE 'UTC')
            """,
            (list(jobs),),
        )
        database = self._connection["dbname"]
        self.query(f"NOTIFY cron_trigger, '{database}'", dbname="postgres")

    def skip_waiting_times(self) -> None:
        """Let the pause before the next attempt be over; rows at work are let alone."""
        self.query(
            "UPDATE support_incoming_mail"
            "   SET next_attempt_at = now() AT TIME ZONE 'UTC'"
            " WHERE id IN (SELECT id FROM support_incoming_mail"
            "   WHERE state = 'spooled'"
            "     AND next_attempt_at > now() AT TIME ZONE 'UTC' + interval '5 seconds'"
            "   FOR UPDATE SKIP LOCKED)"
        )

    def count(self, sql: str, *parameters) -> int:
        """Return the one number that a query gives."""
        return self.query(sql, parameters)[0][0]

    def count_waiting(self) -> int:
        """Return how many mails are not decided, not acknowledged, or not yet sent."""
        return self.count(
            "SELECT (SELECT count(*) FROM support_incoming_mail"
            "         WHERE state = 'spooled' OR needs_acknowledgement)"
            " + (SELECT count(*) FROM mail_mail WHERE state = 'outgoing')"
        )

    def read_rows(self, sent: set[str]) -> list[SpoolRow]:
        """Return the spool's rows of the mails `sent`, by the mark in the raw mail."""
        self._read_new_marks(sent)
        found = self.query(
            "SELECT id, coalesce(outcome, state), reason, ticket_id, mail_message_id"
            " FROM support_incoming_mail ORDER BY id"
        )
        return [
            SpoolRow(
                row_id,
                self._marks[row_id],
                OUTCOMES.get(state, WAITING),
                reason or "",
                ticket_id,
                message_id,
            )
            for row_id, state, reason, ticket_id, message_id in found
            if self._marks.get(row_id) in sent
        ]

    def _read_new_marks(self, sent: set[str]) -> None:
        """Read the raw mails that have come since; they are big and never change."""
        for row_id, content, is_raw in self.query(
            "SELECT id, coalesce(raw, message_id::bytea), raw IS NOT NULL"
            " FROM support_incoming_mail WHERE NOT id = ANY(%s)",
            (list(self._marks),),
        ):
            # Odoo keeps binary columns as base64. Other models' mails have none.
            content = bytes(content or b"")
            content = base64.b64decode(content) if is_raw else content
            if mark := ledger.find_own_mark(content, sent):
                self._marks[row_id] = mark

    def is_readable(self, message_id: int, mark: str) -> bool:
        """Tell whether the mark stands in a message, or in a file that it keeps."""
        text, kept = self.query(
            "SELECT concat_ws(' ', subject, body), EXISTS ("
            " SELECT FROM message_attachment_rel WHERE message_id = mail_message.id)"
            " FROM mail_message WHERE id = %s",
            (message_id,),
        )[0]
        return mark in text or kept

    def read_messages(self, rows: Iterable[SpoolRow]) -> dict[str, list[MessageRow]]:
        """Return the messages by mark: those that hold it, and those a row names."""
        named = {row.message_id: row.uuid for row in rows if row.message_id}
        found = defaultdict(list)
        self._read_new_messages()
        for message, marks in self._messages.values():
            extra = {named[message.id]} if message.id in named else set()
            for mark in marks | extra:
                found[mark].append(message)
        return found

    def _read_new_messages(self) -> None:
        for message_id, model, record_id, text in self.query(
            "SELECT id, model, res_id, concat_ws(' ', subject, body)"
            " FROM mail_message WHERE model IN %s AND message_type = 'email'"
            " AND NOT id = ANY(%s)",
            (MODELS, list(self._messages)),
        ):
            message = MessageRow(message_id, model, record_id)
            self._messages[message_id] = message, ledger.find_marks(text.encode())
