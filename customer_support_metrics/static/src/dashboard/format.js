import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";

const MINUTE = 60;
const HOUR = 3600;
export const DASH = "–";

function isTimed(card) {
    return card.kind === "duration";
}

/** A number with as many digits as it needs. */
export function round(number, digits = 1) {
    return formatFloat(number, { digits: [16, digits], trailingZeros: false });
}

/** A duration in words: minutes below an hour, then hours. */
export function formatSeconds(seconds) {
    if (seconds < HOUR) {
        return _t("%s min", Math.round(seconds / MINUTE));
    }
    return _t("%s h", round(seconds / HOUR));
}

/**
 * The number of a figure that is shown first; null where there is none.
 *
 * @param {Object} card what the figure is: its kind
 * @param {Object} figure
 * @param {string} basis "business" or "calendar": which clock times are shown by
 */
export function getValue(card, figure, basis) {
    if (isTimed(card)) {
        return basis === "business" ? figure.business_median : figure.median;
    }
    return figure.value;
}

function isAmount(card) {
    return ["money", "price"].includes(card.kind);
}

/** A time, or an amount of money. */
function formatSpread(card, value) {
    return isAmount(card) ? formatCurrency(value, card.currency_id) : formatSeconds(value);
}

/** What stands before a time that comes from counts by bucket. */
export function markEstimate(figure, text) {
    return figure.is_estimated && text !== DASH ? `≈ ${text}` : text;
}

/** A number of a card in its unit. */
export function formatValue(card, value) {
    if (value === null || value === undefined) {
        return DASH;
    }
    if (isTimed(card) || isAmount(card)) {
        return formatSpread(card, value);
    }
    if (card.kind === "rate") {
        return `${round(value)} %`;
    }
    return round(value, ["count", "stock"].includes(card.kind) ? 0 : card.digits);
}

/** What stands below the number: how many, and how they spread. */
export function formatDetails(card, figure, basis) {
    const details = [];
    const prefix = basis === "business" && isTimed(card) ? "business_" : "";
    const p90 = figure[`${prefix}p90`];
    const mean = figure[`${prefix}mean`];
    if (card.kind === "rate" && figure.n) {
        details.push(_t("%(hits)s of %(total)s", { hits: figure.hits ?? 0, total: figure.n }));
    } else if (card.kind === "ratio" && card.base_name) {
        details.push(_t("%(count)s on %(base)s %(things)s", {
            count: figure.n,
            base: round(figure.base ?? 0),
            things: card.base_name,
        }));
    } else if (card.kind === "ratio") {
        details.push(_t("%(cases)s on %(orders)s orders", {
            cases: figure.n,
            orders: figure.base ?? 0,
        }));
    } else if (!["count", "stock", "rate"].includes(card.kind)) {
        details.push(_t("n = %s", figure.n));
    }
    if (card.kind === "stock" && figure.median !== null) {
        details.push(_t("half older than %s", formatSeconds(figure.median)));
    }
    if (card.kind === "price" && figure.median !== null) {
        details.push(_t("half below %s", formatSpread(card, figure.median)));
    }
    if (p90 !== null && p90 !== undefined) {
        details.push(_t("9 of 10 below %s", markEstimate(figure, formatSpread(card, p90))));
    }
    // The mean of prices is the figure itself.
    if (mean !== null && mean !== undefined && card.kind !== "price") {
        details.push(_t("mean %s", formatSpread(card, mean)));
    }
    if (figure.pending) {
        details.push(_t("%s pending", figure.pending));
    }
    return details.join(" · ");
}

/**
 * How a figure has changed against the period before.
 *
 * @returns {{text: string, isBetter: boolean | null} | null} null when nothing compares
 */
export function getChange(card, figure, previous, basis) {
    const now = getValue(card, figure, basis);
    const before = getValue(card, previous, basis);
    if (now === null || before === null || now === undefined || before === undefined) {
        return null;
    }
    // A share of a share says nothing, and a score may be below zero.
    const isDifference = ["rate", "score"].includes(card.kind);
    if (!isDifference && !before) {
        return null;
    }
    const change = isDifference ? now - before : (100 * (now - before)) / before;
    const sign = change > 0 ? "+" : "";
    const text = isDifference
        ? _t("%s points", sign + round(change))
        : `${sign}${round(change, 0)} %`;
    const isSame = Math.abs(change) < 0.05 || card.higher_is_better === null;
    return { text, isBetter: isSame ? null : change > 0 === card.higher_is_better };
}
