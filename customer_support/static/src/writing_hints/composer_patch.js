import { status, toRaw, useState } from "@odoo/owl";

import { Composer } from "@mail/core/common/composer";
import { isHtmlEmpty } from "@web/core/utils/html";
import { patch } from "@web/core/utils/patch";

import { useWritingHints } from "./writing_hints";

patch(Composer.prototype, {
    setup() {
        super.setup(...arguments);
        this.supportHints = useWritingHints();
        this.writing = useState({ owner: "", hints: [], isAsking: false });
    },

    get isSupportReply() {
        return (
            this.thread?.model === "support.ticket" &&
            this.props.type !== "note" &&
            !this.props.composer.message
        );
    },

    /** The hints that are shown now; the same composer may serve another ticket later. */
    get writingHints() {
        return this.writing.owner === this.props.composer.localId ? this.writing.hints : [];
    },

    async sendMessage() {
        if (!this.isSupportReply || (await this.isReadyToLeave())) {
            return super.sendMessage(...arguments);
        }
    },

    clear() {
        super.clear();
        this.supportHints.forget();
        this.writing.hints = [];
    },

    /** Whether a reply leaves now; otherwise its hints are shown first. */
    async isReadyToLeave() {
        const composer = toRaw(this.props.composer);
        if (this.writing.isAsking) {
            return false;
        }
        if (this.writing.owner !== composer.localId) {
            this.supportHints.forget();
        }
        Object.assign(this.writing, { owner: composer.localId, hints: [] });
        if (isHtmlEmpty(composer.composerHtml) || !this.state.active) {
            return true;
        }
        this.writing.isAsking = true;
        const hints = await this.supportHints.fetchNew(this.thread.id, composer.composerHtml);
        this.writing.isAsking = false;
        if (status(this) === "destroyed" || toRaw(this.props.composer) !== composer) {
            // The agent is elsewhere by now: the words wait where they were written.
            return false;
        }
        this.writing.hints = hints;
        return !hints.length;
    },

    onClickSendAnyway() {
        this.writing.hints = [];
        return super.sendMessage();
    },

    onClickEditReply() {
        this.writing.hints = [];
        toRaw(this.props.composer).autofocus++;
    },
});
