import { describe, expect, test } from "@odoo/hoot";
import { makeMockEnv, mockService, onRpc } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { messageActionsRegistry } from "@mail/core/common/message_actions";

import "@customer_support/message_actions/split_action";

describe.current.tags("desktop");
defineMailModels();

const getAction = () => messageActionsRegistry.get("support-split");

test("only words in the conversation of a ticket go into a new one", () => {
    const isOffered = (message, thread) => Boolean(getAction().condition({ message, thread }));
    const ticket = { id: 3, model: "support.ticket" };
    const words = { id: 7, message_type: "email", isNote: false };
    expect(isOffered(words, ticket)).toBe(true);
    expect(isOffered({ ...words, message_type: "comment" }, ticket)).toBe(true);
    expect(isOffered({ ...words, isNote: true }, ticket)).toBe(false);
    expect(isOffered({ ...words, message_type: "notification" }, ticket)).toBe(false);
    expect(isOffered(words, { id: 3, model: "sale.order" })).toBe(false);
    expect(isOffered(words, undefined)).toBe(false);
});

test("the dialog for this very message opens", async () => {
    onRpc("support.ticket", "action_open_split", ({ args }) => {
        expect.step(`asked for ${JSON.stringify(args)}`);
        return { type: "ir.actions.act_window", res_model: "support.split" };
    });
    mockService("action", {
        doAction(action) {
            expect.step(`opened ${action.res_model}`);
        },
    });
    const env = await makeMockEnv();
    await getAction().onSelected({
        message: { id: 7 },
        store: { env },
        thread: { id: 3 },
    });
    expect.verifySteps(["asked for [[3],7]", "opened support.split"]);
});
