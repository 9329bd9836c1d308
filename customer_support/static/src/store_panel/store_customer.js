import { Component } from "@odoo/owl";

/** Who the customer is, and whether that is proven. */
export class StoreCustomer extends Component {
    static template = "customer_support.StoreCustomer";
    static props = {
        customer: Object,
        canEdit: Boolean,
        isBusy: Boolean,
        onConfirm: Function,
        onOpen: Function,
    };
}
