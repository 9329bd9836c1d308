import { describe, test } from "@odoo/hoot";
import {
    click,
    contains,
    openDiscuss,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import { asyncStep, makeServerError, onRpc, waitForSteps } from "@web/../tests/web_test_helpers";

import { createChat, defineSupportChatModels, makeContext } from "./chat_test_helpers";

describe.current.tags("desktop");
defineSupportChatModels();

const CUSTOMER = {
    id: 7,
    name: "Ana Souza",
    email: "ana@example.com",
    phone: "",
    lang: "Português",
    cards: [],
    order_count: 2,
    totals: ["R$ 428,00"],
    quote_count: 0,
    is_claimed: false,
    open_ticket_count: 0,
};
const ORDERS = [41, 42].map((id) => ({
    id,
    name: `S000${id}`,
    date: "11/18/2026",
    state: "sale",
    state_label: "Sales Order",
    amount: "R$ 229,00",
    delivery_label: "",
}));

async function openChat(answer) {
    const pyEnv = await startServer();
    const channelId = createChat(pyEnv);
    onRpc("discuss.channel", "get_store_context", ({ kwargs }) => {
        if (kwargs.order_id) {
            asyncStep(`order ${kwargs.order_id}`);
        }
        return answer();
    });
    await start();
    await openDiscuss(channelId);
    await contains(".o_support_chat_panel");
}

test("a guest is marked as unverified and brings cart and pages only", async () => {
    const visitor = {
        claimed_email: "ana@example.com",
        cart: {
            amount: "R$ 398,00",
            lines: [{ id: 1, name: "Desk lamp", quantity: 2, amount: "R$ 398,00" }],
            has_failed_payment: true,
        },
        pages: [{ id: 3, name: "Desk lamp", date: "10:31" }],
    };
    await openChat(() => makeContext({}, visitor));
    await contains(".o_support_chat_guest .badge", { text: "Unverified" });
    await contains(".o_support_chat_guest h3", { text: "ana@example.com" });
    await contains(".o_support_chat_cart li", { text: "2 × Desk lamp" });
    await contains(".o_support_chat_cart .badge", { text: "Payment failed" });
    await contains(".o_support_chat_pages li", { text: "Desk lamp" });
    await contains(".o_support_store_choice", { count: 0 });
});

test("an order of a customer can be looked at and left again", async () => {
    await openChat(() =>
        makeContext({ customer: CUSTOMER, orders: ORDERS }, { is_guest: false })
    );
    await contains(".o_support_store_section h3", { text: "Ana Souza" });
    await contains(".o_support_chat_guest", { count: 0 });
    await click(".o_support_store_choice", { text: "S00042" });
    await waitForSteps(["order 42"]);
    await click(".o_support_store button", { text: "All orders" });
    await contains(".o_support_store button", { text: "All orders", count: 0 });
});

test("the panel says what went wrong and the chat goes on", async () => {
    await openChat(() => {
        throw makeServerError({ message: "No connection" });
    });
    await contains(".o_support_store .alert-warning", { text: "No connection" });
    await contains(".o-mail-Composer-input");
});
