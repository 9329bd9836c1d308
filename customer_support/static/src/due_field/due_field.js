import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const { DateTime, Duration } = luxon;

/** When a ticket is due, as short as an agent needs it: the hour today, else the day. */
export class SupportDueField extends Component {
    static template = "customer_support.DueField";
    static props = standardFieldProps;

    get due() {
        return this.props.record.data[this.props.name];
    }

    get isOver() {
        return Boolean(this.props.record.data.closed_at);
    }

    get isLate() {
        return !this.isOver && this.due < DateTime.now();
    }

    /** From then on it is at risk: as a policy says, else in the last two hours. */
    get riskyFrom() {
        return this.props.record.data.at_risk_at || this.due.minus({ hours: 2 });
    }

    get isSoon() {
        return !this.isOver && !this.isLate && this.riskyFrom < DateTime.now();
    }

    /** How late, in the largest unit that fits: "5 days", "3 hr". */
    get delay() {
        const units = ["days", "hours", "minutes"];
        const delay = DateTime.now().diff(this.due, units).toObject();
        const unit = units.find((name) => delay[name] >= 1) || "minutes";
        const value = Math.floor(delay[unit]);
        return Duration.fromObject({ [unit]: value }).toHuman({ unitDisplay: "short" });
    }

    get text() {
        if (this.isLate) {
            return _t("late: %s", this.delay);
        }
        const now = DateTime.now();
        const hour = this.due.toLocaleString(DateTime.TIME_SIMPLE);
        if (this.due.hasSame(now, "day")) {
            return hour;
        }
        if (this.due < now.plus({ days: 7 })) {
            return `${this.due.toFormat("ccc")} ${hour}`;
        }
        return this.due.toLocaleString({ day: "numeric", month: "short" });
    }

    get title() {
        return this.due.toLocaleString(DateTime.DATETIME_MED);
    }
}

registry.category("fields").add("support_due", {
    component: SupportDueField,
    displayName: _t("Due"),
    supportedTypes: ["datetime"],
    fieldDependencies: [
        { name: "at_risk_at", type: "datetime" },
        { name: "closed_at", type: "datetime" },
    ],
});
