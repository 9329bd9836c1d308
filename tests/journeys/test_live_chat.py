"""Two browsers: a visitor chats with an agent, leaves, and gets the answer by mail."""

import re

import pytest

from journeys.conftest import (
    COMMANDS_ADD,
    COMMANDS_SET,
    PASSWORD,
    get_id,
    new_user,
)
from journeys.test_case_from_form_to_answer import PHONE, WIDE, speak

WINDOW = ".o-livechat-root .o-mail-ChatWindow"
ENGLISH = {
    "locale": "en-US",
    "lang": "en_US",
    "question": "My lamp arrived broken",
    "hello": "Hello, I am sorry. May I have your e-mail?",
    "subject": "Broken lamp",
    "address": "rosa.en@example.com",
    "answer": "A new lamp leaves today.",
    "queue": "You are next.",
    "away": "Please leave your e-mail address",
    "promise": "We answer by",
}
PORTUGUESE = {
    "locale": "pt-BR",
    "lang": "pt_BR",
    "question": "Minha luminária chegou quebrada",
    "hello": "Olá, sinto muito. Qual é o seu e-mail?",
    "subject": "Luminária quebrada",
    "address": "rosa.pt@example.com",
    "answer": "Uma luminária nova sai hoje.",
    "queue": "Você é o próximo da fila.",
    "away": "Deixe aqui seu endereço de e-mail",
    "promise": "Respondemos até",
}


@pytest.fixture
def agent(admin):
    """An agent for these journeys alone: her chats stay open, in two languages."""
    user = new_user(
        admin,
        "journey-lena",
        "Lena Dias",
        ["base.group_user", "customer_support.group_support_agent_team"],
    )
    team = get_id(admin, "customer_support.team_customer_care")
    admin("support.team", "write", [team], {"member_ids": [(COMMANDS_ADD, user)]})
    return "journey-lena"


@pytest.fixture
def chat_channel(admin, agent):
    """The store's chat, answered day and night by the agent."""
    [user] = admin("res.users", "search", [("login", "=", agent)])
    group = get_id(admin, "im_livechat.im_livechat_group_user")
    admin("res.users", "write", [user], {"group_ids": [(COMMANDS_ADD, group)]})
    team = get_id(admin, "customer_support.team_customer_care")
    [before] = admin("support.team", "read", [team], ["resource_calendar_id"])
    admin("support.team", "write", [team], {"resource_calendar_id": False})
    [channel] = admin(
        "im_livechat.channel",
        "create",
        [
            {
                "name": "Store chat",
                "user_ids": [(COMMANDS_SET, 0, [user])],
                "support_team_id": team,
            }
        ],
    )
    [website] = admin("website", "search", [], limit=1)
    admin("website", "write", [website], {"channel_id": channel})
    yield channel
    calendar = before["resource_calendar_id"]
    admin(
        "support.team",
        "write",
        [team],
        {"resource_calendar_id": calendar and calendar[0]},
    )
    admin("website", "write", [website], {"channel_id": False})


def speak_as(admin, login, lang):
    """Let the store and one of its staff speak a language."""
    speak(admin, lang)
    [user] = admin("res.users", "search", [("login", "=", login)])
    admin("res.users", "write", [user], {"lang": lang})


def open_chat(page):
    page.goto("/")
    page.locator(".o-livechat-root .o-livechat-LivechatButton").click()
    page.locator(f"{WINDOW} .o-mail-Composer-input").wait_for()


def say(page, window, text):
    page.locator(f"{window} .o-mail-Composer-input").fill(text)
    page.locator(f"{window} .o-mail-Composer-input").press("Enter")
    page.locator(f"{window} .o-mail-Message", has_text=text).first.wait_for()


def hear(page, window, text):
    page.locator(f"{window} .o-mail-Message", has_text=text).first.wait_for()


def leave_chat(page):
    page.locator(
        f"{WINDOW}-header [title*=Close], {WINDOW}-header .oi-close"
    ).first.click()
    page.locator(".o-livechat-root .o-livechat-CloseConfirmation-leave").click()


def post_from_hostile_frame(page):
    """Let a page of another origin, in a frame, talk to the page with the chat."""
    page.evaluate(
        """() => new Promise((resolve) => {
            addEventListener("message", () => setTimeout(resolve, 200), { once: true });
            const frame = document.createElement("iframe");
            frame.sandbox = "allow-scripts";
            frame.srcdoc = `<script>
                for (const type of ["push-to-talk-pressed", "close", "open"]) {
                    const from = "discuss-push-to-talk";
                    parent.postMessage({ from, type, value: "<img src=x>" }, "*");
                }
            </script>`;
            document.body.append(frame);
        })"""
    )


