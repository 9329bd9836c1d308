import { SIZES } from "@web/core/ui/ui_service";
import { registry } from "@web/core/registry";
import { FormRenderer } from "@web/views/form/form_renderer";
import { formView } from "@web/views/form/form_view";

/**
 * The conversation is the largest thing: it stands beside the sheet from a small
 * laptop on, not only on very wide screens, and a new ticket has none yet.
 */
export class SupportTicketFormRenderer extends FormRenderer {
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
    Renderer: SupportTicketFormRenderer,
});
