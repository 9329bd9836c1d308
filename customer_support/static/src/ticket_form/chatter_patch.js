import { Chatter } from "@mail/chatter/web_portal/chatter";
import { patch } from "@web/core/utils/patch";

patch(Chatter.prototype, {
    /**
     * An agent opens a ticket to answer it: the composer stands ready. Not on a phone,
     * where the keyboard would hide what the customer wrote.
     */
    changeThread(threadModel, threadId) {
        super.changeThread(...arguments);
        const isOpen = this.props.record && !this.props.record.data.closed_at;
        if (threadModel === "support.ticket" && threadId && isOpen && !this.env.isSmall) {
            this.state.composerType = "message";
        }
    },
});
