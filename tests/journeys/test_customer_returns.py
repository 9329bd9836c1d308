"""A customer sends a product back by himself: from the order's page to the slip."""

import pytest

from journeys.conftest import PASSWORD
from journeys.test_case_from_form_to_answer import speak

PHONE = {"width": 390, "height": 844}

ENGLISH = {
    "locale": "en-US",
    "lang": "en_US",
    "login": "journey-clara",
    "name": "Clara Dias",
    "link": "Return or change this order",
    "why": "Too bright",
    "return": "Return these products",
    "words": "Please send the products back to us.",
    "slip": "Print the return slip",
    "in_parcel": "In the parcel",
    "damage": "Something is damaged, wrong or does not work",
    "exchange": "Exchange it for the same product",
    "send": "Send",
    "kept": "We keep the other product for you until",
}
PORTUGUESE = {
    "locale": "pt-BR",
    "lang": "pt_BR",
    "login": "journey-davi",
    "name": "Davi Rocha",
    "link": "Devolver ou alterar este pedido",
    "why": "Claro demais",
    "return": "Devolver estes produtos",
    "words": "Envie os produtos de volta para nós.",
    "slip": "Imprimir a guia de devolução",
    "in_parcel": "No pacote",
    "damage": "Algo está danificado, errado ou não funciona",
    "exchange": "Trocar pelo mesmo produto",
    "send": "Enviar",
    "kept": "Guardamos o outro produto para você até",
}


@pytest.fixture
def policy(admin):
    """A policy that lets customers return and exchange by themselves."""
    values = {
        "name": "30 days",
        "days": 30,
        "self_service": True,
        "self_exchange": True,
        "reserve_hours": 48,
        # Around midnight the customer's day may still be the one before ours.
        "valid_from": False,
    }
    others = admin("support.return.policy", "search", [])
    admin("support.return.policy", "write", others, {"active": False})
    admin("support.return.policy", "create", [values])


@pytest.mark.parametrize("text", [ENGLISH, PORTUGUESE], ids=["en", "pt_BR"])
def test_from_the_order_to_the_slip(
    admin, new_page, sign_in, new_customer, new_order, policy, photo, screenshots, text
):
    speak(admin, text["lang"])
    order = new_order(new_customer(text["login"], text["name"], text["lang"]))
    page = new_page(viewport=PHONE, locale=text["locale"])
    sign_in(page, text["login"], PASSWORD, redirect="/my")
    page.goto(f"/my/orders/{order.id}")
    page.get_by_role("link", name=text["link"]).first.click()
    page.screenshot(path=screenshots / f"self_{text['lang']}.png", full_page=True)
    page.fill("#return_reason", text["why"])
    page.locator("input[name^=quantity_]").first.fill("1")
    page.get_by_role("button", name=text["return"]).click()
    page.wait_for_url("**/my/support/*")
    page.get_by_text(text["words"]).wait_for()
    page.screenshot(path=screenshots / f"returned_{text['lang']}.png", full_page=True)
    with page.expect_popup() as opened:
        page.get_by_role("link", name=text["slip"]).click()
    slip = opened.value
    slip.get_by_role("heading", name=text["in_parcel"]).wait_for()
    assert order.name in slip.inner_text("main")
    slip.locator(".o_support_slip img").evaluate("image => image.decode()")
    slip.screenshot(path=screenshots / f"slip_{text['lang']}.png", full_page=True)

    # The other lamp is broken: it is exchanged at once, with a photo.
    page.goto(f"/my/orders/{order.id}/support")
    form = page.locator(".o_support_damage")
    assert text["damage"] in form.inner_text()
    form.locator("textarea[name=message]").fill(text["why"])
    form.locator("input[type=file]").set_input_files(photo)
    stock_up(admin, order)
    form.get_by_label(text["exchange"]).check()
    page.screenshot(path=screenshots / f"damage_{text['lang']}.png", full_page=True)
    form.get_by_role("button", name=text["send"]).click()
    page.wait_for_url("**/my/support/*")
    page.get_by_text(text["kept"]).wait_for()
    page.screenshot(path=screenshots / f"exchanged_{text['lang']}.png", full_page=True)
    speak(admin, "en_US")


def stock_up(admin, order):
    """Put some of the order's product into the store."""
    lines = admin(
        "sale.order.line",
        "search_read",
        [("order_id", "=", order.id)],
        ["product_id", "warehouse_id"],
    )
    product, warehouse = lines[0]["product_id"][0], lines[0]["warehouse_id"][0]
    [place] = admin("stock.warehouse", "read", [warehouse], ["lot_stock_id"])
    quant = {
        "product_id": product,
        "location_id": place["lot_stock_id"][0],
        "inventory_quantity": 5,
    }
    quants = admin("stock.quant", "create", [quant])
    admin("stock.quant", "action_apply_inventory", quants)
