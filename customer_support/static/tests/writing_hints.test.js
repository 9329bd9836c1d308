import { describe, test } from "@odoo/hoot";
import {
    click,
    contains,
    insertText,
    mailModels,
    openFormView,
    registerArchs,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import {
    asyncStep,
    defineModels,
    defineParams,
    getService,
    onRpc,
    waitForSteps,
} from "@web/../tests/web_test_helpers";

import { SupportTicket } from "./ticket_test_helpers";

import "@customer_support/writing_hints/composer_patch";
import "@customer_support/writing_hints/full_composer_patch";

describe.current.tags("desktop");

class MailComposeMessage extends mailModels.MailComposeMessage {
    _views = {
        form: /* xml */ `
            <form js_class="mail_composer_form">
                <field name="composition_mode" invisible="1"/>
                <field name="composition_comment_option" invisible="1"/>
                <field name="model" invisible="1"/>
                <field name="partner_ids" invisible="1"/>
                <field name="attachment_ids" invisible="1"/>
                <field name="res_ids" invisible="1"/>
                <field name="subtype_is_log" invisible="1"/>
                <field name="body"/>
                <footer>
                    <button name="action_send_mail" type="object" string="Send now"/>
                    <button name="action_schedule_message" type="object" string="Send later"/>
                </footer>
            </form>`,
    };
}

defineParams({ suite: "mail" }, "replace");
defineModels({ ...mailModels, MailComposeMessage, SupportTicket });

const BLANK = "Still to be filled in: [name]";
const RUDE = "“stupid” may sound rude.";

/** The server finds a blank and a rude word, as the real one does. */
function listen() {
    onRpc("support.ticket", "get_writing_hints", ({ args }) => {
        const body = args[1];
        asyncStep("asked");
        return [
            ...(body.includes("[name]") ? [{ kind: "blank", text: BLANK }] : []),
            ...(body.includes("stupid") ? [{ kind: "rude", text: RUDE }] : []),
        ];
    });
}

async function openTicket() {
    const pyEnv = await startServer();
    const ticketId = pyEnv["support.ticket"].create({ name: "Lamp arrived broken" });
    registerArchs({
        "support.ticket,false,form": `<form><sheet><field name="name"/></sheet><chatter/></form>`,
    });
    listen();
    await start();
    await openFormView("support.ticket", ticketId);
    return ticketId;
}

test("hints come before the first sending, and the reply may leave as it is", async () => {
    await openTicket();
    await insertText(".o-mail-Composer-input", "Dear [name], hello");
    await click(".o-mail-Composer-send:enabled");
    await contains(".o_support_writing_hints li", { text: BLANK });
    await contains(".o-mail-Message", { count: 0 });
    await waitForSteps(["asked"]);
    await click(".o_support_writing_hints button", { text: "Send anyway" });
    await contains(".o-mail-Message", { text: "Dear [name], hello" });
    await contains(".o_support_writing_hints", { count: 0 });
    await waitForSteps([]);
});

test("only what is new is told after editing", async () => {
    await openTicket();
    await insertText(".o-mail-Composer-input", "Dear [name]");
    await click(".o-mail-Composer-send:enabled");
    await contains(".o_support_writing_hints li", { text: BLANK });
    await click(".o_support_writing_hints button", { text: "Edit" });
    await contains(".o_support_writing_hints", { count: 0 });
    await insertText(".o-mail-Composer-input", " this is stupid");
    await click(".o-mail-Composer-send:enabled");
    await contains(".o_support_writing_hints li", { count: 1, text: RUDE });
    await click(".o-mail-Composer-send:enabled");
    await contains(".o-mail-Message", { text: "Dear [name] this is stupid" });
    await waitForSteps(["asked", "asked", "asked"]);
});

test("a reply without hints leaves at once", async () => {
    await openTicket();
    await insertText(".o-mail-Composer-input", "Dear Ana, it leaves today.");
    await click(".o-mail-Composer-send:enabled");
    await contains(".o-mail-Message", { text: "Dear Ana, it leaves today." });
    await contains(".o_support_writing_hints", { count: 0 });
    await waitForSteps(["asked"]);
});

test("notes for colleagues are not looked at", async () => {
    await openTicket();
    await contains(".o-mail-Composer-input");
    await click("button", { text: "Log note" });
    await contains(".o-mail-Composer-send", { text: "Log" });
    await insertText(".o-mail-Composer-input", "stupid carrier [name]");
    await click(".o-mail-Composer-send:enabled");
    await contains(".o-mail-Message", { text: "stupid carrier [name]" });
    await waitForSteps([]);
});

test("nobody is kept from answering when the hints cannot be asked for", async () => {
    await openTicket();
    onRpc("support.ticket", "get_writing_hints", () => {
        throw new Error("away");
    });
    await insertText(".o-mail-Composer-input", "Dear [name]");
    await click(".o-mail-Composer-send:enabled");
    await contains(".o-mail-Message", { text: "Dear [name]" });
});

test("messages of other documents are not looked at", async () => {
    const pyEnv = await startServer();
    const partnerId = pyEnv["res.partner"].create({ name: "Ana Souza" });
    listen();
    await start();
    await openFormView("res.partner", partnerId);
    await click("button", { text: "Send message" });
    await insertText(".o-mail-Composer-input", "Dear [name]");
    await click(".o-mail-Composer-send:enabled");
    await contains(".o-mail-Message", { text: "Dear [name]" });
    await waitForSteps([]);
});

async function openFullComposer(values) {
    const pyEnv = await startServer();
    const ticketId = pyEnv["support.ticket"].create({ name: "Lamp arrived broken" });
    const composerId = pyEnv["mail.compose.message"].create({
        body: "<p>Dear [name]</p>",
        composition_mode: "comment",
        model: "support.ticket",
        res_ids: JSON.stringify([ticketId]),
        subject: "Your lamp",
        ...values,
    });
    listen();
    onRpc("mail.compose.message", "action_send_mail", () => {
        asyncStep("sent");
        return false;
    });
    onRpc("mail.compose.message", "action_schedule_message", () => {
        asyncStep("planned");
        return false;
    });
    await start();
    await getService("action").doAction({
        type: "ir.actions.act_window",
        res_model: "mail.compose.message",
        res_id: composerId,
        views: [[false, "form"]],
        target: "new",
    });
}

test("the large composer shows the hints in a window", async () => {
    await openFullComposer({});
    await click("button", { text: "Send now" });
    await contains(".modal p.text-prewrap", { text: `• ${BLANK}` });
    await click(".modal button", { text: "Edit" });
    await contains(".modal p.text-prewrap", { count: 0 });
    await waitForSteps(["asked"]);
    await click("button:enabled", { text: "Send now" });
    await waitForSteps(["asked", "sent"]);
    await contains(".modal p.text-prewrap", { count: 0 });
});

test("a reply for later is looked at as well", async () => {
    await openFullComposer({});
    await click("button", { text: "Send later" });
    await contains(".modal p.text-prewrap", { text: `• ${BLANK}` });
    await click(".modal button", { text: "Send anyway" });
    await waitForSteps(["asked", "planned"]);
});

test("a note in the large composer is not looked at", async () => {
    await openFullComposer({ subtype_is_log: true });
    await click("button", { text: "Send now" });
    await waitForSteps(["sent"]);
});
