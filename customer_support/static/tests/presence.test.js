import { describe, expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame, click, queryAllTexts } from "@odoo/hoot-dom";
import { mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

import { SupportPresence } from "@customer_support/presence/presence";

describe.current.tags("desktop");
defineMailModels();

test("colleagues are named, and a message that came in meanwhile is told", async () => {
    const reports = [];
    const answers = [
        {
            others: [{ name: "Caio", doing: "writing" }],
            news: "",
            last_message_id: 7,
        },
        { others: [], news: "Ana Souza", last_message_id: 9 },
        { others: [], news: "", last_message_id: 9 },
    ];
    onRpc("support.ticket", "report_presence", ({ args }) => {
        reports.push(args);
        return answers[Math.min(reports.length, answers.length) - 1];
    });
    let text = "";
    await mountWithCleanup(SupportPresence, {
        props: { ticketId: 1, getText: () => text },
    });
    await animationFrame();
    expect(queryAllTexts(".badge")).toEqual(["Caio is writing"]);
    expect(".alert").toHaveCount(0);

    text = "Dear Ana";
    await advanceTime(20000);
    await animationFrame();
    expect(reports[1]).toEqual([[1], "writing", 7]);
    expect(".badge").toHaveCount(0);
    expect(".alert strong").toHaveText("Ana Souza");

    await click(".alert button");
    await animationFrame();
    expect(".alert").toHaveCount(0);
    expect(reports[2]).toEqual([[1], "writing", 0]);
});
