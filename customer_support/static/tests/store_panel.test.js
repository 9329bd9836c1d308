import { describe, expect, test } from "@odoo/hoot";
import { animationFrame, queryAllTexts } from "@odoo/hoot-dom";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

import { StoreLine } from "@customer_support/store_panel/store_line";

describe.current.tags("desktop");
defineMailModels();

class SupportTicket extends models.Model {
    _name = "support.ticket";
    name = fields.Char();
    email_from = fields.Char();
    partner_id = fields.Many2one({ relation: "res.partner" });
    claimed_partner_id = fields.Many2one({ relation: "res.partner" });
    sale_order_id = fields.Many2one({ relation: "sale.order" });
    picking_id = fields.Many2one({ relation: "stock.picking" });
    product_id = fields.Many2one({ relation: "product.product" });
    reason_id = fields.Many2one({ relation: "support.reason" });
    action_count = fields.Integer();
    _records = [{ id: 1, name: "Lamp arrived broken", email_from: "ana@example.com" }];
}
class SaleOrder extends models.Model {
    _name = "sale.order";
    name = fields.Char();
    _records = [{ id: 42, name: "S00042" }];
}
class StockPicking extends models.Model {
    _name = "stock.picking";
    name = fields.Char();
    _records = [
        { id: 9, name: "WH/OUT/0009" },
        { id: 10, name: "WH/OUT/0010" },
    ];
}
class ProductProduct extends models.Model {
    _name = "product.product";
    name = fields.Char();
}
class SupportReason extends models.Model {
    _name = "support.reason";
    name = fields.Char();
}
defineModels([SupportReason, SupportTicket, SaleOrder, StockPicking, ProductProduct]);

const LINE = {
    id: 5,
    product_id: 8,
    name: "Desk lamp",
    uom: "Units",
    amount: "R$ 199,00",
    ordered: 2,
    delivered: 1,
    returned: 0,
    invoiced: 2,
    lots: [
        { id: 3, name: "LAMP-1", quantity: 1 },
        { id: 4, name: "LAMP-2", quantity: 1 },
    ],
    affected: 0,
    affected_lot_id: false,
    is_storable: true,
    free: 12,
    stock_uom: "Units",
};

const EMPTY = {
    customer: false,
    order: false,
    orders: [],
    product: false,
    offers: [],
    tickets: [],
    can_edit: true,
};

const CUSTOMER = {
    id: 7,
    name: "Ana Souza",
    email: "ana@example.com",
    phone: "",
    lang: "Português",
    cards: [{ id: 1, name: "Gold club", type: "loyalty", points: "320 points", until: false }],
    order_count: 4,
    totals: ["R$ 1.870,00"],
    quote_count: 1,
    is_claimed: false,
    open_ticket_count: 1,
};

const ORDER = {
    id: 42,
    name: "S00042",
    date: "11/18/2026",
    state: "sale",
    state_label: "Sales Order",
    amount: "R$ 229,00",
    delivery_label: "Partially Delivered",
    payment: { state: "paid", label: "Paid", amount: "R$ 229,00" },
    invoice_label: "Fully Invoiced",
    invoices: [],
    promotions: ["Welcome (WELCOME10)"],
    lines: [LINE],
    deliveries: [
        {
            id: 9,
            name: "WH/OUT/0009",
            is_chosen: false,
            is_return: false,
            state: "done",
            state_label: "Done",
            carrier: "DHL",
            tracking_ref: "A1,B2",
            tracking: [
                { name: "A1", url: "https://c.example/A1" },
                { name: "B2", url: "https://c.example/B2" },
            ],
            promised: "11/20/2026",
            done: "11/20/2026",
            is_late: false,
            lots: ["Desk lamp: LAMP-1"],
        },
    ],
};

