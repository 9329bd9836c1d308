import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

registry.category("discuss.channel_commands").add("ticket", {
    channel_types: ["livechat"],
    condition: ({ store }) => store.has_access_support_ticket,
    help: _t("Make a ticket of this chat (/ticket subject)"),
    methodName: "execute_command_ticket",
});
