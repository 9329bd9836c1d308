import "@im_livechat/embed/common/thread_model_patch";

import { fields } from "@mail/core/common/record";
import { Thread } from "@mail/core/common/thread_model";

import { patch } from "@web/core/utils/patch";

/**
 * What the window says before the first word: the channel's welcome when an agent is
 * there, else by when the store answers.
 *
 * @param {number} speakerId the contact who speaks in the chat
 * @param {Object} options of the live chat
 */
export function getWelcome(speakerId, options) {
    const isAway = Boolean(speakerId) && speakerId === options.support_away_partner_id;
    return isAway ? options.support_away_message : options.default_message;
}

/** @type {Thread} */
const threadPatch = {
    setup() {
        super.setup(...arguments);
        this.livechatWelcomeMessage = fields.One("mail.message", {
            compute() {
                if (!this.hasWelcomeMessage) {
                    return;
                }
                const { options } = this.store.env.services["im_livechat.livechat"];
                return {
                    id: -0.2 - this.id,
                    body: getWelcome(this.livechat_operator_id?.id, options),
                    thread: this,
                    author_id: this.livechat_operator_id,
                };
            },
        });
    },
};
patch(Thread.prototype, threadPatch);
