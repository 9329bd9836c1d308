import { ThreadAction } from "@mail/core/common/thread_actions";
import { patch } from "@web/core/utils/patch";

/** @type {ThreadAction} */
const threadActionPatch = {
    _condition({ action, owner, store, thread }) {
        if (action.id === "support-ticket") {
            return (
                thread?.channel_type === "livechat" &&
                Boolean(store.has_access_support_ticket) &&
                !owner.isDiscussSidebarChannelActions
            );
        }
        return super._condition(...arguments);
    },
};
patch(ThreadAction.prototype, threadActionPatch);
