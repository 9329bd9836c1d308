import { Component } from "@odoo/owl";

import { useService } from "@web/core/utils/hooks";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { parseFloat } from "@web/views/fields/parsers";

/** One line of the order: its quantities, and how many of it are affected. */
export class StoreLine extends Component {
    static template = "customer_support.StoreLine";
    static props = {
        line: Object,
        canEdit: Boolean,
        isBusy: Boolean,
        onAffected: Function,
        onOpen: Function,
    };

    setup() {
        this.notification = useService("notification");
    }

    get line() {
        return this.props.line;
    }

    get isAffected() {
        return this.line.affected > 0;
    }

    /** What stands under the name: always what was ordered, the rest when it says more. */
    get figures() {
        const line = this.line;
        const figures = [
            { key: "ordered", label: _t("Ordered"), quantity: line.ordered },
            { key: "delivered", label: _t("Delivered"), quantity: line.delivered },
            { key: "returned", label: _t("Returned"), quantity: line.returned },
            { key: "invoiced", label: _t("Invoiced"), quantity: line.invoiced },
        ];
        if (line.is_storable) {
            figures.push({ key: "free", label: _t("Free stock"), quantity: line.free });
        }
        return figures;
    }

    /** Colour what a reader should notice: missing goods, returns, nothing in stock. */
    getColour(figure) {
        const { ordered, delivered } = this.line;
        const isAlarming =
            (figure.key === "delivered" && delivered < ordered) ||
            (figure.key === "returned" && figure.quantity > 0);
        if (isAlarming) {
            return "text-warning-emphasis fw-bold";
        }
        return figure.key === "free" && figure.quantity <= 0 ? "text-danger fw-bold" : "";
    }

    format(quantity) {
        return formatFloat(quantity, { digits: [16, 3], trailingZeros: false });
    }

    onToggle(checked) {
        const lots = this.line.lots;
        const lotId = lots.length === 1 ? lots[0].id : false;
        return this.props.onAffected(this.line, checked ? 1 : 0, checked && lotId);
    }

    onQuantity(ev) {
        let quantity;
        try {
            quantity = parseFloat(ev.target.value);
        } catch {
            ev.target.value = this.format(this.line.affected);
            this.notification.add(_t("Please enter a number."), { type: "warning" });
            return;
        }
        return this.props.onAffected(this.line, quantity, this.line.affected_lot_id);
    }

    onLot(ev) {
        const lotId = Number(ev.target.value) || false;
        return this.props.onAffected(this.line, this.line.affected, lotId);
    }
}
