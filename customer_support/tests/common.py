from datetime import datetime

from freezegun import freeze_time
from markupsafe import Markup

from odoo import Command
from odoo.tests import TransactionCase, new_test_user

MONDAY_10 = datetime(2026, 3, 2, 13)  # 10:00 in São Paulo, in UTC


def new_calendar(env, tz, first=9, last=17):
    """Monday to Friday without a break."""
    return env["resource.calendar"].create(
        {
            "name": f"{tz} {first}-{last}",
            "tz": tz,
            "attendance_ids": [
                Command.create(
                    {
                        "name": str(day),
                        "dayofweek": str(day),
                        "hour_from": first,
                        "hour_to": last,
                        "day_period": "full_day",
                    }
                )
                for day in range(5)
            ],
        }
    )


class SupportCommon(TransactionCase):
    """Two teams, their people, two customers and an order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={**cls.env.context, "no_reset_password": True, "lang": "en_US"}
        )
        cls._set_up_people()
        cls._set_up_teams()
        cls._set_up_order()

    @classmethod
    def _set_up_people(cls):
        group = "customer_support.group_support_"
        cls.agent = cls._new_agent("bia", "Bia Ramos", group + "agent_team")
        cls.agent_own = cls._new_agent("caio", "Caio Melo", group + "agent")
        cls.agent_b = cls._new_agent("davi", "Davi Nunes", group + "agent_team")
        cls.lead = cls._new_agent("lia", "Lia Prado", group + "manager")
        cls.portal_user = cls._new_customer("ana", "Ana Souza", "ana@example.com")
        cls.portal_user_b = cls._new_customer("joao", "João Lima", "joao@example.com")
        cls.customer = cls.portal_user.partner_id
        cls.customer_b = cls.portal_user_b.partner_id

    @classmethod
    def _new_agent(cls, login, name, group):
        return new_test_user(
            cls.env,
            f"support_{login}",
            groups=f"base.group_user,{group}",
            name=name,
            email=f"{login}@store.example.com",
            tz="America/Sao_Paulo",
        )

    @classmethod
    def _new_customer(cls, login, name, email):
        return new_test_user(
            cls.env,
            f"customer_{login}",
            groups="base.group_portal",
            name=name,
            email=email,
        )

    @classmethod
    def _set_up_teams(cls):
        cls.calendar = cls._new_calendar("America/Sao_Paulo")
        cls.team = cls.env["support.team"].create(
            {
                "name": "Store support",
                "alias_name": "help.store",
                "member_ids": [Command.set((cls.agent | cls.agent_own).ids)],
                "leader_id": cls.lead.id,
                "visibility": "members",
                "resource_calendar_id": cls.calendar.id,
                "response_target_hours": 4,
                "next_reply_target_hours": 8,
                "resolution_target_hours": 16,
                "send_acknowledgement": False,
            }
        )
        cls.team_b = cls.team.copy(
            {
                "name": "Wholesale support",
                "alias_name": "help.wholesale",
                "member_ids": [Command.set(cls.agent_b.ids)],
            }
        )

    @classmethod
    def _new_calendar(cls, tz, first=9, last=17):
        return new_calendar(cls.env, tz, first, last)

    @classmethod
    def _set_up_order(cls):
        cls.lamp, cls.bulb = cls.env["product.product"].create(
            [
                {"name": "Desk lamp", "is_storable": True, "list_price": 199},
                {"name": "Bulb", "is_storable": True, "list_price": 15},
            ]
        )
        cls.order = cls._new_order(cls.customer)

    @classmethod
    def _new_order(cls, partner):
        order = cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [
                    Command.create({"product_id": cls.lamp.id, "product_uom_qty": 1}),
                    Command.create({"product_id": cls.bulb.id, "product_uom_qty": 2}),
                ],
            }
        )
        order.action_confirm()
        return order

    # --- what people do -----------------------------------------------------------

    def make_ticket(self, **vals):
        return self.env["support.ticket"].create(
            {
                "name": "Lamp arrived broken",
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "channel_id": self.env.ref("customer_support.channel_email").id,
                **vals,
            }
        )

    def customer_writes(self, ticket, body="The glass is broken.", partner=None):
        author = partner or ticket.partner_id
        return ticket.message_post(
            body=Markup("<p>%s</p>") % body,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=author.id,
            email_from=author.email_formatted,
        )

    def agent_replies(self, ticket, body="We are sorry.", agent=None):
        return (
            ticket.with_user(agent or self.agent)
            .with_context(mail_create_nosubscribe=True)
            .message_post(
                body=Markup("<p>%s</p>") % body,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        )

    def at(self, *moment):
        """Freeze time at a moment in UTC: ``self.at(2026, 3, 2, 13)``."""
        return freeze_time(datetime(*moment))
