{
    "name": "Customer Support Metrics",
    "summary": "Surveys, response and resolution times, goals and dashboards",
    "version": "19.0.1.0.0",
    "category": "Services/Support",
    "author": "Customer Support contributors",
    "license": "LGPL-3",
    "depends": ["customer_support", "survey", "mass_mailing"],
    "data": [
        "security/ir.model.access.csv",
        "security/support_metric_rules.xml",
        "data/support_metric_cron_data.xml",
        "views/support_ticket_report_views.xml",
        "views/support_goal_views.xml",
        "views/support_metric_menus.xml",
        "views/digest_views.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "customer_support_metrics/static/src/**/*",
        ],
        "web.assets_unit_tests": [
            "customer_support_metrics/static/tests/**/*",
        ],
    },
}
