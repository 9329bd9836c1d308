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
import { defineModels, defineParams, fields, models } from "@web/../tests/web_test_helpers";

import "@customer_support/notes_only/chatter_patch";

describe.current.tags("desktop");

class SupportIdentity extends models.Model {
    _name = "support.identity";

    name = fields.Char();
    message_ids = fields.One2many({ relation: "mail.message" });
    message_follower_ids = fields.Many2many({ relation: "mail.followers" });
}

defineParams({ suite: "mail" }, "replace");
defineModels({ ...mailModels, SupportIdentity });

async function openRecord(model) {
    const pyEnv = await startServer();
    const id = pyEnv[model].create({ name: "Ana" });
    registerArchs({
        [`${model},false,form`]: `<form><sheet><field name="name"/></sheet><chatter/></form>`,
    });
    await start();
    await openFormView(model, id);
}

test("a sender takes notes and no messages", async () => {
    await openRecord("support.identity");
    await contains(".o-mail-Chatter-logNote");
    await contains(".o-mail-Chatter-sendMessage", { count: 0 });
    await click(".o-mail-Chatter-logNote");
    await contains(".o-mail-Composer");
    await contains(".o-mail-RecipientsInput", { count: 0 });
});

test("other records take messages as ever", async () => {
    await openRecord("res.partner");
    await contains(".o-mail-Chatter-logNote");
    await contains(".o-mail-Chatter-sendMessage");
});
