import { describe, expect, test } from "@odoo/hoot";
import { animationFrame, queryAllTexts, queryText } from "@odoo/hoot-dom";
import { Deferred } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    makeMockEnv,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { WebClient } from "@web/webclient/webclient";

import {
    formatDetails,
    formatSeconds,
    formatValue,
    getChange,
} from "@customer_support_metrics/dashboard/format";

describe.current.tags("desktop");
defineMailModels();

const HOUR = 3600;
const EMPTY = {
    ...{ n: 0, pending: 0, hits: null, base: null, value: null, is_hidden: false },
    ...{ median: null, p90: null, mean: null },
    ...{ business_median: null, business_p90: null, business_mean: null },
};
const RESPONSE = {
    ...{ key: "first_response", name: "First response", definition: "Until the reply." },
    ...{ kind: "duration", period: "event", digits: 1, higher_is_better: false },
    ...{ has_dimensions: true, has_tickets: true, goal: false },
    figure: {
        ...EMPTY,
        ...{ n: 8, value: 5 * HOUR, median: 5 * HOUR, p90: 9 * HOUR, mean: 6 * HOUR },
        ...{ business_median: 2 * HOUR, business_p90: 4 * HOUR, business_mean: 3 * HOUR },
    },
    previous: { ...EMPTY, n: 6, median: 10 * HOUR, business_median: 4 * HOUR },
};
const REOPENED = {
    ...RESPONSE,
    ...{ key: "reopen_rate", name: "Reopened", kind: "rate" },
    goal: { id: 1, target: 10, unit: "%", progress: 80, state: "off_track" },
    figure: { ...EMPTY, n: 3, hits: 1, is_hidden: true },
    previous: EMPTY,
};
const BOARD = {
    period: {
        ...{ date_from: "2026-03-01", date_to: "2026-03-31" },
        ...{ label: "March", previous_label: "February" },
    },
    options: {
        teams: [{ id: 4, name: "Store support" }],
        ...{ channels: [], reasons: [], agents: [] },
    },
    cards: [RESPONSE, REOPENED],
};
const CHART = {
    interval: "day",
    parts: [],
    points: [
        {
            ...{ label: "1 March", date_from: "2026-03-01", date_to: "2026-03-01" },
            figure: RESPONSE.figure,
        },
        {
            ...{ label: "2 March", date_from: "2026-03-02", date_to: "2026-03-02" },
            figure: { ...EMPTY, n: 2, is_hidden: true },
        },
    ],
    groups: {
        channel: [
            { id: 1, name: "E-mail", figure: RESPONSE.figure },
            { id: 2, name: "Phone", figure: { ...EMPTY, n: 2, is_hidden: true } },
            { id: false, name: "None", figure: { ...EMPTY, n: 1, is_hidden: true } },
        ],
        ...{ team: [], agent: [], reason: [] },
    },
};

async function openDashboard(board = BOARD, chart = CHART) {
    const asked = [];
    onRpc("support.metric", "get_dashboard", ({ args }) => {
        asked.push(args[0]);
        return board;
    });
    onRpc("support.metric", "get_chart", () => chart);
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "customer_support_metrics.dashboard",
    });
    await animationFrame();
    return asked;
}

test("numbers are shown in their unit", async () => {
    await makeMockEnv();
    expect(formatSeconds(2700)).toBe("45 min");
    expect(formatSeconds(1.5 * HOUR)).toBe("1.5 h");
    expect(formatValue({ kind: "rate" }, 66.666)).toBe("66.7 %");
    expect(formatValue({ kind: "count" }, 1200)).toBe("1,200");
    expect(formatValue({ kind: "rate" }, null)).toBe("–");
    expect(formatDetails(RESPONSE, RESPONSE.figure, "business")).toBe(
        "n = 8 · 9 of 10 below 4 h · mean 3 h"
    );
});

test("amounts are shown in the currency, and what a ratio is for by its name", async () => {
    await makeMockEnv();
    const price = { kind: "price", currency_id: 1 };
    const figure = { ...EMPTY, n: 6, value: 12.5, median: 10, p90: 30, mean: 12.5 };
    expect(formatValue(price, figure.value)).toInclude("12.50");
    expect(formatDetails(price, figure, "business")).toMatch(
        /^n = 6 · half below .*10\.00 · 9 of 10 below .*30\.00$/
    );
    const ratio = { kind: "ratio", base_name: "units sold" };
    expect(formatDetails(ratio, { ...EMPTY, n: 2, base: 50 }, "business")).toBe(
        "2 on 50 units sold"
    );
});

test("a figure has parts of its own", async () => {
    const product = { id: 7, name: "Desk lamp", figure: RESPONSE.figure };
    const groups = { product: [product], ...CHART.groups };
    await openDashboard(BOARD, { ...CHART, groups });
    expect(queryAllTexts(".o_support_dashboard_detail .nav-link")).toEqual([
        ...["Product", "Channel", "Reason", "Team", "Agent"],
    ]);
    await contains(".o_support_dashboard_detail .nav-link:contains(Product)").click();
    expect(".o_support_bar").toHaveText(/Desk lamp/);
});

