import { RecipientsInput } from "@mail/core/web/recipients_input";

import { patch } from "@web/core/utils/patch";

/** @type {RecipientsInput} */
const recipientsInputPatch = {
    getPlaceholder() {
        const placeholder = super.getPlaceholder();
        return (placeholder && this.props.thread.supportAnswersGoTo) || placeholder;
    },
};
patch(RecipientsInput.prototype, recipientsInputPatch);
