import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";

import { formatDetails, formatValue, getChange, getValue, markEstimate, round } from "./format";

/** One figure: its value, how many, against the period before, and the goal. */
export class MetricCard extends Component {
    static template = "customer_support_metrics.MetricCard";
    static props = ["card", "basis", "isSelected", "onSelect", "onOpenTickets"];

    get figure() {
        return this.props.card.figure;
    }

    get value() {
        if (!this.figure) {
            return "…";
        }
        const { card, basis } = this.props;
        const value = formatValue(card, getValue(card, this.figure, basis));
        return markEstimate(this.figure, value);
    }

    get details() {
        return this.figure
            ? formatDetails(this.props.card, this.figure, this.props.basis)
            : _t("being counted");
    }

    get goalTarget() {
        return round(this.props.card.goal.target);
    }

    get change() {
        const { card, basis } = this.props;
        if (!this.figure) {
            return null;
        }
        return getChange(card, card.figure, card.previous, basis);
    }

    get changeClass() {
        const isBetter = this.change.isBetter;
        if (isBetter === null) {
            return "text-muted";
        }
        return isBetter ? "text-success" : "text-danger";
    }
}