/** Open the ticket's form with a panel that shows what `getContext` gives. */
async function openPanel(getContext, record = {}) {
    onRpc("support.ticket", "get_store_context", getContext);
    Object.assign(SupportTicket._records[0], record);
    await mountView({
        type: "form",
        resModel: "support.ticket",
        resId: 1,
        arch: `<form><field name="name"/><field name="sale_order_id"/>
            <widget name="support_store_panel"/></form>`,
    });
    await animationFrame();
}

test("an unknown sender is named and no order is offered", async () => {
    await openPanel(() => EMPTY);
    expect(".o_support_store").toHaveText(/Unknown customer/);
    expect(".o_support_store").toHaveText(/ana@example.com/);
    expect(".o_support_store_choice").toHaveCount(0);
});

test("customer, order, deliveries and tracking links are shown at once", async () => {
    await openPanel(() => ({ ...EMPTY, customer: CUSTOMER, order: ORDER }));
    expect(".o_support_store").toHaveText(/4 orders · R\$ 1.870,00 · Português/);
    expect(".o_support_store").toHaveText(/Gold club: 320 points/);
    expect(".o_support_store").toHaveText(/S00042\s*Paid/);
    expect(".o_support_store").toHaveText(/Welcome \(WELCOME10\)/);
    expect(queryAllTexts(".o_support_store_tracking a")).toEqual(["A1", "B2"]);
    expect(".o_support_store_tracking a:first").toHaveAttribute(
        "href",
        "https://c.example/A1"
    );
    expect(queryAllTexts(".o_support_store_figures > div")).toEqual([
        "Ordered\n2",
        "Delivered\n1",
        "Returned\n0",
        "Invoiced\n2",
        "Free stock\n12",
    ]);
});

test("a claimed customer is confirmed in one click", async () => {
    let isClaimed = true;
    onRpc("support.ticket", "action_confirm_customer", ({ args }) => {
        expect.step(args[0]);
        isClaimed = false;
        return true;
    });
    await openPanel(() => ({ ...EMPTY, customer: { ...CUSTOMER, is_claimed: isClaimed } }));
    expect(".o_support_store .badge").toHaveText("Not confirmed");
    await contains(".o_support_store_confirm").click();
    await animationFrame();
    expect.verifySteps([[1]]);
    expect(".o_support_store_confirm").toHaveCount(0);
});

test("one of the last orders is chosen in one click", async () => {
    onRpc("support.ticket", "web_save", ({ args }) => expect.step(args[1]));
    await openPanel(({ kwargs }) =>
        kwargs.values.sale_order_id
            ? { ...EMPTY, customer: CUSTOMER, order: ORDER }
            : { ...EMPTY, customer: CUSTOMER, orders: [ORDER] }
    );
    await contains(".o_support_store_choice").click();
    await animationFrame();
    expect.verifySteps([{ sale_order_id: 42 }]);
    expect(".o_support_store_line").toHaveCount(1);
    expect(".o_support_store_choice").toHaveCount(0);
});

test("of several deliveries, the one it is about is chosen and taken back", async () => {
    onRpc("support.ticket", "web_save", ({ args }) => expect.step(args[1].picking_id));
    const [first] = ORDER.deliveries;
    await openPanel(({ kwargs }) => ({
        ...EMPTY,
        customer: CUSTOMER,
        order: {
            ...ORDER,
            deliveries: [first, { ...first, id: 10, name: "WH/OUT/0010" }].map((delivery) => ({
                ...delivery,
                is_chosen: delivery.id === kwargs.values.picking_id,
            })),
        },
    }));
    const about = ".o_support_store_delivery:last .o_support_store_about";
    expect(about).toHaveAttribute("aria-pressed", "false");
    await contains(about).click();
    await animationFrame();
    expect(about).toHaveAttribute("aria-pressed", "true");
    await contains(about).click();
    await animationFrame();
    expect(about).toHaveAttribute("aria-pressed", "false");
    expect.verifySteps([10, false]);
});

test("a single delivery needs no choice", async () => {
    await openPanel(() => ({ ...EMPTY, customer: CUSTOMER, order: ORDER }));
    expect(".o_support_store_about").toHaveCount(0);
});

