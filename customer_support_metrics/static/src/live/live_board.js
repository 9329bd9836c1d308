import { Component, onWillDestroy, onWillStart, useRef, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { DASH, formatSeconds } from "../dashboard/format";

const BUS_CHANNEL = "support_live";
const BUS_MESSAGE = "support.live/changed";
/**
 * The server tells of a team once in five seconds at most. What changes meanwhile is in
 * the second look.
 */
export const SECOND_LOOK = 6000;
/** How often the times that are shown move on; nothing is asked for then. */
const TICK = 15000;
const LONGEST_TIMER = 24 * 3600 * 1000;

/** Who waits and who works right now; the bus says when to look again. */
export class SupportLiveBoard extends Component {
    static template = "customer_support_metrics.LiveBoard";
    static components = { Layout };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Live");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.bus = useService("bus_service");
        this.rootRef = useRef("root");
        this.state = useState({ board: null, now: 0, isStale: false });
        this.isToldAgain = false;
        this.listen();
        this.ticker = browser.setInterval(() => this.tick(), TICK);
        onWillStart(() => this.load());
        onWillDestroy(() => this.close());
    }

    // --- looking --------------------------------------------------------------------

    listen() {
        this.onNotice = () => this.lookTwice();
        this.onDisconnect = () => (this.state.isStale = true);
        this.onReconnect = () => this.refresh();
        this.bus.subscribe(BUS_MESSAGE, this.onNotice);
        this.bus.addEventListener("BUS:DISCONNECT", this.onDisconnect);
        this.bus.addEventListener("BUS:RECONNECT", this.onReconnect);
        this.bus.addChannel(BUS_CHANNEL);
    }

    close() {
        this.isClosed = true;
        this.bus.unsubscribe(BUS_MESSAGE, this.onNotice);
        this.bus.removeEventListener("BUS:DISCONNECT", this.onDisconnect);
        this.bus.removeEventListener("BUS:RECONNECT", this.onReconnect);
        this.bus.deleteChannel(BUS_CHANNEL);
        browser.clearInterval(this.ticker);
        browser.clearTimeout(this.secondLook);
        browser.clearTimeout(this.nextChange);
    }

    /** Look at once, and again when the server may tell of the team anew. */
    lookTwice() {
        if (this.secondLook) {
            this.isToldAgain = true;
            return;
        }
        this.isToldAgain = false;
        this.secondLook = browser.setTimeout(() => {
            this.secondLook = null;
            if (this.isToldAgain) {
                this.lookTwice();
            } else {
                this.refresh();
            }
        }, SECOND_LOOK);
        this.refresh();
    }

    async refresh() {
        try {
            await this.load();
        } catch {
            // A screen on the wall has nobody who closes an error: it says how old it is.
            this.state.isStale = true;
        }
    }

    async load() {
        const board = await this.orm.silent.call("support.live", "get_board", []);
        if (this.isClosed) {
            return;
        }
        this.serverAhead = deserializeDateTime(board.now).toMillis() - Date.now();
        Object.assign(this.state, { board, isStale: false });
        this.tick();
        this.planNextChange();
    }

    /** A deadline that passes changes the board without anybody doing anything. */
    planNextChange() {
        browser.clearTimeout(this.nextChange);
        const at = this.state.board.next_change_at;
        if (at) {
            const delay = deserializeDateTime(at).toMillis() - this.state.now + 1000;
            this.nextChange = browser.setTimeout(
                () => this.refresh(),
                Math.min(Math.max(delay, 1000), LONGEST_TIMER)
            );
        }
    }

    tick() {
        this.state.now = Date.now() + (this.serverAhead || 0);
    }

    // --- what is shown --------------------------------------------------------------

    get teams() {
        return this.state.board.teams;
    }

    sum(name) {
        return this.teams.reduce((total, team) => total + team[name], 0);
    }

    /** The earliest of some moments, as the server wrote them. */
    earliest(name) {
        return this.teams.map((team) => team[name]).filter(Boolean).sort()[0];
    }

    since(moment) {
        if (!moment) {
            return DASH;
        }
        const seconds = (this.state.now - deserializeDateTime(moment).toMillis()) / 1000;
        return formatSeconds(Math.max(seconds, 0));
    }

    get updatedAt() {
        return deserializeDateTime(this.state.board.now).toLocaleString(
            luxon.DateTime.TIME_WITH_SECONDS
        );
    }

    get tiles() {
        const tiles = [
            { key: "waiting", name: _t("Waiting for us"), value: this.sum("waiting") },
            {
                key: "longest",
                name: _t("Longest wait"),
                value: this.since(this.earliest("waiting_since")),
            },
            { key: "unassigned", name: _t("Unassigned"), value: this.sum("unassigned") },
            {
                key: "at_risk",
                name: _t("At risk"),
                value: this.sum("at_risk"),
                color: this.sum("at_risk") ? "text-warning" : "",
            },
            {
                key: "late",
                name: _t("Late"),
                value: this.sum("late"),
                color: this.sum("late") ? "text-danger" : "",
            },
        ];
        if (this.state.board.has_chat) {
            tiles.push(
                {
                    key: "chats_waiting",
                    name: _t("Chats waiting"),
                    value: this.sum("chats_waiting"),
                    detail: this.earliest("chat_since") && this.since(this.earliest("chat_since")),
                },
                {
                    key: "chats_running",
                    name: _t("Chats in progress"),
                    value: this.sum("chats_running"),
                }
            );
        }
        return tiles;
    }

    get stateLabels() {
        return {
            available: _t("Available"),
            full: _t("Has enough tickets"),
            absent: _t("Away"),
            off: _t("Not on shift"),
        };
    }

    get stateColors() {
        return {
            available: "text-bg-success",
            full: "text-bg-warning",
            absent: "text-bg-secondary",
            off: "text-bg-light",
        };
    }

    get onShiftCount() {
        return this.state.board.agents.filter(({ state }) => ["available", "full"].includes(state))
            .length;
    }

    // --- what people do -------------------------------------------------------------

    async openTeam(team, which) {
        const action = await this.orm.call("support.team", `action_view_${which}_tickets`, [
            [team.id],
        ]);
        await this.action.doAction(action);
    }

    openTicket(ticket) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "support.ticket",
            res_id: ticket.id,
            views: [[false, "form"]],
        });
    }

    async onFullScreen() {
        if (document.fullscreenElement) {
            await document.exitFullscreen();
        } else {
            await this.rootRef.el.requestFullscreen();
        }
    }
}

registry.category("actions").add("customer_support_metrics.live_board", SupportLiveBoard);
