"""Chats as they happen: a visitor, agents who are online, lines said one by one."""

from datetime import datetime

from markupsafe import Markup

from odoo import Command

from odoo.addons.customer_support.tests.common import SupportCommon

MONDAY_13 = datetime(2026, 3, 2, 13)  # 10:00 in São Paulo: the team works
SUNDAY = datetime(2026, 3, 1, 13)


class ChatCommon(SupportCommon):
    """A store whose chat is answered by Bia and Caio, and two guests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = cls.env.ref("im_livechat.im_livechat_group_user")
        (cls.agent | cls.agent_own | cls.agent_b).group_ids += group
        cls.livechat = cls.env["im_livechat.channel"].create(
            {
                "name": "Store chat",
                "user_ids": [Command.set((cls.agent | cls.agent_own).ids)],
                "support_team_id": cls.team.id,
                "support_answer_seconds": 60,
            }
        )
        cls.go_online(cls.agent)
        cls.guest, cls.guest_b = cls.env["mail.guest"].create(
            [{"name": "Visitor #1", "lang": "en_US"}, {"name": "Visitor #2"}]
        )
        cls.public_user = cls.env.ref("base.public_user")

    @classmethod
    def go_online(cls, *agents):
        for agent in agents:
            cls.env["mail.presence"]._update_presence(agent)

    @classmethod
    def go_offline(cls, *agents):
        for agent in agents:
            agent.presence_ids.unlink()

    def start_chat(self, guest=None, user=None, agent=None, **values):
        """A chat that a guest, or a customer with a login, has opened."""
        if not user:
            guest = guest or self.guest
        livechat = self.as_visitor(self.livechat, guest, user)
        info = livechat._get_operator_info(lang="en_US", country_id=False)
        if agent:
            info |= {"agent": agent, "operator_partner": agent.partner_id}
        vals = livechat._get_livechat_discuss_channel_vals(**info) | values
        return livechat.env["discuss.channel"].create(vals).with_env(self.env)

    def as_visitor(self, record, guest=None, user=None):
        context = {**self.env.context, **({"guest": guest} if guest else {})}
        env = self.env(user=user or self.public_user, su=True, context=context)
        if guest:
            record = record.with_env(env).with_context(guest=guest.with_env(env))
            return record
        return record.with_env(env)

    def visitor_says(self, chat, text, guest=None, user=None, **values):
        if not user:
            guest = guest or chat.livechat_customer_guest_ids[:1]
            user = user or (
                None if guest else chat._find_visitor_partner().user_ids[:1]
            )
        return self.as_visitor(chat, guest, user).message_post(
            body=Markup("<p>%s</p>") % text,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            **values,
        )

    def agent_says(self, chat, text, agent=None):
        return (
            chat.with_user(agent or self.agent)
            .sudo()
            .message_post(
                body=Markup("<p>%s</p>") % text,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        )

    def make_ticket_of(self, chat, title="Lamp arrived broken", agent=None):
        """As the agent's ``/ticket`` does."""
        chat.with_user(agent or self.agent).execute_command_ticket(
            body=f"/ticket {title}"
        )
        return self.get_ticket(chat)

    def get_ticket(self, chat):
        return self.env["support.ticket"].search([("origin_channel_id", "=", chat.id)])

    def get_transcript(self, ticket):
        """The public lines of a ticket, oldest first, as plain texts."""
        lines = ticket.message_ids.filtered(lambda m: m.message_type == "comment")
        return [Markup(m.body).striptags() for m in lines.sorted("id")]

    def get_last_line(self, chat):
        return Markup(chat.message_ids.sorted("id")[-1:].body).striptags()

    def run_waiting_job(self):
        cron = self.env.ref("customer_support_chat.ir_cron_support_chat_waiting")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
