from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.constants import GC_UNLINK_LIMIT

KEPT = timedelta(days=30)
# A visitor who makes progress again and again is stopped as well, later.
ROUNDS = 5


class SupportBotSession(models.Model):
    """Where one sender stands in his conversation with the bot."""

    _name = "support.bot.session"
    _description = "Conversation with the Bot"
    _order = "id desc"
    _rec_name = "identity_id"

    identity_id = fields.Many2one(
        "support.identity", "Sender", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", ondelete="cascade")
    script_id = fields.Many2one("chatbot.script", "Bot", ondelete="set null")
    state = fields.Selection(
        [
            ("active", "The bot answers"),
            ("handing_over", "A person is looked for"),
            ("stopping", "A person is looked for, then it ends"),
            ("handed_over", "A person answers"),
            ("stopped", "Ended"),
        ],
        required=True,
        default="active",
    )
    step_id = fields.Many2one(
        "chatbot.script.step",
        "Waits at",
        ondelete="set null",
        help="On messaging channels: the question that was asked last. A live chat "
        "keeps its own.",
    )
    answer_ids = fields.Many2many(
        "chatbot.script.answer",
        string="Chosen",
        help="On messaging channels: what was chosen on the way to this question.",
    )
    order_ref = fields.Char("Order number typed")
    order_email = fields.Char("E-mail of the order typed")
    contact_email = fields.Char("E-mail for the answer")
    email_from = fields.Char(
        "Addresses typed",
        compute="_compute_email_from",
        store=True,
        help="Odoo's privacy lookup finds people by it.",
    )
    question = fields.Text()
    products = fields.Char("Products typed")
    code_state = fields.Selection(
        [("asked", "On its way"), ("limited", "Too many"), ("failed", "Not confirmed")],
        "Code",
    )
    wrong_code_count = fields.Integer("Wrong codes")
    order_id = fields.Many2one("sale.order", "Confirmed order", ondelete="set null")
    ticket_id = fields.Many2one("support.ticket", ondelete="set null")
    note = fields.Char("Said before the next question")
    turn_count = fields.Integer("Turns")
    idle_count = fields.Integer("Turns without progress")
    done = fields.Json("What was done", help="Each counts as progress once.")

    _sender_unique = models.UniqueIndex("(identity_id)")
    _write_date_idx = models.Index("(write_date)")

    @api.depends("order_email", "contact_email")
    def _compute_email_from(self):
        for session in self:
            typed = filter(None, (session.order_email, session.contact_email))
            session.email_from = ", ".join(typed)

    @api.model
    def _get_or_create(self, identity, script, company):
        """The conversation of a sender; two first messages at once make one.

        :param identity: ``support.identity``
        :param script: ``chatbot.script``
        :param company: ``res.company`` of the store
        """
        domain = [("identity_id", "=", identity.id)]
        session = self.search(domain, limit=1)
        if not session:
            self.env.execute_query(
                SQL(
                    """INSERT INTO support_bot_session
                                   (identity_id, script_id, company_id, state,
                                    create_uid, create_date, write_uid, write_date,
                                    turn_count, idle_count)
                            VALUES (%(identity)s, %(script)s, %(company)s, 'active',
                                    %(uid)s, %(now)s, %(uid)s, %(now)s, 0, 0)
                       ON CONFLICT (identity_id)
                       DO UPDATE SET script_id = EXCLUDED.script_id
                         RETURNING id""",
                    identity=identity.id,
                    script=script.id,
                    company=company.id,
                    uid=self.env.uid,
                    now=fields.Datetime.now(),
                )
            )
            session = self.search(domain, limit=1)
        if session.script_id != script:
            session.script_id = script
        return session

    # --- turns --------------------------------------------------------------------

    def _count_turn(self):
        """Count one message of the sender.

        :return: False when these were too many without progress
        """
        self.turn_count += 1
        self.idle_count += 1
        limit = self.script_id.support_max_turns
        return not limit or (
            self.idle_count <= limit and self.turn_count <= limit * ROUNDS
        )

    def _note_progress(self, what):
        """Note that something was done; the same thing again is no progress.

        :param str what: such as "support_order_status:42"
        :return: True the first time
        """
        if what in (self.done or []):
            return False
        self.write({"done": [*(self.done or []), what], "idle_count": 0})
        return True

    def _is_done(self, what):
        return what in (self.done or [])

    def _take_note(self):
        """What is to be said before the next question; said once."""
        note, self.note = self.note or "", False
        return note

    def _restart(self):
        """Begin again, as for a new case."""
        self.write(
            {
                "state": "active",
                "step_id": False,
                "answer_ids": [fields.Command.clear()],
                "order_ref": False,
                "order_email": False,
                "contact_email": False,
                "question": False,
                "products": False,
                "code_state": False,
                "wrong_code_count": 0,
                "order_id": False,
                "ticket_id": False,
                "note": False,
                "turn_count": 0,
                "idle_count": 0,
                "done": False,
            }
        )

    @api.autovacuum
    def _gc_old_sessions(self):
        """Forget conversations in which nothing happened for a month."""
        domain = [("write_date", "<", fields.Datetime.now() - KEPT)]
        old = self.search(domain, limit=GC_UNLINK_LIMIT)
        old.unlink()
        return len(old), len(old) == GC_UNLINK_LIMIT
