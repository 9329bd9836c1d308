import { describe, expect, test } from "@odoo/hoot";

import { getWelcome } from "@customer_support_chat/embed/away/thread_model_patch";

describe.current.tags("headless");

test("only when the store itself speaks the window says that nobody is there", () => {
    const options = {
        default_message: "How may I help you?",
        support_away_message: "Leave your message.",
        support_away_partner_id: 3,
    };
    expect(getWelcome(3, options)).toBe("Leave your message.");
    expect(getWelcome(9, options)).toBe("How may I help you?");
    expect(getWelcome(undefined, { default_message: "Hello" })).toBe("Hello");
});
