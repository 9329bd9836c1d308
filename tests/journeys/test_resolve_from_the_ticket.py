"""An agent, with no other right than support, gives goods and money back."""

import pytest

from journeys.conftest import PASSWORD, get_id

WIDE = {"width": 1500, "height": 1000}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def invoiced_order(admin, new_customer, new_order):
    """An order of a customer that was delivered and invoiced."""
    partner = new_customer("journey-rosa", "Rosa Prado")
    order = new_order(partner)
    wizard = admin(
        "sale.advance.payment.inv",
        "create",
        {"advance_payment_method": "delivered", "sale_order_ids": [(6, 0, [order.id])]},
    )
    admin("sale.advance.payment.inv", "create_invoices", [wizard])
    [read] = admin("sale.order", "read", [order.id], ["invoice_ids"])
    admin("account.move", "action_post", read["invoice_ids"])
    companies = admin("res.company", "search", [])
    vouchers = get_id(admin, "loyalty.gift_card_program")
    values = {"support_limit_agent": 0, "support_voucher_program_id": vouchers}
    admin("res.company", "write", companies, values)
    return order


@pytest.fixture
def ticket(admin, invoiced_order):
    """A ticket about the order."""
    [order] = admin("sale.order", "read", [invoiced_order.id], ["partner_id"])
    return admin(
        "support.ticket",
        "create",
        {
            "name": "One lamp has a crack",
            "team_id": get_id(admin, "customer_support.team_customer_care"),
            "partner_id": order["partner_id"][0],
            "sale_order_id": invoiced_order.id,
            "reason_id": get_id(admin, "customer_support.reason_damaged"),
        },
    )


def do(page, button, note=""):
    """Open the window of an action, choose the first product and have it done."""
    buttons = page.locator("[name=store_actions]")
    buttons.get_by_role("button", name=button, exact=True).click()
    window = page.locator(".modal")
    window.locator(".o_list_renderer .o_data_row").first.wait_for()
    boxes = window.locator(".o_data_row [name=is_chosen] input")
    if not boxes.first.is_checked():
        window.locator(".o_data_row [name=is_chosen]").first.click()
        window.locator(".o_data_row [name=is_chosen] input").first.check()
    return window


def finish(page, window):
    """Click the button of the window and wait until it is gone."""
    window.get_by_role("button", name="Do it").click()
    page.locator(".modal").wait_for(state="detached")


def test_return_and_refund_from_the_ticket(
    admin, new_page, sign_in, agent, ticket, invoiced_order, screenshots
):
    page = new_page(viewport=WIDE)
    sign_in(page, agent, PASSWORD)
    page.goto(f"/odoo/action-customer_support.support_ticket_action/{ticket}")
    window = do(page, "Return")
    page.screenshot(path=screenshots / "return_window.png")
    finish(page, window)
    window = do(page, "Refund")
    page.screenshot(path=screenshots / "refund_window.png")
    finish(page, window)
    cards = page.locator("[name=action_ids] .o_kanban_record:not(.o_kanban_ghost)")
    cards.nth(1).wait_for()
    page.screenshot(path=screenshots / "store_actions.png", full_page=True)
    done = admin(
        "support.ticket.action",
        "search_read",
        [("ticket_id", "=", ticket)],
        ["kind", "state", "picking_ids", "move_ids"],
        order="id",
    )
    assert [(one["kind"], one["state"]) for one in done] == [
        ("return", "done"),
        ("refund", "done"),
    ]
    assert done[0]["picking_ids"]
    assert done[1]["move_ids"]
    # Goods are still missing: "Solve" asks before it closes.
    page.get_by_role("button", name="Solve", exact=True).click()
    asked = page.locator(".modal", has_text="Goods and money")
    asked.get_by_text("the goods have not come back").wait_for()
    page.screenshot(path=screenshots / "not_all_is_done.png")


