import os
from datetime import datetime

from freezegun import freeze_time
from markupsafe import Markup

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.tests import TransactionCase, new_test_user
from odoo.tests.common import get_db_name

CONTEXT = {"no_reset_password": True, "lang": "en_US"}
# Set by whoever runs the tests on a copy; and what was made in it, by its name.
IS_COPY = "SUPPORT_TESTS_ON_A_COPY"
KEPT = {}
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


def new_agent(env, login, name, group):
    return new_test_user(
        env,
        f"support_{login}",
        groups=f"base.group_user,{group}",
        name=name,
        email=f"{login}@store.example.com",
        tz="America/Sao_Paulo",
    )


def new_customer(env, login, name, email):
    return new_test_user(
        env,
        f"customer_{login}",
        groups="base.group_portal",
        name=name,
        email=email,
    )


def new_order(env, partner, lamp, bulb):
    order = env["sale.order"].create(
        {
            "partner_id": partner.id,
            "order_line": [
                Command.create({"product_id": lamp.id, "product_uom_qty": 1}),
                Command.create({"product_id": bulb.id, "product_uom_qty": 2}),
            ],
        }
    )
    order.action_confirm()
    return order


def make_store(env):
    """Make what most tests begin with; gives the records by name."""
    people = _make_people(env)
    goods = _make_goods(env)
    order = new_order(env, people["customer"], **goods)
    return {**people, **_make_teams(env, people), **goods, "order": order}


def _make_people(env):
    group = "customer_support.group_support_"
    ana = new_customer(env, "ana", "Ana Souza", "ana@example.com")
    joao = new_customer(env, "joao", "João Lima", "joao@example.com")
    return {
        "agent": new_agent(env, "bia", "Bia Ramos", group + "agent_team"),
        "agent_own": new_agent(env, "caio", "Caio Melo", group + "agent"),
        "agent_b": new_agent(env, "davi", "Davi Nunes", group + "agent_team"),
        "lead": new_agent(env, "lia", "Lia Prado", group + "manager"),
        **{"portal_user": ana, "customer": ana.partner_id},
        **{"portal_user_b": joao, "customer_b": joao.partner_id},
    }


def _make_teams(env, people):
    calendar = new_calendar(env, "America/Sao_Paulo")
    team = env["support.team"].create(
        {
            "name": "Store support",
            "alias_name": "help.store",
            "member_ids": [Command.set((people["agent"] | people["agent_own"]).ids)],
            "leader_id": people["lead"].id,
            "visibility": "members",
            "resource_calendar_id": calendar.id,
            "response_target_hours": 4,
            "next_reply_target_hours": 8,
            "resolution_target_hours": 16,
            "send_acknowledgement": False,
        }
    )
    team_b = team.copy(
        {
            "name": "Wholesale support",
            "alias_name": "help.wholesale",
            "member_ids": [Command.set(people["agent_b"].ids)],
        }
    )
    return {"calendar": calendar, "team": team, "team_b": team_b}


def _make_goods(env):
    lamp, bulb = env["product.product"].create(
        [
            {"name": "Desk lamp", "is_storable": True, "list_price": 199},
            {"name": "Bulb", "is_storable": True, "list_price": 15},
        ]
    )
    return {"lamp": lamp, "bulb": bulb}


def _get_kept_store():
    """What all classes share, as model and id by name; None where nothing is shared."""
    if IS_COPY not in os.environ:
        return None
    database = get_db_name()
    if database not in KEPT:
        with Registry(database).cursor() as cr:
            store = make_store(api.Environment(cr, SUPERUSER_ID, CONTEXT))
            KEPT[database] = {name: (one._name, one.id) for name, one in store.items()}
    return KEPT[database]


class SupportCommon(TransactionCase):
    """Two teams, their people, two customers and an order.

    They are made for each class, and once for all of them where the database is a copy
    that is thrown away after the tests.
    """

    @classmethod
    def setUpClass(cls):
        # Committed before the transaction of the class begins, which has to see it.
        kept = _get_kept_store()
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, **CONTEXT})
        store = kept and {
            name: cls.env[model].browse(number)
            for name, (model, number) in kept.items()
        }
        for name, record in (store or make_store(cls.env)).items():
            setattr(cls, name, record)

    @classmethod
    def _new_agent(cls, login, name, group):
        return new_agent(cls.env, login, name, group)

    @classmethod
    def _new_customer(cls, login, name, email):
        return new_customer(cls.env, login, name, email)

    @classmethod
    def _new_calendar(cls, tz, first=9, last=17):
        return new_calendar(cls.env, tz, first, last)

    @classmethod
    def _new_order(cls, partner):
        return new_order(cls.env, partner, cls.lamp, cls.bulb)

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
