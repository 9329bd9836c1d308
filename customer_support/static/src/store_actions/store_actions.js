import { Component } from "@odoo/owl";

import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** How many actions stand beside each other; the others are below "More". */
const BUTTONS = 4;

/**
 * What can be done in the store for a ticket, one button each. What is impossible now
 * is grey and says why.
 */
export class StoreActions extends Component {
    static template = "customer_support.StoreActions";
    static components = { Dropdown, DropdownItem };
    static props = { ...standardFieldProps };

    get choices() {
        return this.props.record.data[this.props.name] || [];
    }

    get buttons() {
        return this.choices.slice(0, BUTTONS);
    }

    get others() {
        return this.choices.slice(BUTTONS);
    }

    /** Open the window of an action as a button of the form does: the form is saved. */
    open(choice) {
        const { record } = this.props;
        if (choice.problem) {
            return;
        }
        return this.env.onClickViewButton({
            clickParams: {
                type: "object",
                name: "action_open_store_action",
                context: { support_action_kind: choice.kind },
            },
            getResParams: () => ({
                context: record.context,
                evalContext: record.evalContext,
                resModel: record.resModel,
                resId: record.resId,
                resIds: record.resIds,
            }),
        });
    }
}

export const storeActions = {
    component: StoreActions,
    supportedTypes: ["json"],
};

registry.category("fields").add("support_store_actions", storeActions);