test("what tickets are about is counted when somebody asks for it", async () => {
    const counted = new Deferred();
    onRpc("support.metric", "get_bars", async ({ args }) => {
        expect.step(args.slice(0, 2).join());
        await counted;
        return [{ id: 3, name: "Main store", figure: RESPONSE.figure }];
    });
    onRpc("support.metric", "get_tickets_action", ({ args }) => {
        expect.step(args[1].website_ids.join());
        return { type: "ir.actions.act_window_close" };
    });
    await openDashboard(BOARD, { ...CHART, parts: ["product", "website"] });
    expect(queryAllTexts(".o_support_dashboard_detail .nav-link")).toEqual([
        ...["Channel", "Reason", "Team", "Agent", "Product", "Website"],
    ]);
    await contains(".o_support_dashboard_detail .nav-link:contains(Website)").click();
    expect.verifySteps(["first_response,website"]);
    expect(".o_support_dashboard_detail").toHaveText(/being counted/);
    counted.resolve();
    await animationFrame();
    expect(".o_support_bar").toHaveText(/Main store/);
    await contains(".o_support_dashboard_detail .nav-link:contains(Channel)").click();
    await contains(".o_support_dashboard_detail .nav-link:contains(Website)").click();
    await contains(".o_support_bar:contains(Main store)").click();
    await animationFrame();
    // Counted once; the bar leads to its tickets.
    expect.verifySteps(["3"]);
});

test("a change is good or bad as the figure says", async () => {
    await makeMockEnv();
    const change = getChange(RESPONSE, RESPONSE.figure, RESPONSE.previous, "business");
    expect(change).toEqual({ text: "-50 %", isBetter: true });
    const rate = { kind: "rate", higher_is_better: false };
    expect(getChange(rate, { value: 30 }, { value: 20 })).toEqual({
        text: "+10 points",
        isBetter: false,
    });
    expect(getChange(rate, { value: null }, { value: 20 })).toBe(null);
});

test("cards show the value, how many, and hide what is too small", async () => {
    await openDashboard();
    expect(queryAllTexts(".o_support_card_value")).toEqual(["2 h", "–"]);
    expect(queryText("[data-key=reopen_rate]")).toInclude("Fewer than 5");
    expect(queryText("[data-key=reopen_rate]")).toInclude("1 of 3");
    expect(queryText("[data-key=reopen_rate] .o_support_card_goal")).toBe("Goal: 10 %");
    expect("[data-key=first_response] .text-success").toHaveText("-50 %");

    await contains("button:contains(Round the clock)").click();
    expect(queryAllTexts(".o_support_card_value")).toEqual(["5 h", "–"]);
});

test("parts are bars; one that is too small says so", async () => {
    await openDashboard();
    expect(queryAllTexts(".o_support_bar").map((text) => text.replace(/\s+/g, " "))).toEqual([
        "E-mail 2 h · n = 8",
        "Phone too few to show · n = 2",
        "None too few to show · n = 1",
    ]);
    expect(".o_support_dashboard_detail").toHaveText(/the curve has a gap/);
});

test("filters ask anew", async () => {
    const asked = await openDashboard();
    await contains("select[name=team]").select("4");
    await animationFrame();
    expect(asked.length).toBe(2);
    expect(asked[1].team_ids).toEqual([4]);
});

test("what takes long is filled in afterwards", async () => {
    const [first, second] = BOARD.cards;
    const cards = [first, { ...second, figure: false, previous: false }];
    const counted = new Deferred();
    onRpc("support.metric", "get_cards", async ({ args }) => {
        expect.step(args[0].join());
        await counted;
        return [second];
    });
    await openDashboard({ ...BOARD, cards });
    expect.verifySteps(["reopen_rate"]);
    expect(queryAllTexts(".o_support_card_value")).toEqual(["2 h", "…"]);
    expect("[data-key=reopen_rate]").toHaveText(/being counted/);
    counted.resolve();
    await animationFrame();
    expect(queryAllTexts(".o_support_card_value")).toEqual(["2 h", "–"]);
    expect(queryText("[data-key=reopen_rate]")).toInclude("1 of 3");
});

test("a click leads to the tickets behind", async () => {
    const opened = [];
    onRpc("support.metric", "get_tickets_action", ({ args }) => {
        opened.push([args[0], args[1].channel_ids]);
        return { type: "ir.actions.act_window_close" };
    });
    await openDashboard();
    await contains("[data-key=reopen_rate] .o_support_card_tickets").click();
    await contains(".o_support_bar:first").click();
    await animationFrame();
    expect(opened).toEqual([
        ["reopen_rate", []],
        ["first_response", [1]],
    ]);
});

test("an empty period says what to do", async () => {
    const cards = BOARD.cards.map((card) => ({ ...card, figure: EMPTY, previous: EMPTY }));
    await openDashboard({ ...BOARD, cards });
    expect(".o_support_dashboard_empty").toHaveText(/Choose\s+other days/);
    expect(".o_support_card").toHaveCount(0);
});
