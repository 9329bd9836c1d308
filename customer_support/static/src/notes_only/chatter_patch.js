// Records beside a conversation: a message from there would reach a customer who does
// not know what it is about. The ticket is the place to answer.

import { Chatter } from "@mail/chatter/web_portal/chatter";
import { patch } from "@web/core/utils/patch";

const NOTES_ONLY = ["support.identity"];

patch(Chatter.prototype, {
    get isNotesOnly() {
        return NOTES_ONLY.includes(this.state.thread?.model);
    },

    toggleComposer(mode, options) {
        const isMessage = mode === "message" && this.isNotesOnly;
        return super.toggleComposer(isMessage ? "note" : mode, options);
    },
});
