"""A customer types on the sandbox's page as on WhatsApp; an agent answers there."""

import time
from urllib.parse import urlsplit

import pytest

from journeys.conftest import COMMANDS_ADD, PASSWORD, get_id, new_user
from journeys.test_case_from_form_to_answer import WIDE
from sandbox import Sandbox

SECRET = "journey-secret"
PATIENCE = 90
ENGLISH = {
    "locale": "en-US",
    "lang": "en_US",
    "account": "910001",
    "login": "journey-wanda",
    "name": "Wanda Prado",
    "sender": "5511970000001",
    "question": "My parcel did not arrive",
    "answer": "It is at the post office near you.",
    "thanks": "Thank you, I fetched it there",
    "delivered": "Delivered",
}
PORTUGUESE = {
    "locale": "pt-BR",
    "lang": "pt_BR",
    "account": "910002",
    "login": "journey-wilson",
    "name": "Wilson Prado",
    "sender": "5511970000002",
    "question": "Meu pacote não chegou",
    "answer": "Ele está na agência dos correios perto de você.",
    "thanks": "Obrigada, já peguei o pacote",
    "delivered": "Entregue",
}


@pytest.fixture
def agent(admin, text):
    """The login of an agent with the smallest role, for this journey alone."""
    user = new_user(
        admin,
        text["login"],
        text["name"],
        ["base.group_user", "customer_support.group_support_agent"],
        lang=text["lang"],
    )
    team = get_id(admin, "customer_support.team_customer_care")
    admin("support.team", "write", [team], {"member_ids": [(COMMANDS_ADD, user)]})
    return text["login"]


@pytest.fixture
def sandbox(admin, live_server, text):
    """WhatsApp as the sandbox plays it, connected with the store."""
    with Sandbox() as server:
        team = get_id(admin, "customer_support.team_customer_care")
        values = {
            "name": "WhatsApp",
            "kind": "whatsapp",
            "account_key": text["account"],
            "team_id": team,
            "app_secret": SECRET,
            "access_token": SECRET,
            "api_url": server.api_url("whatsapp"),
        }
        [channel] = admin("support.channel", "create", [values])
        [read] = admin("support.channel", "read", [channel], ["webhook_url"])
        webhook = live_server.url + urlsplit(read["webhook_url"]).path
        server.connect("whatsapp", text["account"], webhook, SECRET)
        yield server
        admin("support.channel", "write", [channel], {"active": False})


def write_as_customer(page, words):
    page.fill("#text", words)
    page.get_by_role("button", name="Send").click()
    page.locator("li.customer", has_text=words).wait_for()


def wait_for_ticket(sql, subject, messages):
    """The ticket's id, as soon as so many words of the customer stand in it."""
    deadline = time.monotonic() + PATIENCE
    rows = []
    while time.monotonic() < deadline:
        with sql.cursor() as cursor:
            cursor.execute(
                "SELECT id, customer_message_count FROM support_ticket WHERE name = %s",
                (subject,),
            )
            rows = cursor.fetchall()
        if rows and rows[0][1] == messages:
            break
        time.sleep(0.3)
    [(ticket, count)] = rows
    assert count == messages
    return ticket


def take_picture(page, screenshots, name):
    page.screenshot(path=screenshots / f"whatsapp_{name}.png")


@pytest.mark.parametrize("text", [ENGLISH, PORTUGUESE], ids=["english", "portuguese"])
def test_a_whatsapp_message_becomes_a_ticket_and_is_answered_there(
    text, new_page, sign_in, agent, sandbox, sql, screenshots
):
    code = text["lang"]
    customer = new_page(locale=text["locale"])
    customer.goto(sandbox.url)
    customer.locator("#kind option").first.wait_for(state="attached")
    customer.fill("#sender", text["sender"])
    write_as_customer(customer, text["question"])
    wait_for_ticket(sql, text["question"], 1)

    staff = new_page(viewport=WIDE, locale=text["locale"])
    sign_in(staff, agent, PASSWORD)
    staff.goto("/odoo/action-customer_support.support_ticket_action")
    staff.get_by_text(text["question"]).first.click()
    chatter = staff.locator(".o-mail-Chatter")
    chatter.get_by_text(text["question"]).first.wait_for()
    form = staff.locator(".o_form_view")
    way_back = form.locator("[name=answer_identity_id] input").input_value()
    assert "Ana Souza" in way_back and "WhatsApp" in way_back
    staff.locator(".o-mail-Composer-input").fill(text["answer"])
    staff.locator(".o-mail-Composer-send").click()
    chatter.locator(".o-mail-Message", has_text=text["answer"]).first.wait_for()

    line = customer.locator("li.store", has_text=text["answer"])
    line.wait_for()
    line.get_by_text("Delivered").wait_for()
    assert line.count() == 1
    take_picture(customer, screenshots, f"{code}_customer")

    write_as_customer(customer, text["thanks"])
    wait_for_ticket(sql, text["question"], 2)
    staff.reload()
    chatter.get_by_text(text["thanks"]).first.wait_for()
    status = form.locator("[name=answer_status]")
    assert status.inner_text() == text["delivered"]
    take_picture(staff, screenshots, f"{code}_agent")
