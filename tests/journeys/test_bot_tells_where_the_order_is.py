"""A guest asks the store's bot for an order: number, address, code, answer."""

import re

import pytest

from journeys.conftest import get_id
from journeys.test_case_from_form_to_answer import speak

PHONE = {"width": 420, "height": 900}

ENGLISH = {
    "locale": "en-US",
    "lang": "en_US",
    "login": "journey-rita",
    "name": "Rita Alves",
    "hello": "Hello! I am the assistant of this store, a program.",
    "status": "Where is my order?",
    "number": "What is the number of your order?",
    "email": "With which e-mail address did you order?",
    "sent": "If this order and this e-mail address belong together",
    "code": "Please type the six digits of the code.",
    "wrong": "This code is not right, or it is no longer valid.",
    "mail": "Somebody asks",
    "order": "Order {} of",
    "state": "sent on",
    "more": "Can I do anything else for you?",
    "no": "No, thank you",
    "bye": "You are welcome. Have a nice day!",
}
PORTUGUESE = {
    "locale": "pt-BR",
    "lang": "pt_BR",
    "login": "journey-caio",
    "name": "Caio Melo",
    "hello": "Olá! Sou o assistente desta loja, um programa.",
    "status": "Onde está o meu pedido?",
    "number": "Qual é o número do seu pedido?",
    "email": "Com qual endereço de e-mail você fez o pedido?",
    "sent": "Se este pedido e este endereço de e-mail combinam",
    "code": "Digite os seis números do código.",
    "wrong": "Este código não está certo ou não vale mais.",
    "mail": "Alguém pergunta",
    "order": "Pedido {} de",
    "state": "enviado em",
    "more": "Posso ajudar em mais alguma coisa?",
    "no": "Não, obrigado",
    "bye": "De nada. Tenha um ótimo dia!",
}


@pytest.fixture
def bot_on_the_site(admin):
    """The ready bot answers on every page of the website."""
    [website] = admin("website", "search", [], limit=1)
    [channel] = admin("im_livechat.channel", "create", [{"name": "Store chat"}])
    admin(
        "im_livechat.channel.rule",
        "create",
        [
            {
                "channel_id": channel,
                "regex_url": "/",
                "action": "display_button",
                "chatbot_script_id": get_id(
                    admin, "customer_support_chat.chatbot_script_store"
                ),
            }
        ],
    )
    [before] = admin("website", "read", [website], ["channel_id"])
    admin("website", "write", [website], {"channel_id": channel})
    yield
    admin(
        "website",
        "write",
        [website],
        {"channel_id": before["channel_id"] and before["channel_id"][0]},
    )


def give_to_carrier(admin, picking_id):
    """Say which carrier took a parcel, with a number to follow it."""
    [product] = admin("product.product", "create", [{"name": "Shipping"}])
    [carrier] = admin(
        "delivery.carrier",
        "create",
        [
            {
                "name": "Swift Parcel",
                "product_id": product,
                "tracking_url": "https://swift.example/track/<shipmenttrackingnumber>",
            }
        ],
    )
    values = {"carrier_id": carrier, "carrier_tracking_ref": "SP1"}
    admin("stock.picking", "write", [picking_id], values)


class Chat:
    """The window of the chat, as a visitor uses it."""

    def __init__(self, page):
        self.page = page
        page.goto("/contactus")
        page.locator(".o-livechat-LivechatButton").click()
        self.window = page.locator(".o-mail-ChatWindow")

    def hears(self, words):
        """Wait until the bot has said something."""
        self.window.locator(".o-mail-Message", has_text=words).last.wait_for()

    def chooses(self, answer):
        """Click on one of the answers."""
        self.window.get_by_role("button", name=answer).last.click()

    def types(self, text):
        """Write a message and send it."""
        box = self.window.locator(".o-mail-Composer-input")
        box.fill(text)
        box.press("Enter")

    def text(self):
        return self.window.inner_text()


@pytest.mark.parametrize("text", [ENGLISH, PORTUGUESE], ids=["english", "portuguese"])
def test_guest_reads_the_state_of_the_order_after_the_code(
    text, new_page, new_customer, new_order, smtp_sink, admin, sql, bot_on_the_site
):
    speak(admin, text["lang"])
    order = new_order(new_customer(text["login"], text["name"], text["lang"]))
    give_to_carrier(admin, order.picking_id)
    address = f"{text['login']}@example.com"

    chat = Chat(new_page(locale=text["locale"], viewport=PHONE))
    chat.hears(text["hello"])
    chat.chooses(text["status"])
    chat.hears(text["number"])
    chat.types(order.name)
    chat.hears(text["email"])
    chat.types(address)
    chat.hears(text["sent"])
    chat.hears(text["code"])
    chat.types("000000")
    chat.hears(text["wrong"])
    assert text["state"] not in chat.text()

    mail = smtp_sink.wait_for(address)
    assert text["mail"] in mail.text
    code = re.search(r"\b\d{6}\b", mail.message["Subject"]).group()
    assert order.name in mail.text and code in mail.text
    chat.types(code)
    chat.hears(text["order"].format(order.name))
    assert text["state"] in chat.text()
    link = chat.window.get_by_role("link", name="https://swift.example/track/SP1")
    assert link.get_attribute("href") == "https://swift.example/track/SP1"
    chat.hears(text["more"])
    chat.chooses(text["no"])
    chat.hears(text["bye"])

    with sql.cursor() as cursor:
        cursor.execute(
            "SELECT payload->>'what', author_kind, ticket_id FROM support_ticket_event"
            " WHERE kind = 'bot' ORDER BY id DESC LIMIT 1"
        )
        assert cursor.fetchone() == ("order_status", "bot", None)
        # The mail with the code is gone when it was sent.
        cursor.execute(
            "SELECT count(*) FROM mail_message WHERE model = 'support.one.time.code'"
        )
        assert cursor.fetchone() == (0,)
