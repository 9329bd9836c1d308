import { describe, test } from "@odoo/hoot";
import {
    click,
    contains,
    mailModels,
    openFormView,
    registerArchs,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import { defineModels, defineParams, getService } from "@web/../tests/web_test_helpers";
import { SupportTicket } from "@customer_support/../tests/ticket_test_helpers";

import "@customer_support_chat/backend/recipients/recipients_input_patch";
import "@customer_support_chat/backend/recipients/thread_model_patch";

describe.current.tags("desktop");

const WAY = {
    to: "By WhatsApp to Ana Souza (+55 11 99876-5432)",
    account: "Account: Store WhatsApp",
    window: "The 24-hour window is open until 10:00.",
    is_closed: false,
};

defineParams({ suite: "mail" }, "replace");
defineModels({ ...mailModels, SupportTicket });

/** Opens a ticket of which the server tells `way`. */
async function openTicket(way) {
    const pyEnv = await startServer();
    const ticketId = pyEnv["support.ticket"].create({ name: "Lamp arrived broken" });
    registerArchs({
        "support.ticket,false,form": `<form><sheet><field name="name"/></sheet><chatter/></form>`,
    });
    await start();
    getService("mail.store").Thread.insert({
        model: "support.ticket",
        id: ticketId,
        supportWay: way,
    });
    await openFormView("support.ticket", ticketId);
    await contains(".o-mail-RecipientsInput");
}

test("the composer says by which network and account an answer goes", async () => {
    await openTicket(WAY);
    await contains(".o_support_way", { text: WAY.to });
    await contains(".o_support_way", { text: WAY.account });
    await contains(".o_support_way_window.text-success", { text: WAY.window });
    await contains("span", { text: "Copies by e-mail:" });
    await contains("span.d-none", { text: "To:", visible: false });
});

test("a closed window stands out", async () => {
    const window = "The 24-hour window is closed.";
    await openTicket({ ...WAY, window, is_closed: true });
    await contains(".o_support_way_window.text-danger", { text: window });
});

test("an answer by e-mail has recipients as everywhere", async () => {
    await openTicket(false);
    await contains(".o_support_way", { count: 0 });
    await contains("span:not(.d-none)", { text: "To:" });
    await click(".o-mail-Chatter-logNote");
    await contains(".o-mail-RecipientsInput", { count: 0 });
});
