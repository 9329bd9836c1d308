import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";

import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getColor, hexToRGBA } from "@web/core/colors/colors";

import { formatDetails, formatValue, getValue, markEstimate } from "./format";

const HOUR = 3600;

/** A figure over time; a click on a point asks for its tickets. */
export class MetricChart extends Component {
    static template = "customer_support_metrics.MetricChart";
    static props = ["card", "points", "basis", "onOpen"];

    setup() {
        this.canvasRef = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                const chart = new Chart(this.canvasRef.el, this.getConfig());
                return () => chart.destroy();
            },
            () => [this.props.points, this.props.basis]
        );
    }

    get values() {
        const { card, points, basis } = this.props;
        return points.map((point) => getValue(card, point.figure, basis) ?? null);
    }

    get hiddenCount() {
        return this.props.points.filter((point) => point.figure.is_hidden).length;
    }

    getConfig() {
        const { card, points, basis, onOpen } = this.props;
        const color = getColor(1, cookie.get("color_scheme"), "sm");
        return {
            type: "line",
            data: {
                labels: points.map((point) => point.label),
                datasets: [
                    {
                        label: card.name,
                        data: this.values,
                        borderColor: color,
                        backgroundColor: hexToRGBA(color, 0.15),
                        fill: true,
                        tension: 0.2,
                        pointRadius: 3,
                        pointHitRadius: 15,
                    },
                ],
            },
            options: {
                maintainAspectRatio: false,
                animation: false,
                onClick: (_event, elements) => {
                    if (elements.length) {
                        onOpen(points[elements[0].index]);
                    }
                },
                plugins: {
                    legend: { display: false },
                    tooltip: {
                        displayColors: false,
                        callbacks: {
                            label: (item) =>
                                markEstimate(
                                    points[item.dataIndex].figure,
                                    formatValue(card, this.values[item.dataIndex])
                                ),
                            afterLabel: (item) =>
                                formatDetails(card, points[item.dataIndex].figure, basis),
                        },
                    },
                },
                scales: {
                    x: { ticks: { maxRotation: 0, autoSkipPadding: 12 } },
                    y: {
                        beginAtZero: true,
                        // An axis of an empty curve, and whole numbers of whole things.
                        suggestedMax: card.kind === "duration" ? HOUR : 1,
                        ticks: {
                            callback: (value) => formatValue(card, value),
                            ...(["count", "stock"].includes(card.kind) && { precision: 0 }),
                        },
                    },
                },
            },
        };
    }
}
