import { Component, onWillStart, useRef, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { serializeDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { formatValue, getValue, markEstimate } from "./format";
import { MetricCard } from "./metric_card";
import { MetricChart } from "./metric_chart";

const { DateTime } = luxon;

const FILTERS = ["team", "channel", "reason", "agent"];

/** The figures of support: cards, a curve, its parts, and the tickets behind each. */
export class SupportDashboard extends Component {
    static template = "customer_support_metrics.Dashboard";
    static components = { Layout, MetricCard, MetricChart };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Metrics");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.rootRef = useRef("root");
        this.detailRef = useRef("detail");
        this.keepLast = new KeepLast();
        this.keepLastChart = new KeepLast();
        this.state = useState({
            preset: "30",
            dateFrom: "",
            dateTo: "",
            team: "",
            channel: "",
            reason: "",
            agent: "",
            basis: "business",
            group: "channel",
            key: "first_response",
            data: null,
            chart: null,
            ...this.props.state?.dashboard,
        });
        useSetupAction({
            getLocalState: () => {
                const { data: _data, chart: _chart, ...dashboard } = this.state;
                return { dashboard };
            },
        });
        onWillStart(() => this.load());
    }

    // --- the question -------------------------------------------------------------

    get presets() {
        return [
            ["7", _t("Last 7 days")],
            ["30", _t("Last 30 days")],
            ["90", _t("Last 90 days")],
            ["month", _t("This month")],
            ["last_month", _t("Last month")],
            ["year", _t("This year")],
            ["all", _t("All years")],
            ["custom", _t("Other days")],
        ];
    }

    get days() {
        const today = DateTime.local().startOf("day");
        switch (this.state.preset) {
            case "custom":
                return [this.state.dateFrom, this.state.dateTo];
            case "month":
                return [today.startOf("month"), today].map(serializeDate);
            case "last_month": {
                const last = today.startOf("month").minus({ days: 1 });
                return [last.startOf("month"), last].map(serializeDate);
            }
            case "year":
                return [today.startOf("year"), today].map(serializeDate);
            case "all":
                return [
                    this.state.data?.period.first_day ||
                        serializeDate(today.minus({ years: 1 })),
                    serializeDate(today),
                ];
            default:
                return [today.minus({ days: Number(this.state.preset) - 1 }), today].map(
                    serializeDate
                );
        }
    }

    get filters() {
        const [date_from, date_to] = this.days;
        const filters = { date_from, date_to };
        for (const name of FILTERS) {
            filters[`${name}_ids`] = this.state[name] ? [Number(this.state[name])] : [];
        }
        return filters;
    }

    get selects() {
        const { teams, channels, reasons, agents } = this.state.data.options;
        return [
            { name: "team", label: _t("All teams"), choices: teams },
            { name: "channel", label: _t("All channels"), choices: channels },
            { name: "reason", label: _t("All reasons"), choices: reasons },
            { name: "agent", label: _t("All agents"), choices: agents },
        ];
    }

    async load() {
        this.state.data = await this.keepLast.add(
            this.orm.call("support.metric", "get_dashboard", [this.filters])
        );
        this.loadLateCards();
        await this.loadChart();
    }

    /** Fill the cards for which the page did not wait. */
    async loadLateCards() {
        const late = this.state.data.cards.filter((card) => !card.figure);
        if (!late.length) {
            return;
        }
        const keys = late.map((card) => card.key);
        const found = await this.keepLast.add(
            this.orm.call("support.metric", "get_cards", [keys, this.filters])
        );
        for (const card of found) {
            Object.assign(
                late.find((one) => one.key === card.key),
                card
            );
        }
    }

    async loadChart() {
        const card = this.card;
        this.state.chart = card
            ? await this.keepLastChart.add(
                  this.orm.call("support.metric", "get_chart", [card.key, this.filters])
              )
            : null;
        this.loadBars();
    }

    /** Have the chosen part counted, if the chart came without it. */
    async loadBars() {
        const { chart } = this.state;
        if (!chart || !this.card.has_dimensions) {
            return;
        }
        const { card, filters, shownGroup } = this;
        if (this.isCounting) {
            chart.groups[shownGroup] = await this.orm.call("support.metric", "get_bars", [
                ...[card.key, shownGroup, filters],
            ]);
        }
    }

    // --- what is shown --------------------------------------------------------------

    get isEmpty() {
        return this.state.data.cards.every(
            ({ figure, previous }) =>
                figure && !figure.n && !figure.pending && !previous.n
        );
    }

    get card() {
        const { cards } = this.state.data;
        return cards.find((card) => card.key === this.state.key) || cards[0];
    }

    /** The parts that the figure has: its own, those of all figures, those of tickets. */
    get groups() {
        const { groups, parts } = this.state.chart;
        const labels = {
            product: _t("Product"),
            lot: _t("Lot"),
            supplier: _t("Supplier"),
            carrier: _t("Carrier"),
            department: _t("Department"),
            channel: _t("Channel"),
            reason: _t("Reason"),
            team: _t("Team"),
            agent: _t("Agent"),
            category: _t("Product category"),
            promotion: _t("Promotion"),
            country: _t("Country"),
            website: _t("Website"),
        };
        const ready = Object.keys(labels).filter(
            (group) => group in groups && !parts.includes(group)
        );
        return [...ready, ...parts].map((group) => [group, labels[group]]);
    }

    get shownGroup() {
        const names = this.groups.map(([group]) => group);
        return names.includes(this.state.group) ? this.state.group : names[0];
    }

    /** Whether the bars of the chosen part have still to come. */
    get isCounting() {
        return !(this.shownGroup in this.state.chart.groups);
    }

    get bars() {
        const rows = this.state.chart.groups[this.shownGroup] || [];
        const values = rows.map((row) => getValue(this.card, row.figure, this.state.basis));
        const largest = Math.max(...values.map((value) => value || 0), 0) || 1;
        return rows.map((row, index) => ({
            ...row,
            text: row.figure.is_hidden
                ? _t("too few to show")
                : markEstimate(row.figure, formatValue(this.card, values[index])),
            width: Math.round((100 * (values[index] || 0)) / largest),
        }));
    }

    /** Whether the number itself says how many. */
    get isCount() {
        return ["count", "stock"].includes(this.card.kind);
    }

    get periodLabel() {
        return {
            event: _t("counted in the period in which it happened"),
            creation: _t("cases that were opened in the period"),
            moment: _t("at the end of the period"),
        }[this.card.period];
    }

    // --- what people do -------------------------------------------------------------

    onPreset(ev) {
        const days = this.days;
        this.state.preset = ev.target.value;
        if (this.state.preset === "custom") {
            [this.state.dateFrom, this.state.dateTo] = days;
        }
        return this.load();
    }

    /** Count anew what has changed since long spans were counted last. */
    async onUpdate() {
        await this.orm.call("support.metric", "update_rollup");
        await this.load();
    }

    onDay(name, ev) {
        this.state[name] = ev.target.value;
        const { dateFrom, dateTo } = this.state;
        if (dateFrom && dateTo && dateFrom <= dateTo) {
            return this.load();
        }
    }

    onFilter(name, ev) {
        this.state[name] = ev.target.value;
        return this.load();
    }

    onGroup(group) {
        this.state.group = group;
        return this.loadBars();
    }

    async onSelect(key) {
        this.state.key = key;
        this.state.chart = null;
        await this.loadChart();
        // A figure with parts of its own is shown by these first.
        const [first] = this.groups[0] || ["channel"];
        if (first !== "channel") {
            this.state.group = first;
        }
        if (this.env.isSmall) {
            this.detailRef.el?.scrollIntoView();
        }
    }

    async openTickets(card, more = {}) {
        if (!card.has_tickets) {
            return;
        }
        const filters = { ...this.filters, ...more };
        const action = await this.orm.call("support.metric", "get_tickets_action", [
            card.key,
            filters,
        ]);
        await this.action.doAction(action);
    }

    onPoint({ date_from, date_to }) {
        return this.openTickets(this.card, { date_from, date_to });
    }

    onBar(bar) {
        if (bar.id) {
            return this.openTickets(this.card, { [`${this.shownGroup}_ids`]: [bar.id] });
        }
    }

    async onFullScreen() {
        if (document.fullscreenElement) {
            await document.exitFullscreen();
        } else {
            await this.rootRef.el.requestFullscreen();
        }
    }
}

registry.category("actions").add("customer_support_metrics.dashboard", SupportDashboard);
