import { _t } from "@web/core/l10n/translation";
import { SIZES } from "@web/core/ui/ui_service";
import { registry } from "@web/core/registry";
import { FormCompiler } from "@web/views/form/form_compiler";
import { FormRenderer } from "@web/views/form/form_renderer";
import { formView } from "@web/views/form/form_view";
import { StatusBarButtons } from "@web/views/form/status_bar_buttons/status_bar_buttons";

const MORE_CLASS = "o_support_more";

/** Marks the buttons of the header that stand below "More" (class `o_support_more`). */
export class SupportTicketFormCompiler extends FormCompiler {
    compileHeader() {
        const statusBar = super.compileHeader(...arguments);
        for (const slot of statusBar.querySelectorAll("StatusBarButtons > t")) {
            const className = slot.firstElementChild?.getAttribute("className") || "";
            slot.setAttribute("isMore", className.includes(MORE_CLASS));
        }
        return statusBar;
    }
}

/**
 * The buttons that are used all day, and the others below "More". A phone shows the
 * first one and all others below its own button, as every form does.
 */
export class SupportStatusBarButtons extends StatusBarButtons {
    static template = "customer_support.StatusBarButtons";

    get moreLabel() {
        return _t("More");
    }

    getSlotNames(isMore) {
        return this.visibleSlotNames.filter(
            (name) => Boolean(this.props.slots[name].isMore) === isMore
        );
    }
}

/**
 * The conversation is the largest thing: it stands beside the sheet from a small
 * laptop on, not only on very wide screens, and a new ticket has none yet.
 */
export class SupportTicketFormRenderer extends FormRenderer {
    static components = {
        ...FormRenderer.components,
        StatusBarButtons: SupportStatusBarButtons,
    };

    mailLayout(hasAttachmentContainer) {
        if (!this.props.record.resId) {
            return "NONE";
        }
        const layout = super.mailLayout(hasAttachmentContainer);
        if (layout === "BOTTOM_CHATTER" && this.uiService.size >= SIZES.LG) {
            return "SIDE_CHATTER";
        }
        return layout;
    }
}

registry.category("views").add("support_ticket_form", {
    ...formView,
    Compiler: SupportTicketFormCompiler,
    Renderer: SupportTicketFormRenderer,
});
