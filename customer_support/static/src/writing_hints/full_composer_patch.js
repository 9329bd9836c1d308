import { status } from "@odoo/owl";

import { MailComposerFormController } from "@mail/chatter/web/mail_composer_form";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { isHtmlEmpty } from "@web/core/utils/html";
import { patch } from "@web/core/utils/patch";

import { useWritingHints } from "./writing_hints";

// Sends now, or later.
const SENDING_BUTTONS = ["action_send_mail", "action_schedule_message"];

patch(MailComposerFormController.prototype, {
    setup() {
        super.setup(...arguments);
        this.supportHints = useWritingHints();
    },

    async beforeExecuteActionButton(clickParams) {
        const isSending = SENDING_BUTTONS.includes(clickParams.name);
        if (isSending && !(await this.isReadyToLeave())) {
            return false;
        }
        return super.beforeExecuteActionButton(...arguments);
    },

    /** Whether a reply leaves now: without a hint, or when the agent wants it so. */
    async isReadyToLeave() {
        const record = this.model.root;
        // The editor hands over its words when it is asked.
        await record.isDirty();
        const { body, composition_mode, model, res_ids, subtype_is_log } = record.data;
        const ids = JSON.parse(res_ids || "[]");
        const isReply =
            model === "support.ticket" &&
            composition_mode === "comment" &&
            !subtype_is_log &&
            ids.length === 1;
        if (!isReply || isHtmlEmpty(body)) {
            return true;
        }
        const hints = await this.supportHints.fetchNew(ids[0], body);
        return status(this) !== "destroyed" && (!hints.length || this.askToSend(hints));
    },

    askToSend(hints) {
        return new Promise((resolve) => {
            this.dialogService.add(
                ConfirmationDialog,
                {
                    title: _t("Before you send"),
                    body: hints.map((hint) => `• ${hint}`).join("\n"),
                    confirmLabel: _t("Send anyway"),
                    confirm: () => resolve(true),
                    cancelLabel: _t("Edit"),
                    cancel: () => resolve(false),
                },
                { onClose: () => resolve(false) }
            );
        });
    },
});
