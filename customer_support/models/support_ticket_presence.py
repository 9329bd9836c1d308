"""Who has a ticket open right now, and who is writing; forgotten within minutes."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.constants import GC_UNLINK_LIMIT

from .support_ticket_message import SPOKEN_TYPES

# The browser reports every 20 seconds; two reports may get lost.
PRESENT_SECONDS = 60
KEPT_MINUTES = 10
DOINGS = ("reading", "writing")
# Says that nobody has written yet; 0 says that the browser does not know.
NO_MESSAGE = -1
BUS_MESSAGE = "support.ticket/presence"


class SupportTicketPresence(models.Model):
    """That a colleague has a ticket open; rewritten by each report of the browser."""

    _name = "support.ticket.presence"
    _description = "Presence on a Ticket"
    _log_access = False
    _rec_name = "user_id"

    ticket_id = fields.Many2one("support.ticket", required=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    doing = fields.Selection(
        [("reading", "Reading"), ("writing", "Writing")], required=True
    )
    seen_at = fields.Datetime(required=True, index=True)

    _once = models.UniqueIndex("(ticket_id, user_id)")

    @api.model
    def _note(self, ticket, doing):
        """Keep that the present user has ``ticket`` open."""
        self.env.execute_query(
            SQL(
                """
                INSERT INTO support_ticket_presence (ticket_id, user_id, doing, seen_at)
                     VALUES (%(ticket)s, %(user)s, %(doing)s, %(now)s)
                ON CONFLICT (ticket_id, user_id)
                  DO UPDATE SET doing = EXCLUDED.doing, seen_at = EXCLUDED.seen_at
                  RETURNING id
                """,
                ticket=ticket.id,
                user=self.env.uid,
                doing=doing,
                now=fields.Datetime.now(),
            )
        )
        self.invalidate_model()

    @api.model
    def _find_others(self, ticket):
        """The rows of colleagues who have ``ticket`` open."""
        since = fields.Datetime.now() - timedelta(seconds=PRESENT_SECONDS)
        return self.search(
            [
                ("ticket_id", "=", ticket.id),
                ("user_id", "!=", self.env.uid),
                ("seen_at", ">=", since),
            ]
        )

    @api.autovacuum
    def _gc_left(self):
        """Forget who has left."""
        since = fields.Datetime.now() - timedelta(minutes=KEPT_MINUTES)
        left = self.search([("seen_at", "<", since)], limit=GC_UNLINK_LIMIT)
        left.unlink()
        return len(left), len(left) == GC_UNLINK_LIMIT


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def report_presence(self, doing="reading", last_message_id=0):
        """Say that the present user has this ticket open; get who else has.

        :param str doing: reading or writing
        :param int last_message_id: the newest message that the user has seen, as it
            was answered before; 0 at first
        :return: dict with ``others`` (list of name and doing), ``news`` (who wrote a
            public message since, or an empty text) and ``last_message_id``
        """
        self.ensure_one()
        self.check_access("write")
        # sudo: support.ticket.presence: who reads a ticket that the user may write
        presence = self.env["support.ticket.presence"].sudo()
        presence._note(self, doing if doing in DOINGS else "reading")
        newest = self._find_newest_public_message()
        known = int(last_message_id or 0)
        is_news = newest and known and newest.id > known
        return {
            "others": [
                {"name": row.user_id.name, "doing": row.doing}
                for row in presence._find_others(self)
            ],
            "news": self._describe_writer(newest) if is_news else "",
            "last_message_id": newest.id or NO_MESSAGE,
        }

    def _find_newest_public_message(self):
        """The newest message that the customer reads, of others than the user."""
        return self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "in", SPOKEN_TYPES),
                ("subtype_id", "=", self.env.ref("mail.mt_comment").id),
                ("author_id", "!=", self.env.user.partner_id.id),
            ],
            order="id desc",
            limit=1,
        )

    def _describe_writer(self, message):
        return (
            message.author_id.name or message.email_from or self.env._("The customer")
        )

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        if message.message_type in SPOKEN_TYPES and not message.is_internal:
            self._tell_present(message)
        return result

    def _tell_present(self, message):
        """Tell colleagues who have the ticket open that something has come in."""
        # sudo: support.ticket.presence: whoever posts, a customer as well
        rows = self.env["support.ticket.presence"].sudo()._find_others(self)
        for user in rows.user_id:
            user._bus_send(BUS_MESSAGE, {"ticket_id": self.id})
