import { describe, expect, test } from "@odoo/hoot";
import {
    advanceTime,
    animationFrame,
    queryAllTexts,
    queryText,
} from "@odoo/hoot-dom";
import { mockDate } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    MockServer,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { waitForChannels } from "@bus/../tests/bus_test_helpers";
import { WebClient } from "@web/webclient/webclient";

import { SECOND_LOOK } from "@customer_support_metrics/live/live_board";

describe.current.tags("desktop");
defineMailModels();

const TEAM = {
    ...{ id: 4, name: "Store support", open: 9, waiting: 3, unassigned: 2 },
    ...{ late: 1, at_risk: 0, waiting_since: "2026-03-02 12:15:00" },
    ...{ chats_waiting: 1, chats_running: 2, chat_since: "2026-03-02 12:58:00" },
};
const RETURNS = {
    ...{ id: 5, name: "Returns", open: 2, waiting: 1, unassigned: 0 },
    ...{ late: 0, at_risk: 1, waiting_since: "2026-03-02 11:30:00" },
    ...{ chats_waiting: 0, chats_running: 0, chat_since: false },
};
const BOARD = {
    now: "2026-03-02 13:00:00",
    next_change_at: false,
    teams: [TEAM, RETURNS],
    oldest: [
        {
            ...{ id: 7, number: "1007", team: "Returns", agent: "", reason: "Refund" },
            ...{ waiting_since: "2026-03-02 11:30:00", deadline: "late" },
        },
    ],
    agents: [
        { id: 1, name: "Bia", open: 4, limit: 5, state: "available" },
        { id: 2, name: "Caio", open: 1, limit: 0, state: "absent" },
    ],
    has_chat: true,
};

async function openBoard(board = BOARD) {
    mockDate("2026-03-02 13:00:00", +0);
    const looks = [];
    onRpc("support.live", "get_board", () => {
        looks.push(looks.length);
        return board;
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "customer_support_metrics.live_board",
    });
    await animationFrame();
    return looks;
}

function tell() {
    MockServer.env["bus.bus"]._sendone("support_live", "support.live/changed", { team_id: 4 });
}

test("what the teams have to do is summed up, with the longest wait", async () => {
    await openBoard();
    expect(queryAllTexts(".o_support_live_value")).toEqual([
        ...["4", "1.5 h", "2", "1", "1", "1", "2"],
    ]);
    expect(queryText("[data-key=chats_waiting] small")).toBe("2 min");
    expect(".o_support_live_team").toHaveCount(2);
    expect(queryText(".o_support_live_ticket").replace(/\s+/g, " ")).toBe(
        "1.5 h #1007 · Returns · Refund Late Unassigned"
    );
    expect(queryAllTexts(".o_support_live_agent .badge")).toEqual(["Available", "Away"]);
});

test("without the addon of chats nothing is said of them", async () => {
    await openBoard({ ...BOARD, has_chat: false });
    expect(".o_support_live_value").toHaveCount(5);
    expect(".o_support_live_page").not.toHaveText(/Chats/);
});

test("a notice makes it look twice, and no timer makes it ask", async () => {
    const looks = await openBoard();
    await waitForChannels(["support_live"]);
    await advanceTime(10 * 60 * 1000);
    expect(looks.length).toBe(1);
    expect(queryText("[data-key=longest] .o_support_live_value")).toBe("1.7 h");
    tell();
    tell();
    await advanceTime(100);
    expect(looks.length).toBe(2);
    await advanceTime(SECOND_LOOK);
    // Told twice: the second notice may hide later changes too.
    expect(looks.length).toBe(3);
    await advanceTime(SECOND_LOOK);
    expect(looks.length).toBe(4);
    await advanceTime(10 * SECOND_LOOK);
    expect(looks.length).toBe(4);
});

test("a deadline that passes makes it look", async () => {
    const looks = await openBoard({ ...BOARD, next_change_at: "2026-03-02 13:02:00" });
    await advanceTime(119 * 1000);
    expect(looks.length).toBe(1);
    await advanceTime(3000);
    expect(looks.length).toBe(2);
});

test("a lost connection is told with the age of the figures", async () => {
    await openBoard();
    expect(".o_support_live_page [role=alert]").toHaveCount(0);
    getService("bus_service").trigger("BUS:DISCONNECT");
    await animationFrame();
    expect(".o_support_live_page [role=alert]").toHaveText(/No connection/);
    getService("bus_service").trigger("BUS:RECONNECT");
    await animationFrame();
    expect(".o_support_live_page [role=alert]").toHaveCount(0);
});

test("a number leads to the team's tickets", async () => {
    const opened = [];
    onRpc("support.team", "action_view_late_tickets", ({ args }) => {
        opened.push(args[0]);
        return { type: "ir.actions.act_window_close" };
    });
    await openBoard();
    await contains(".o_support_live_team:first button:contains(late)").click();
    expect(opened).toEqual([[4]]);
});

test("who has no team, and whom nobody waits for, are told so", async () => {
    await openBoard({ ...BOARD, teams: [], oldest: [], agents: [] });
    expect(".o_support_live_empty").toHaveText(/in no team yet/);
});

test("nobody waits", async () => {
    await openBoard({ ...BOARD, oldest: [] });
    expect(".o_support_live_nobody").toHaveText(/Nobody waits/);
});