test("ticking a line says that it is affected, and of which lot", async () => {
    const line = { ...LINE };
    onRpc("support.ticket", "action_set_affected_line", ({ args }) => {
        const [ids, lineId, quantity, lotId] = args;
        expect.step([ids[0], lineId, quantity, lotId]);
        Object.assign(line, { affected: quantity, affected_lot_id: lotId });
        return true;
    });
    await openPanel(() => ({
        ...EMPTY,
        customer: CUSTOMER,
        order: { ...ORDER, lines: [{ ...line }] },
    }));
    expect(".o_support_store_quantity").toHaveCount(0);
    await contains(".o_support_store_line input[type=checkbox]").click();
    await animationFrame();
    await contains(".o_support_store_line select").select("4");
    await animationFrame();
    await contains(".o_support_store_quantity").edit("2");
    await animationFrame();
    expect(".o_support_store_line").toHaveClass("o_affected");
    await contains(".o_support_store_line input[type=checkbox]").click();
    await animationFrame();
    expect.verifySteps([
        [1, 5, 1, false],
        [1, 5, 1, 4],
        [1, 5, 2, 4],
        [1, 5, 0, false],
    ]);
    expect(".o_support_store_quantity").toHaveCount(0);
});

test("the only lot delivered is taken by itself", async () => {
    await mountWithCleanup(StoreLine, {
        props: {
            line: { ...LINE, lots: [LINE.lots[0]] },
            canEdit: true,
            isBusy: false,
            onAffected: (line, quantity, lotId) => expect.step([line.id, quantity, lotId]),
            onOpen: () => {},
        },
    });
    await contains("input[type=checkbox]").click();
    expect.verifySteps([[5, 1, 3]]);
});

test("a line says whether it may be returned, and why", async () => {
    const mountLine = (verdict) =>
        mountWithCleanup(StoreLine, {
            props: {
                line: { ...LINE, return_verdict: verdict },
                canEdit: true,
                isBusy: false,
                onAffected: () => {},
                onOpen: () => {},
            },
        });
    await mountLine({
        allowed: false,
        summary: "Final sale",
        explanation: "Cannot be returned: final sale (policy “Clearance”).",
    });
    expect(".o_support_store_return .fa-ban").toHaveCount(1);
    expect(".o_support_store_return").toHaveText(/^Final sale/);
    expect(".o_support_store_return").toHaveAttribute(
        "data-tooltip",
        "Cannot be returned: final sale (policy “Clearance”)."
    );
    await mountLine({ allowed: true, summary: "Return until Dec 12", explanation: "…" });
    expect(".o_support_store_return .fa-undo").toHaveCount(1);
});

test("words instead of a number change nothing", async () => {
    await mountWithCleanup(StoreLine, {
        props: {
            line: { ...LINE, affected: 1 },
            canEdit: true,
            isBusy: false,
            onAffected: () => expect.step("changed"),
            onOpen: () => {},
        },
    });
    await contains(".o_support_store_quantity").edit("two");
    expect.verifySteps([]);
    expect(".o_support_store_quantity").toHaveValue("1");
});

test("who may not write sees the panel without controls", async () => {
    await openPanel(() => ({
        ...EMPTY,
        customer: { ...CUSTOMER, is_claimed: true },
        order: ORDER,
        can_edit: false,
    }));
    expect(".o_support_store_confirm").toHaveCount(0);
    expect(".o_support_store_line input[type=checkbox]").not.toBeEnabled();
});

test("a failure is said in the panel and can be tried again", async () => {
    let attempts = 0;
    await openPanel(() => {
        attempts++;
        if (attempts === 1) {
            throw new Error("The store is asleep");
        }
        return { ...EMPTY, customer: CUSTOMER };
    });
    expect(".o_support_store [role=alert]").toHaveCount(1);
    await contains(".o_support_store [role=alert] button").click();
    await animationFrame();
    expect(".o_support_store [role=alert]").toHaveCount(0);
    expect(".o_support_store").toHaveText(/Ana Souza/);
});
