"""A customer writes by form, an agent answers, the customer reads and replies."""

import re

import pytest

from journeys.conftest import PASSWORD

WIDE = {"width": 1400, "height": 900}
PHONE = {"width": 390, "height": 844}

ENGLISH = {
    "locale": "en-US",
    "lang": "en_US",
    "login": "journey-ana",
    "name": "Ana Souza",
    "help": "Get help with this order",
    "reason": "Damaged",
    "subject": "Lamp arrived broken",
    "message": "The glass of one lamp is broken.",
    "send": "Send",
    "answer": "We are sorry. A new lamp leaves today.",
    "thanks": "Thank you, that was quick!",
    "status": "We are working on it",
}
PORTUGUESE = {
    "locale": "pt-BR",
    "lang": "pt_BR",
    "login": "journey-joao",
    "name": "João Lima",
    "help": "Pedir ajuda com este pedido",
    "reason": "Chegou danificado",
    "subject": "Luminária chegou quebrada",
    "message": "O vidro de uma luminária está quebrado.",
    "send": "Enviar",
    "answer": "Sentimos muito. Uma luminária nova sai hoje.",
    "thanks": "Obrigado, foi rápido!",
    "status": "Estamos cuidando disso",
}


def speak(admin, code):
    """Make the language with this code the store's own."""
    [website] = admin("website", "search", [], limit=1)
    languages = admin("res.lang", "search", [("active", "=", True)])
    [default] = admin("res.lang", "search", [("code", "=", code)])
    values = {"language_ids": [(6, 0, languages)], "default_lang_id": default}
    admin("website", "write", [website], values)


def write_by_form(page, text, order, photo):
    """From the order's page to the thank-you page; gives the ticket's number."""
    page.goto(f"/my/orders/{order.id}")
    page.get_by_role("link", name=text["help"]).first.click()
    page.wait_for_url("**/support?order=*")
    assert order.name in page.locator("#support_order_id option:checked").inner_text()
    page.select_option("#support_reason_id", label=text["reason"])
    page.locator(".o_support_form input[name=line_ids]:visible").first.check()
    page.fill("#support_subject", text["subject"])
    page.fill("#support_message", text["message"])
    page.locator("input[type=file]").set_input_files(photo)
    page.locator(".o_support_form").get_by_role("button", name=text["send"]).click()
    page.wait_for_url(lambda url: "thank" in url or "/my/support" in url)
    return re.search(r"#(\d+)", page.inner_text("#wrap")).group(1)


def answer_in_back_office(page, text, number, order):
    """As the agent: find the case, see the order beside it, answer."""
    page.goto("/odoo/action-customer_support.support_ticket_action")
    page.get_by_text(text["subject"]).first.click()
    form = page.locator(".o_form_view")
    form.get_by_text(order.name).first.wait_for()
    assert number in page.inner_text("body")
    chatter = page.locator(".o-mail-Chatter")
    chatter.get_by_text(text["message"]).wait_for()
    # The composer is open: nobody has to click first.
    page.locator(".o-mail-Composer-input").fill(text["answer"])
    page.locator(".o-mail-Composer-send").click()
    chatter.locator(".o-mail-Message", has_text=text["answer"]).first.wait_for()


def reply_in_portal(page, text, number):
    """As the customer: read the answer and write back."""
    page.goto("/my/support")
    page.get_by_role("link", name=number).click()
    body = page.locator("#wrap")
    page.locator(".o_support_message", has_text=text["answer"]).first.wait_for()
    assert text["status"] in body.inner_text()
    page.fill("#support_message", text["thanks"])
    page.locator(".o_support_case").get_by_role("button", name=text["send"]).click()
    page.locator(".o_support_message", has_text=text["thanks"]).wait_for()


def read_ticket(sql, number):
    """What the database holds of the ticket, as a dict."""
    with sql.cursor() as cursor:
        cursor.execute(
            "SELECT id, sale_order_id, picking_id, partner_id, waiting_since,"
            "       first_response_at, reply_count, customer_message_count, user_id"
            "  FROM support_ticket WHERE number = %s",
            (number,),
        )
        [row] = cursor.fetchall()
        return dict(
            zip((column.name for column in cursor.description), row, strict=True)
        )


@pytest.mark.parametrize("text", [ENGLISH, PORTUGUESE], ids=["english", "portuguese"])
def test_from_the_form_to_the_answer_and_back(
    text,
    new_page,
    sign_in,
    agent,
    new_customer,
    new_order,
    photo,
    smtp_sink,
    sql,
    admin,
):
    speak(admin, text["lang"])
    partner_id = new_customer(text["login"], text["name"], text["lang"])
    order = new_order(partner_id)
    customer = new_page(locale=text["locale"], viewport=PHONE)
    sign_in(customer, text["login"], PASSWORD, redirect="/my")
    number = write_by_form(customer, text, order, photo)

    staff = new_page(viewport=WIDE)
    sign_in(staff, agent, PASSWORD)
    answer_in_back_office(staff, text, number, order)
    mails = []
    while not mails or text["answer"] not in mails[-1].text:
        address = f"{text['login']}@example.com"
        mails.append(smtp_sink.wait_for(address, len(mails) + 1))
    assert mails[-1].message["Reply-To"]

    reply_in_portal(customer, text, number)
    ticket = read_ticket(sql, number)
    assert ticket["sale_order_id"] == order.id
    assert ticket["partner_id"] == partner_id
    assert ticket["first_response_at"] and ticket["waiting_since"]
    assert (ticket["reply_count"], ticket["customer_message_count"]) == (1, 2)
