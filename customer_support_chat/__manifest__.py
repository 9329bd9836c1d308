{
    "name": "Customer Support Chat",
    "summary": "Live chat, chatbot, messaging and social networks as support tickets",
    "version": "19.0.1.0.0",
    "category": "Services/Support",
    "author": "Customer Support contributors",
    "license": "LGPL-3",
    "depends": ["customer_support", "website_livechat"],
    "data": [
        "security/ir.model.access.csv",
        "security/support_chat_rules.xml",
        "security/support_bot_rules.xml",
        "data/support_channel_data.xml",
        "data/support_cron_data.xml",
        "data/support_chat_cron_data.xml",
        "data/chatbot_script_data.xml",
        "wizard/mail_compose_message_views.xml",
        "wizard/support_answer_review_views.xml",
        "wizard/support_send_template_views.xml",
        "views/support_channel_views.xml",
        "views/support_channel_bot_views.xml",
        "views/support_channel_event_views.xml",
        "views/support_message_template_views.xml",
        "views/im_livechat_channel_views.xml",
        "views/chatbot_script_views.xml",
        "views/support_ticket_views.xml",
        "views/support_ticket_livechat_views.xml",
        "views/support_ticket_review_views.xml",
    ],
    "uninstall_hook": "uninstall_hook",
    "assets": {
        "web.assets_backend": [
            "customer_support_chat/static/src/backend/**/*",
        ],
        "im_livechat.assets_embed_core": [
            "customer_support_chat/static/src/embed/**/*",
        ],
        # The test page of the chat window holds none of the back office.
        "im_livechat.embed_assets_unit_tests_setup": [
            ("remove", "customer_support_chat/static/src/backend/**/*"),
        ],
        "im_livechat.embed_assets_unit_tests": [
            "customer_support_chat/static/tests/embed/**/*",
        ],
        "web.assets_unit_tests": [
            "customer_support_chat/static/tests/**/*",
            ("remove", "customer_support_chat/static/tests/embed/**/*"),
        ],
    },
}
