import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";

import { Chatter } from "@mail/chatter/web_portal/chatter";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";

/** The likeliest prepared answers of a ticket, one click away over its conversation. */
export class SupportMacroBar extends Component {
    static template = "customer_support.MacroBar";
    static props = ["ticketId", "record?", "onSent"];

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ macros: [] });
        onWillStart(() => this.load(this.props.ticketId));
        onWillUpdateProps((next) => {
            if (next.ticketId !== this.props.ticketId) {
                return this.load(next.ticketId);
            }
        });
    }

    async load(ticketId) {
        this.state.macros = await this.orm.call("support.ticket", "get_macro_choices", [
            [ticketId],
        ]);
    }

    async onClickMacro(macroId) {
        await this.props.record?.save();
        const action = await this.orm.call("support.ticket", "action_use_macro", [
            [this.props.ticketId],
            macroId,
        ]);
        await this.action.doAction(action, {
            onClose: async () => {
                await this.props.onSent();
                await this.load(this.props.ticketId);
            },
        });
    }
}

Object.assign(Chatter.components, { SupportMacroBar });

patch(Chatter.prototype, {
    /** Show the answer that a macro has sent, and what it changed on the ticket. */
    async onMacroSent() {
        await this.props.record?.load();
        await this.load(this.state.thread, this.requestList.concat("messages"));
    },
});
