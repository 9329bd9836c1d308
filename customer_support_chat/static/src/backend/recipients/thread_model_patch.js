import { fields } from "@mail/core/common/record";
import { Thread } from "@mail/core/common/thread_model";

import { patch } from "@web/core/utils/patch";

patch(Thread.prototype, {
    setup() {
        super.setup(...arguments);
        /** Which way an answer takes that is no e-mail, in words; see `_describe_way`. */
        this.supportWay = fields.Attr(false);
    },
});
