import { Component } from "@odoo/owl";

import { CopyButton } from "@web/core/copy_button/copy_button";

import { StoreLine } from "./store_line";

const PAYMENT_COLOURS = {
    paid: "success",
    partial: "warning",
    authorized: "info",
    pending: "warning",
    refunded: "secondary",
    unpaid: "danger",
};
const DELIVERY_COLOURS = { done: "success", assigned: "info", cancel: "secondary" };

/** The order of the case: what was bought, paid, delivered and sent back. */
export class StoreOrder extends Component {
    static template = "customer_support.StoreOrder";
    static components = { CopyButton, StoreLine };
    static props = {
        order: Object,
        canEdit: Boolean,
        isBusy: Boolean,
        onAffected: Function,
        onDelivery: Function,
        onOpen: Function,
    };

    get paymentColour() {
        return PAYMENT_COLOURS[this.props.order.payment.state];
    }

    getDeliveryColour(delivery) {
        return DELIVERY_COLOURS[delivery.state] || "warning";
    }
}
