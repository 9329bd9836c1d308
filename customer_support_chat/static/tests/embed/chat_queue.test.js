import { describe, expect, test } from "@odoo/hoot";
import { patchTranslations } from "@web/../tests/web_test_helpers";

import { getQueueText } from "@customer_support_chat/embed/queue/chat_queue";

describe.current.tags("headless");

test("the visitor reads the place in the queue and the expected wait", () => {
    patchTranslations();
    const read = (queue) => String(getQueueText(queue));
    expect(read(false)).toBe("");
    expect(read(undefined)).toBe("");
    expect(read({ position: 1, minutes: 0 })).toBe("You are next.");
    expect(read({ position: 1, minutes: 1 })).toBe(
        "You are next. Expected wait: about a minute."
    );
    expect(read({ position: 3, minutes: 7 })).toBe(
        "You are number 3 in line. Expected wait: about 7 minutes."
    );
});
