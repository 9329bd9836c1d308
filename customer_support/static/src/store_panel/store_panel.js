import { Component, useState } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { StoreCustomer } from "./store_customer";
import { StoreOrder } from "./store_order";

/** The fields of the ticket that decide what the panel shows. */
const VALUE_FIELDS = [
    "partner_id",
    "claimed_partner_id",
    "sale_order_id",
    "picking_id",
    "product_id",
    // Whose fault it is decides what may be returned.
    "reason_id",
];

/**
 * The store beside the conversation: who the customer is, what was bought, where it
 * is, and what can be offered. It reads everything in one request, again whenever one
 * of these fields changes or the ticket is saved.
 */
export class StorePanel extends Component {
    static template = "customer_support.StorePanel";
    static components = { StoreCustomer, StoreOrder };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({ context: null, isBusy: false, error: "" });
        useRecordObserver((record) => this.onRecordChange(record));
    }

    get record() {
        return this.props.record;
    }

    get context() {
        return this.state.context;
    }

    get canEdit() {
        return this.context.can_edit && !this.props.readonly;
    }

    /** Whether an order can be chosen of several. */
    get canChoose() {
        return this.canEdit;
    }

    get unknownSender() {
        return this.record.data.email_from || "";
    }

    /** Load again when what the panel depends on is no longer the same. */
    onRecordChange(record) {
        const values = this.getValues(record);
        const { write_date, action_count } = record.data;
        const key = JSON.stringify([record.resId, values, write_date, action_count]);
        if (key !== this.key) {
            this.key = key;
            // The conversation does not wait for the store.
            this.load(record.resId, values);
        }
    }

    getValues(record) {
        return Object.fromEntries(
            VALUE_FIELDS.map((name) => [name, record.data[name]?.id || false])
        );
    }

    async load(resId, values) {
        const request = this.orm.silent.call(
            "support.ticket",
            "get_store_context",
            [resId ? [resId] : []],
            { values }
        );
        try {
            this.state.context = await this.keepLast.add(request);
            this.state.error = "";
        } catch (error) {
            // The conversation beside the panel must stay usable: say it here.
            this.state.error = error.data?.message || error.message;
        }
    }

    reload() {
        return this.load(this.record.resId, this.getValues(this.record));
    }

    /** Do what changes the ticket on the server, once, and show the outcome. */
    async change(method, args = []) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            if (await this.record.save()) {
                await this.orm.call("support.ticket", method, [
                    [this.record.resId],
                    ...args,
                ]);
                await this.record.load();
            }
        } finally {
            this.state.isBusy = false;
        }
        await this.reload();
    }

    confirmCustomer() {
        return this.change("action_confirm_customer");
    }

    setAffected(line, quantity, lotId) {
        return this.change("action_set_affected_line", [line.id, quantity, lotId]);
    }

    async chooseOrder(order) {
        await this.record.update({
            sale_order_id: { id: order.id, display_name: order.name },
        });
        await this.record.save();
    }

    /** Say which delivery it is about, or take that back. */
    async chooseDelivery(delivery) {
        const chosen = { id: delivery.id, display_name: delivery.name };
        await this.record.update({ picking_id: !delivery.is_chosen && chosen });
        await this.record.save();
    }

    async openDocument(resModel, resId) {
        const action = await this.orm.call(resModel, "get_formview_action", [[resId]]);
        return this.action.doAction(action);
    }
}

export const storePanel = {
    component: StorePanel,
    fieldDependencies: [
        { name: "partner_id", type: "many2one", relation: "res.partner" },
        { name: "claimed_partner_id", type: "many2one", relation: "res.partner" },
        // The panel chooses these two.
        {
            name: "sale_order_id",
            type: "many2one",
            relation: "sale.order",
            readonly: false,
        },
        {
            name: "picking_id",
            type: "many2one",
            relation: "stock.picking",
            readonly: false,
        },
        { name: "product_id", type: "many2one", relation: "product.product" },
        { name: "reason_id", type: "many2one", relation: "support.reason" },
        { name: "email_from", type: "char" },
        { name: "write_date", type: "datetime" },
        // What is done in the store changes the order, its deliveries and invoices.
        { name: "action_count", type: "integer" },
    ],
};

registry.category("view_widgets").add("support_store_panel", storePanel);
