import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryOne } from "@odoo/hoot-dom";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const KINDS = ["refund", "return", "exchange", "reship", "voucher"];

class SupportTicket extends models.Model {
    _name = "support.ticket";
    name = fields.Char();
    choices = fields.Json({ string: "Choices" });
    _records = [
        {
            id: 1,
            name: "Lamp arrived broken",
            choices: KINDS.map((kind) => ({
                kind,
                label: kind,
                title: kind,
                problem: kind === "refund" ? "Nothing was paid." : "",
            })),
        },
    ];
}
defineModels([SupportTicket]);

async function openForm() {
    await mountView({
        type: "form",
        resModel: "support.ticket",
        resId: 1,
        arch: `<form><field name="choices" widget="support_store_actions"/></form>`,
    });
}

test("four actions stand beside each other, the others are below More", async () => {
    await openForm();
    expect(queryAllTexts(".o_support_store_actions button[data-kind]")).toEqual(
        KINDS.slice(0, 4)
    );
    await contains(".o_support_store_actions .o-dropdown-caret").click();
    expect(queryAllTexts(".o-dropdown-item")).toEqual(["voucher"]);
});

test("what is impossible is grey and says why", async () => {
    await openForm();
    const button = queryOne(".o_support_store_actions [data-kind=refund]");
    expect(button.disabled).toBe(true);
    expect(button.parentElement.dataset.tooltip).toBe("Nothing was paid.");
});

test("a button opens the window of its action", async () => {
    onRpc("support.ticket", "action_open_store_action", ({ kwargs }) => {
        expect.step(kwargs.context.support_action_kind);
        return false;
    });
    await openForm();
    await contains(".o_support_store_actions [data-kind=return]").click();
    expect.verifySteps(["return"]);
});
