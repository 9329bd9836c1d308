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
        "security/support_bot_rules.xml",
        "data/support_channel_data.xml",
        "data/chatbot_script_data.xml",
        "views/chatbot_script_views.xml",
        "views/support_channel_bot_views.xml",
    ],
    "uninstall_hook": "uninstall_hook",
}
