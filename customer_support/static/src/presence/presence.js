import { Component, onWillDestroy, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";

import { Chatter } from "@mail/chatter/web_portal/chatter";
import { browser } from "@web/core/browser/browser";
import { useService } from "@web/core/utils/hooks";

const REPORT_EVERY = 20000;
const BUS_MESSAGE = "support.ticket/presence";

/** Who else reads or writes here, and a warning when a message has come in meanwhile. */
export class SupportPresence extends Component {
    static template = "customer_support.Presence";
    static props = ["ticketId", "getText?"];

    setup() {
        this.orm = useService("orm");
        this.bus = useService("bus_service");
        this.state = useState({ others: [], news: "" });
        this.lastMessageId = 0;
        this.onNews = ({ ticket_id }) => {
            if (ticket_id === this.props.ticketId) {
                this.report();
            }
        };
        this.bus.subscribe(BUS_MESSAGE, this.onNews);
        this.timer = browser.setInterval(() => this.report(), REPORT_EVERY);
        onWillStart(() => void this.report());
        onWillUpdateProps((next) => {
            if (next.ticketId !== this.props.ticketId) {
                this.lastMessageId = 0;
                Object.assign(this.state, { others: [], news: "" });
                void this.report(next.ticketId);
            }
        });
        onWillDestroy(() => {
            browser.clearInterval(this.timer);
            this.bus.unsubscribe(BUS_MESSAGE, this.onNews);
        });
    }

    async report(ticketId = this.props.ticketId) {
        const doing = this.props.getText?.() ? "writing" : "reading";
        let answer;
        try {
            answer = await this.orm.silent.call("support.ticket", "report_presence", [
                [ticketId],
                doing,
                this.lastMessageId,
            ]);
        } catch {
            // Nobody is kept from work because this could not be asked.
            return;
        }
        this.state.others = answer.others;
        this.state.news = answer.news || this.state.news;
        this.lastMessageId ||= answer.last_message_id;
    }

    onClickSeen() {
        this.lastMessageId = 0;
        this.state.news = "";
        return this.report();
    }
}

Object.assign(Chatter.components, { SupportPresence });
