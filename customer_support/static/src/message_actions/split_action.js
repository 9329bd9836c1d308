import { registerMessageAction } from "@mail/core/common/message_actions";
import { _t } from "@web/core/l10n/translation";

registerMessageAction("support-split", {
    condition: ({ message, thread }) =>
        thread?.model === "support.ticket" &&
        ["comment", "email"].includes(message.message_type) &&
        !message.isNote,
    icon: "fa fa-code-fork",
    name: _t("Move to a new ticket"),
    async onSelected({ message, store, thread }) {
        const { action, orm } = store.env.services;
        await action.doAction(
            await orm.call("support.ticket", "action_open_split", [[thread.id], message.id])
        );
    },
    sequence: 75,
});
