import { describe, expect, test } from "@odoo/hoot";
import { queryOne } from "@odoo/hoot-dom";
import { mockDate, mockTimeZone } from "@odoo/hoot-mock";
import { mailModels, openFormView, registerArchs, start } from "@mail/../tests/mail_test_helpers";
import { defineModels, defineParams, fields, serverState } from "@web/../tests/web_test_helpers";
import { SupportTicket } from "@customer_support/../tests/ticket_test_helpers";

import "@customer_support_chat/backend/user_datetime/user_datetime_field";

describe.current.tags("desktop");

class Ticket extends SupportTicket {
    answer_window_ends_at = fields.Datetime();

    _records = [{ id: 1, name: "Lamp", answer_window_ends_at: "2026-03-03 13:00:00" }];
}

defineParams({ suite: "mail" }, "replace");
defineModels({ ...mailModels, SupportTicket: Ticket });

/** The text of the field for somebody who has chosen `zone` and sits in Paris. */
async function showEnd(zone) {
    mockDate("2026-03-02 13:00:00");
    mockTimeZone("Europe/Paris");
    serverState.timezone = zone;
    registerArchs({
        "support.ticket,false,form": `
            <form><sheet><field name="answer_window_ends_at" readonly="1"
                                widget="support_user_datetime"/></sheet></form>`,
    });
    await start();
    await openFormView("support.ticket", 1);
    return queryOne("[name=answer_window_ends_at] span").textContent;
}

test("the end of the window is told in the zone of the user's preferences", async () => {
    expect(await showEnd("America/Sao_Paulo")).toMatch(/\b10:00/);
});

test("without a preference it is told as the server tells it", async () => {
    expect(await showEnd("")).toMatch(/\b1:00.PM/);
});
