import { ChatWindow } from "@mail/core/common/chat_window";

import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

/**
 * Where a visitor stands in the queue, in words; empty while nobody is awaited.
 *
 * @param {{ position: number, minutes: number }|false} [queue]
 * @returns {string}
 */
export function getQueueText(queue) {
    if (!queue) {
        return "";
    }
    const position =
        queue.position === 1
            ? _t("You are next.")
            : _t("You are number %s in line.", queue.position);
    if (!queue.minutes) {
        return position;
    }
    const wait =
        queue.minutes === 1
            ? _t("Expected wait: about a minute.")
            : _t("Expected wait: about %s minutes.", queue.minutes);
    return `${position} ${wait}`;
}

/** @type {ChatWindow} */
const chatWindowPatch = {
    get supportQueueText() {
        return getQueueText(this.thread?.support_queue);
    },
};
patch(ChatWindow.prototype, chatWindowPatch);
