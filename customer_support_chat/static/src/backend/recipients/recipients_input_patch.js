import { RecipientsInput } from "@mail/core/web/recipients_input";

import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

/** @type {RecipientsInput} */
const recipientsInputPatch = {
    getPlaceholder() {
        const placeholder = super.getPlaceholder();
        return placeholder && this.props.thread.supportWay ? _t("Nobody") : placeholder;
    },
};
patch(RecipientsInput.prototype, recipientsInputPatch);
