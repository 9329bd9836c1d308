import { describe, test } from "@odoo/hoot";
import {
    click,
    contains,
    insertText,
    openDiscuss,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import { asyncStep, onRpc, waitForSteps } from "@web/../tests/web_test_helpers";

import {
    createChat,
    defineSupportChatModels,
    makeContext,
    setSupportAgent,
} from "./chat_test_helpers";

describe.current.tags("desktop");
defineSupportChatModels();

function listen() {
    onRpc("discuss.channel", "get_store_context", () => makeContext());
    onRpc("discuss.channel", "execute_command_ticket", ({ kwargs }) => {
        asyncStep(kwargs.body);
        return true;
    });
}

test("the command makes a ticket with its subject", async () => {
    const pyEnv = await startServer();
    const channelId = createChat(pyEnv);
    listen();
    await start();
    await openDiscuss(channelId);
    await insertText(".o-mail-Composer-input", "/ticket Lamp broken");
    await click(".o-mail-Composer button[title='Send']:enabled");
    await waitForSteps(["/ticket Lamp broken"]);
});

test("the button asks for a subject and makes the ticket", async () => {
    const pyEnv = await startServer();
    const channelId = createChat(pyEnv);
    listen();
    await start();
    await openDiscuss(channelId);
    await contains(".o-livechat-ChannelInfoList");
    await click(".o-mail-DiscussContent-header button[title='Make a Ticket']");
    await insertText(".o-livechat-LivechatCommandDialog-form input", "Lamp broken");
    await click(".o-mail-ActionPanel button", { text: "Make a Ticket" });
    await waitForSteps(["/ticket Lamp broken"]);
});

test("who is no agent of support has neither button nor panel", async () => {
    setSupportAgent(false);
    const pyEnv = await startServer();
    const channelId = createChat(pyEnv);
    listen();
    await start();
    await openDiscuss(channelId);
    await contains(".o-livechat-ChannelInfoList");
    await contains("button[title='Make a Ticket']", { count: 0 });
    await contains(".o_support_chat_panel", { count: 0 });
});

test("other conversations have no such button", async () => {
    const pyEnv = await startServer();
    const channelId = pyEnv["discuss.channel"].create({ name: "General" });
    await start();
    await openDiscuss(channelId);
    await contains(".o-mail-DiscussContent-header");
    await contains("button[title='Make a Ticket']", { count: 0 });
});
