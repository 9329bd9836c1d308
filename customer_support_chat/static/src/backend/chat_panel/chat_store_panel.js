import { onWillUpdateProps, useEffect, useState } from "@odoo/owl";

import { StorePanel } from "@customer_support/store_panel/store_panel";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";

/**
 * The store beside a live chat: the panel of the ticket, for who is chatting.
 *
 * It shows and opens; what changes a case is done in the ticket.
 */
export class ChatStorePanel extends StorePanel {
    static template = "customer_support_chat.ChatStorePanel";
    static props = { thread: Object };

    setup() {
        // Not super: there is no record of a form to observe.
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({ context: null, isBusy: false, error: "", orderId: false });
        onWillUpdateProps((props) => {
            if (props.thread.id !== this.props.thread.id) {
                Object.assign(this.state, { context: null, orderId: false });
            }
        });
        // The conversation does not wait for the store.
        useEffect(
            () => {
                this.load();
            },
            () => [this.props.thread.id, this.props.thread.has_support_ticket]
        );
    }

    get canEdit() {
        return false;
    }

    get canChoose() {
        return true;
    }

    get visitor() {
        return this.context.visitor;
    }

    get unknownSender() {
        return this.visitor.claimed_email || this.visitor.name;
    }

    async load() {
        const request = this.orm.silent.call(
            "discuss.channel",
            "get_store_context",
            [[this.props.thread.id]],
            { order_id: this.state.orderId }
        );
        try {
            this.state.context = await this.keepLast.add(request);
            this.state.error = "";
        } catch (error) {
            // The chat beside the panel must stay usable: say it here.
            this.state.error = error.data?.message || error.message;
        }
    }

    reload() {
        return this.load();
    }

    chooseOrder(order) {
        this.state.orderId = order.id;
        return this.load();
    }

    showOrders() {
        this.state.orderId = false;
        return this.load();
    }
}
