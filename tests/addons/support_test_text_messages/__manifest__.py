{
    "name": "Support: text messages for tests",
    "summary": "Mailings by text message, which the addons only meet where they are",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "Customer Support contributors",
    "license": "LGPL-3",
    "depends": ["mass_mailing_sms"],
}
