"""Which agents are new, and who reads what they write."""

from odoo import fields, models
from odoo.tools import SQL

# A mentor reads what is written: lines of a live chat and calls are never held back.
_WRITTEN = (
    "kind = 'reply' AND payload->'line' IS NULL AND payload->'talk_seconds' IS NULL"
)


class SupportTeam(models.Model):
    _inherit = "support.team"

    mentored_replies = fields.Integer(
        "First replies that need a mentor",
        help="So many replies of a new agent are sent only after a mentor has released"
        " them. Lines of a live chat are not held back. 0 means none.",
    )
    mentor_id = fields.Many2one(
        "res.users",
        domain=[("share", "=", False)],
        help="Reads the replies of new agents who have no mentor of their own. Empty"
        " means the team leader.",
    )

    _mentored_replies_not_negative = models.Constraint(
        "CHECK(mentored_replies >= 0)", "The number of replies is 0 or more."
    )

    def _find_mentor(self, user):
        """Who has to release a reply of ``user``; nobody when it may leave at once.

        :param user: ``res.users``
        :return: ``res.users``, read with all rights
        """
        self.ensure_one()
        nobody = self.env["res.users"]
        # sudo: support.agent: settings that the author need not read
        agent = self.env["support.agent"].sudo().search([("user_id", "=", user.id)])
        if agent.sends_alone:
            return nobody
        mentors = agent.mentor_id | self.mentor_id | self.leader_id
        mentor = mentors.filtered(lambda one: one.active and one != user)[:1]
        if not mentor or user._has_support_replies(self.mentored_replies):
            return nobody
        return mentor


class SupportAgent(models.Model):
    _inherit = "support.agent"

    mentor_id = fields.Many2one(
        "res.users",
        domain=[("share", "=", False)],
        help="Reads the first replies of this person, as many as the team says. Empty"
        " means the mentor of the team.",
    )
    sends_alone = fields.Boolean(
        "Needs no mentor",
        help="For somebody who answered customers before: replies are sent at once.",
    )
    released_count = fields.Integer(
        "Replies released", compute="_compute_released_count"
    )
    held_count = fields.Integer("Replies waiting", compute="_compute_released_count")

    def _compute_released_count(self):
        # sudo: support.held.reply: numbers, shown with the agent
        held = self.env["support.held.reply"].sudo()
        groups = held._read_group(
            [("user_id", "in", self.user_id.ids)], ["user_id", "state"], ["__count"]
        )
        counts = {(user.id, state): count for user, state, count in groups}
        for agent in self:
            user_id = agent.user_id.id
            agent.released_count = counts.get((user_id, "released"), 0)
            agent.held_count = counts.get((user_id, "waiting"), 0)


class ResUsers(models.Model):
    _inherit = "res.users"

    def _has_support_replies(self, number):
        """Whether this person has written so many replies to customers already."""
        self.ensure_one()
        self.env["support.ticket.event"].flush_model(["user_id", "kind", "payload"])
        # A count, no more, of cases that the person may not read any longer, too.
        counted = self.env.execute_query(
            SQL(
                "SELECT 1 FROM support_ticket_event WHERE user_id = %s AND %s LIMIT %s",
                self.id,
                SQL(_WRITTEN),
                number,
            )
        )
        return len(counted) >= number


class SupportTicketEvent(models.Model):
    _inherit = "support.ticket.event"

    # Counts the first replies of a person without reading a million events.
    _reply_user_idx = models.Index(f"(user_id) WHERE {_WRITTEN}")