def test_exchange_from_the_ticket(
    admin, new_page, sign_in, agent, ticket, invoiced_order, screenshots
):
    """The other lamp is shown with its stock, its price and what it costs more."""
    [lamp] = admin("sale.order", "read", [invoiced_order.id], ["order_line"])
    [line] = admin("sale.order.line", "read", lamp["order_line"], ["product_id"])
    [other] = admin(
        "product.product",
        "create",
        [{"name": "Reading lamp XL", "is_storable": True, "list_price": 249}],
    )
    warehouses = admin("stock.warehouse", "search_read", [], ["lot_stock_id"], limit=1)
    quant = {
        "product_id": other,
        "location_id": warehouses[0]["lot_stock_id"][0],
        "inventory_quantity": 5,
    }
    quants = admin("stock.quant", "create", [quant])
    admin("stock.quant", "action_apply_inventory", quants)
    page = new_page(viewport=WIDE)
    sign_in(page, agent, PASSWORD)
    page.goto(f"/odoo/action-customer_support.support_ticket_action/{ticket}")
    window = do(page, "Exchange")
    row = window.locator(".o_data_row").first
    row.locator("[name=quantity]").click()
    row.locator("[name=quantity] input").fill("1")
    row.locator("[name=new_product_id] input").fill("Reading lamp XL")
    page.locator(".o-autocomplete--dropdown-item", has_text="Reading lamp XL").click()
    window.get_by_text("The customer has to pay").wait_for()
    page.screenshot(path=screenshots / "exchange_window.png")
    finish(page, window)
    card = page.locator("[name=action_ids] .o_kanban_record", has_text="Exchange")
    card.get_by_text("Reading lamp XL").wait_for()
    page.screenshot(path=screenshots / "exchange_done.png")
    [done] = admin(
        "support.ticket.action",
        "search_read",
        [("ticket_id", "=", ticket)],
        ["kind", "state", "picking_ids"],
    )
    assert (done["kind"], done["state"]) == ("exchange", "done")
    assert len(done["picking_ids"]) == 2
    assert line["product_id"][0] != other


def test_voucher_from_the_ticket(admin, new_page, sign_in, agent, ticket, screenshots):
    """A gesture is given in three clicks; its code stands on the card."""
    page = new_page(viewport=WIDE)
    sign_in(page, agent, PASSWORD)
    page.goto(f"/odoo/action-customer_support.support_ticket_action/{ticket}")
    page.locator("[name=store_actions]").get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Voucher").click()
    window = page.locator(".modal")
    window.locator("[name=amount] input").fill("20")
    page.screenshot(path=screenshots / "voucher_window.png")
    finish(page, window)
    [card] = admin(
        "support.ticket.action",
        "search_read",
        [("ticket_id", "=", ticket), ("kind", "=", "voucher")],
        ["summary", "amount", "state"],
    )
    assert (card["state"], card["amount"]) == ("done", 20)
    shown = page.locator("[name=action_ids] .o_kanban_record", has_text="Voucher")
    shown.get_by_text(card["summary"]).wait_for()
    page.screenshot(path=screenshots / "voucher_done.png")


def test_a_macro_gives_a_voucher_and_says_so(
    admin, new_page, sign_in, agent, ticket, screenshots
):
    """One click opens what the macro prepares, one more does it and sends the reply."""
    page = new_page(viewport=WIDE)
    sign_in(page, agent, PASSWORD)
    page.goto(f"/odoo/action-customer_support.support_ticket_action/{ticket}")
    bar = page.locator(".o_support_macro_bar")
    bar.get_by_role("button", name="Voucher of 10 %").click()
    window = page.locator(".modal")
    window.locator(".o_field_html").wait_for()
    page.screenshot(path=screenshots / "macro_window.png")
    window.get_by_role("button", name="Do it and send the reply").click()
    page.locator(".modal").wait_for(state="detached")
    [given] = admin(
        "support.ticket.action",
        "search_read",
        [("ticket_id", "=", ticket), ("kind", "=", "voucher")],
        ["summary", "state"],
    )
    assert given["state"] == "done"
    reply = page.locator(".o-mail-Message", has_text=given["summary"])
    reply.get_by_text("As a small gesture").wait_for()
    page.screenshot(path=screenshots / "macro_done.png")


def test_the_form_on_a_phone(new_page, sign_in, agent, ticket, screenshots):
    """What is not used all day is one tap away, and nothing is wider than the phone."""
    page = new_page(viewport=PHONE, has_touch=True)
    sign_in(page, agent, PASSWORD)
    page.goto(f"/odoo/action-customer_support.support_ticket_action/{ticket}")
    window = do(page, "Return")
    page.screenshot(path=screenshots / "return_window_phone.png")
    finish(page, window)
    card = page.locator("[name=action_ids] .o_kanban_record", has_text="Return").first
    card.scroll_into_view_if_needed()
    page.screenshot(path=screenshots / "store_actions_phone.png")
    assert card.bounding_box()["width"] <= PHONE["width"]
