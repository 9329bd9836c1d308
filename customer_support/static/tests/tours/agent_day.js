import { registry } from "@web/core/registry";

/** Take a case by key, answer with a macro in two clicks, solve it by key. */
registry.category("web_tour.tours").add("support_agent_day", {
    steps: () => [
        {
            content: "the case that is due first stands first",
            trigger: ".o_data_row:first-child .o_data_cell[name=name]:contains(Where is my lamp)",
            run: "click",
        },
        {
            content: "the composer stands ready beside the customer's words",
            trigger: ".o-mail-Chatter:has(.o-mail-Composer) .o-mail-Message:contains(Ana Souza)",
        },
        {
            content: "take the case with Alt+T",
            trigger: "button[name=action_take]",
            run: "press Alt+t",
        },
        {
            content: "the case is mine, and a macro is one click away",
            trigger:
                ".o_form_view:not(:has(button[name=action_take])) .o_support_macro_bar button:contains(Tour answer)",
            run: "click",
        },
        {
            content: "the answer is shown with its values",
            trigger: ".modal .o_field_html:contains(Hello Ana)",
        },
        {
            trigger: ".modal button[name=action_send]",
            run: "click",
        },
        {
            content: "the answer stands in the conversation, and we wait",
            trigger: ".o_form_view:not(:has(button[name=action_wait]))",
        },
        {
            trigger: ".o-mail-Message:contains(Hello Ana)",
        },
        {
            content: "solve the case with Alt+O",
            trigger: "button[name=action_close]",
            run: "press Alt+o",
        },
        {
            trigger: "button[name=action_reopen]",
        },
    ],
});
