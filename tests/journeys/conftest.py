"""The people of the journeys: staff with nothing but a support group, and customers."""

from dataclasses import dataclass
from pathlib import Path

import pytest

PASSWORD = "a-long-test-password"
COMMANDS_ADD, COMMANDS_SET = 4, 6


@dataclass
class Order:
    """A confirmed order of a customer whose lamp has been delivered."""

    id: int
    name: str
    picking_id: int


@pytest.fixture
def admin(live_server):
    """The administrator's remote calls, to set the scene only."""
    return live_server.rpc()


def get_id(admin, xmlid):
    """The id of the record with an external id."""
    module, name = xmlid.split(".")
    domain = [("module", "=", module), ("name", "=", name)]
    [data] = admin("ir.model.data", "search_read", domain, ["res_id"])
    return data["res_id"]


def new_user(admin, login, name, group, **values):
    """A user with one group; the old one when a test before made it."""
    found = admin("res.users", "search", [("login", "=", login)])
    if found:
        return found[0]
    groups = [(COMMANDS_SET, 0, [get_id(admin, xmlid) for xmlid in group])]
    context = {"no_reset_password": True}
    [user] = admin(
        "res.users",
        "create",
        [
            {
                "login": login,
                "name": name,
                "email": f"{login}@example.com",
                "password": PASSWORD,
                "group_ids": groups,
                **values,
            }
        ],
        context=context,
    )
    return user


@pytest.fixture
def agent(admin):
    """The login of an agent of the customer care team."""
    user = new_user(
        admin,
        "journey-bia",
        "Bia Ramos",
        ["base.group_user", "customer_support.group_support_agent_team"],
    )
    team = get_id(admin, "customer_support.team_customer_care")
    admin("support.team", "write", [team], {"member_ids": [(COMMANDS_ADD, user)]})
    return "journey-bia"


@pytest.fixture
def new_customer(admin):
    """Make a portal customer: ``new_customer("ana", "Ana Souza", lang="pt_BR")``."""

    def make(login, name, lang="en_US"):
        user = new_user(
            admin, login, name, ["base.group_portal"], lang=lang, tz="America/Sao_Paulo"
        )
        [values] = admin("res.users", "read", [user], ["partner_id"])
        return values["partner_id"][0]

    return make


@pytest.fixture
def new_order(admin):
    """Make a confirmed order with a lamp that was sent, for a partner."""

    def make(partner_id):
        [product] = admin(
            "product.product",
            "create",
            [{"name": "Reading lamp", "is_storable": True, "list_price": 199}],
        )
        line = {"product_id": product, "product_uom_qty": 2}
        [order] = admin(
            "sale.order",
            "create",
            [{"partner_id": partner_id, "order_line": [(0, 0, line)]}],
        )
        admin("sale.order", "action_confirm", [order])
        [values] = admin("sale.order", "read", [order], ["name", "picking_ids"])
        [picking] = values["picking_ids"]
        send(admin, picking)
        return Order(order, values["name"], picking)

    return make


def send(admin, picking_id):
    """Pack everything of a delivery and send it."""
    moves = admin("stock.move", "search", [("picking_id", "=", picking_id)])
    for move in moves:
        admin("stock.move", "write", [move], {"quantity": 2, "picked": True})
    admin("stock.picking", "button_validate", [picking_id])


@pytest.fixture
def photo(tmp_path):
    """A small picture of a broken lamp."""
    from PIL import Image

    path = tmp_path / "broken-lamp.png"
    Image.new("RGB", (320, 200), "darkorange").save(path)
    return Path(path)
