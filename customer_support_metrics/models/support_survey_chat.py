"""The question at the end of a live chat: Odoo asks it there, here it is counted.

Odoo's chat window shows three faces when a chat has ended and stores them as a rating
of 5, 3 or 1. That is a score on the scale of satisfaction: it becomes the answer of one
question, so that no second one is asked.
"""

from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError

from .support_survey_rule import SCALES


class SupportSurveyRule(models.Model):
    _inherit = "support.survey.rule"

    def _find_chat_ended(self, _last_id):
        """Nothing: the end of a chat asks by itself."""
        return self.env["discuss.channel"]

    @api.model
    def _find_for_chat(self, team):
        """The rule for chats of this team; empty when they are not counted."""
        domain = [
            ("trigger", "=", "chat_ended"),
            ("company_id", "=", team.company_id.id),
        ]
        rules = self.search(domain)
        return rules.filtered(lambda rule: not rule.team_ids or team in rule.team_ids)[
            :1
        ]


class SupportSurveyInvitation(models.Model):
    _inherit = "support.survey.invitation"

    chat_id = fields.Many2one(
        "discuss.channel", ondelete="set null", index="btree_not_null"
    )

    _chat_unique = models.UniqueIndex(
        "(kind, chat_id) WHERE chat_id IS NOT NULL",
        "This chat has been asked about already.",
    )

    # --- asking ---------------------------------------------------------------------

    @api.model
    def _ask_in_chat(self, chat):
        """Note that the visitor is asked, in the chat that a person has answered.

        :param chat: a ``discuss.channel`` of customers, in sudo
        :return: the question about it, an older one if there is; empty without a rule
        :raise ConcurrencyError: when another request asked a moment ago
        """
        agent, team = chat._find_support_answerer(), chat._get_support_team()
        rule = self.env["support.survey.rule"]._find_for_chat(team)
        if not agent or not rule:
            return self.browse()
        ticket = chat._find_support_ticket()
        of_chat = self.search([("kind", "=", "csat"), ("chat_id", "=", chat.id)])
        of_ticket = ticket.survey_invitation_ids.filtered(
            lambda one: one.kind == "csat"
        )
        if of_chat:
            if ticket and not of_chat.ticket_id and not of_ticket:
                of_chat.ticket_id = ticket
            return of_chat
        if of_ticket.sent_at:
            return of_ticket
        values = {
            **self._prepare_chat_question(chat, rule, ticket),
            "agent_id": agent.id,
            "team_id": team.id,
        }
        if of_ticket:
            # Planned by mail: asked here instead.
            of_ticket.write(values)
            return of_ticket
        try:
            return self.create(values)
        except UniqueViolation as error:
            raise ConcurrencyError("This chat was asked a moment ago.") from error

    def _prepare_chat_question(self, chat, rule, ticket):
        now, partner = fields.Datetime.now(), chat._find_visitor_partner()
        tickets = self.env["support.ticket"]
        return {
            "rule_id": rule.id,
            "kind": "csat",
            "state": "sent",
            "skip_reason": False,
            "company_id": rule.company_id.id,
            "chat_id": chat.id,
            "ticket_id": ticket.id,
            "order_id": ticket.sale_order_id.id,
            "partner_id": partner.id,
            "email": ticket.email_normalized or partner.email_normalized,
            "lang": chat._get_visitor_lang(),
            "due_at": now,
            "send_at": False,
            "sent_at": now,
            "expires_at": now + timedelta(days=rule.expiry_days),
            "channel_id": tickets._get_channel_id("livechat"),
            "reason_id": ticket.reason_id.id,
        }

    def _get_skip_reason(self, now):
        return super()._get_skip_reason(now) or self._was_asked_in_chat() and "chat"

    def _was_asked_in_chat(self):
        """Whether the ticket's chat asked the same already."""
        if "origin_channel_id" not in self.env["support.ticket"]._fields:
            return False
        chat = self.ticket_id.origin_channel_id
        domain = [
            ("kind", "=", self.kind),
            ("chat_id", "=", chat.id),
            ("sent_at", "!=", False),
        ]
        return bool(chat and self.search_count(domain, limit=1))

    # --- the answer -----------------------------------------------------------------

    @api.model
    def _take_chat_rating(self, rating):
        """Let the score that a visitor gave a chat be the answer to our question.

        The first way that answers counts: a score by mail is not replaced.

        :param rating: ``rating.rating`` of a ``discuss.channel``, in sudo
        """
        chat = self.env["discuss.channel"].browse(rating.res_id)
        score, scale = round(rating.rating), SCALES["csat"]
        if not chat._is_support_chat() or not scale.lowest <= score <= scale.highest:
            return
        asked = self._ask_in_chat(chat)
        if asked.state == "sent" and not asked.chat_id:
            asked.chat_id = chat
        if asked.chat_id != chat or asked._get_phase() not in ("open", "changeable"):
            return
        asked.rating_id = rating
        is_first = asked.state == "sent"
        asked._answer(score, rating.feedback or "")
        if is_first and asked.email:
            # Who has answered here is left in peace by mail.
            asked._claim_quiet_period()

    def _store_rating(self):
        """A chat has Odoo's rating already."""
        if self.rating_id.res_model == "discuss.channel":
            return
        super()._store_rating()


class RatingRating(models.Model):
    _inherit = "rating.rating"

    @api.model_create_multi
    def create(self, vals_list):
        ratings = super().create(vals_list)
        ratings._answer_support_questions()
        return ratings

    def write(self, vals):
        result = super().write(vals)
        if "rating" in vals or "feedback" in vals:
            self._answer_support_questions()
        return result

    def _answer_support_questions(self):
        """Count what visitors say of their chats.

        Odoo's page writes it for them as the system: what employees write into ratings
        is nobody's answer.
        """
        if not self.env.su:
            return
        for rating in self:
            if rating.res_model == "discuss.channel" and rating.consumed:
                self.env["support.survey.invitation"]._take_chat_rating(rating)


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def write(self, vals):
        ended = self.browse()
        if vals.get("livechat_end_dt"):
            ended = self.filtered(lambda chat: not chat.livechat_end_dt)
        result = super().write(vals)
        # sudo: support.survey.invitation: visitors end chats without rights
        for chat in ended.sudo():
            if chat._is_support_chat():
                chat.env["support.survey.invitation"]._ask_in_chat(chat)
        return result

    def _is_support_chat(self):
        """Whether this is a chat of a customer, with the addon of chats."""
        return (
            "support_waiting_since" in self._fields and self.channel_type == "livechat"
        )

    def _find_support_answerer(self):
        """The person (``res.users``) who gave the last answer in this chat."""
        answers = self._get_spoken_lines().filtered(
            lambda line: self._get_line_author_kind(line) == "human"
        )
        return answers[-1:].author_id.user_ids[:1]
