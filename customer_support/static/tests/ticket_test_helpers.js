import { fields, models } from "@web/../tests/web_test_helpers";

/** A ticket with a conversation, as far as composers and chatter ask for it. */
export class SupportTicket extends models.Model {
    _name = "support.ticket";

    name = fields.Char();
    activity_ids = fields.One2many({ relation: "mail.activity" });
    message_ids = fields.One2many({ relation: "mail.message" });
    message_follower_ids = fields.Many2many({ relation: "mail.followers" });

    _message_get_suggested_recipients() {
        return [];
    }

    get_macro_choices() {
        return [];
    }

    report_presence() {
        return { others: [], news: "", last_message_id: 0 };
    }
}