def read_ticket(sql, name):
    with sql.cursor() as cursor:
        cursor.execute(
            "SELECT id, partner_id, email_normalized, first_response_seconds,"
            "       reply_count, customer_message_count, origin_channel_id"
            "  FROM support_ticket WHERE name = %s",
            (name,),
        )
        [row] = cursor.fetchall()
        return dict(
            zip((column.name for column in cursor.description), row, strict=True)
        )


def take_picture(page, screenshots, name):
    page.screenshot(path=screenshots / f"live_chat_{name}.png")


@pytest.mark.parametrize("text", [ENGLISH, PORTUGUESE], ids=["english", "portuguese"])
def test_a_chat_becomes_a_ticket_and_is_answered_by_mail(
    text,
    new_page,
    sign_in,
    agent,
    chat_channel,
    admin,
    sql,
    smtp_sink,
    screenshots,
):
    code = text["lang"]
    speak_as(admin, agent, code)
    staff = new_page(viewport=WIDE, locale=text["locale"])
    sign_in(staff, agent, PASSWORD, redirect="/odoo/discuss")
    staff.locator(".o-mail-Discuss").wait_for()

    visitor = new_page(locale=text["locale"], viewport=WIDE)
    open_chat(visitor)
    say(visitor, WINDOW, text["question"])
    visitor.get_by_text(text["queue"]).wait_for()
    take_picture(visitor, screenshots, f"{code}_queue")

    chats = staff.locator(
        ".o-mail-DiscussSidebarChannel", has_text=re.compile(r"(#|nº )\d")
    )
    chats.filter(has=staff.locator(".o-discuss-badge")).first.click()
    hear(staff, ".o-mail-Discuss", text["question"])
    staff.locator(".o_support_chat_guest").wait_for()
    take_picture(staff, screenshots, f"{code}_panel")
    say(staff, ".o-mail-Discuss", text["hello"])
    hear(visitor, WINDOW, text["hello"])
    visitor.locator(".o_support_chat_queue").wait_for(state="detached")
    staff.locator(".o-mail-Composer-input").fill(f"/ticket {text['subject']}")
    staff.locator(".o-mail-Composer-input").press("Escape")
    staff.locator(".o-mail-Composer-input").press("Enter")
    staff.locator(".o_mail_notification", has_text=text["subject"]).wait_for()
    say(visitor, WINDOW, text["address"])
    hear(staff, ".o-mail-Discuss", text["address"])
    staff.locator(".o_support_chat_ticket", has_text=text["subject"]).wait_for()
    take_picture(staff, screenshots, f"{code}_ticket_made")
    post_from_hostile_frame(visitor)
    hear(visitor, WINDOW, text["hello"])
    leave_chat(visitor)

    ticket = read_ticket(sql, text["subject"])
    staff.goto(f"/odoo/action-customer_support.support_ticket_action/{ticket['id']}")
    chatter = staff.locator(".o-mail-Chatter")
    chatter.get_by_text(text["question"]).first.wait_for()
    staff.locator(".o-mail-Composer-input").fill(text["answer"])
    staff.locator(".o-mail-Composer-send").click()
    chatter.locator(".o-mail-Message", has_text=text["answer"]).first.wait_for()
    take_picture(staff, screenshots, f"{code}_ticket")
    mail = smtp_sink.wait_for(text["address"], 1)
    assert text["answer"] in mail.text
    assert mail.message["Reply-To"]

    ticket = read_ticket(sql, text["subject"])
    assert not ticket["partner_id"]
    assert ticket["email_normalized"] == text["address"]
    assert (ticket["reply_count"], ticket["customer_message_count"]) == (2, 2)
    assert ticket["origin_channel_id"]


@pytest.mark.parametrize("text", [ENGLISH, PORTUGUESE], ids=["english", "portuguese"])
def test_with_nobody_there_a_visitor_on_a_phone_leaves_a_message(
    text, new_page, chat_channel, admin, sql, screenshots
):
    speak(admin, text["lang"])
    admin("im_livechat.channel", "write", [chat_channel], {"user_ids": [(5,)]})
    visitor = new_page(locale=text["locale"], viewport=PHONE)
    open_chat(visitor)
    question = f"{text['question']}!"
    say(visitor, WINDOW, question)
    hear(visitor, WINDOW, text["promise"])
    hear(visitor, WINDOW, text["away"])
    take_picture(visitor, screenshots, f"{text['lang']}_away")
    ticket = read_ticket(sql, question)
    assert ticket["customer_message_count"] == 1
