import { websiteLivechatModels } from "@website_livechat/../tests/website_livechat_test_helpers";
import { Command, defineModels, serverState } from "@web/../tests/web_test_helpers";

let isAgent = true;

/** The user of the test is an agent of support, or not. */
export function setSupportAgent(value) {
    isAgent = value;
}

class ResUsers extends websiteLivechatModels.ResUsers {
    /** @override */
    _init_store_data(store) {
        super._init_store_data(...arguments);
        store.add({ has_access_support_ticket: isAgent });
    }
}

export function defineSupportChatModels() {
    isAgent = true;
    return defineModels({ ...websiteLivechatModels, ResUsers });
}

/** A live chat of a guest with the user of the test; its id. */
export function createChat(pyEnv) {
    const guestId = pyEnv["mail.guest"].create({ name: "Visitor #5" });
    return pyEnv["discuss.channel"].create({
        channel_member_ids: [
            Command.create({ partner_id: serverState.partnerId, livechat_member_type: "agent" }),
            Command.create({ guest_id: guestId, livechat_member_type: "visitor" }),
        ],
        channel_type: "livechat",
        livechat_operator_id: serverState.partnerId,
    });
}

export const VISITOR = {
    name: "Visitor #5",
    claimed_email: "",
    is_guest: true,
    cart: false,
    pages: [],
    ticket: false,
};

/** What the server tells of a guest; ``values`` and ``visitor`` say more. */
export function makeContext(values = {}, visitor = {}) {
    return {
        customer: false,
        order: false,
        orders: [],
        product: false,
        offers: [],
        tickets: [],
        can_edit: true,
        ...values,
        visitor: { ...VISITOR, ...visitor },
    };
}
