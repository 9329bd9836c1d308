"""The store answers in a browser."""


def test_a_visitor_sees_the_products(page):
    page.goto("/shop")
    assert page.locator(".oe_product_cart").count() > 5


def test_a_customer_sees_the_portal(page, sign_in, sql):
    sign_in(page, "portal", "portal", redirect="/my")
    with sql.cursor() as cursor:
        cursor.execute("SELECT name FROM res_partner WHERE email LIKE 'joel%'")
        [(name,)] = cursor.fetchall()
    assert name in page.inner_text("body")
