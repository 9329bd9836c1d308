{
    "name": "Customer Support Metrics",
    "summary": "Surveys, response and resolution times, goals and dashboards of support",
    "version": "19.0.1.0.0",
    "category": "Services/Support",
    "author": "Customer Support contributors",
    "license": "LGPL-3",
    "depends": ["customer_support", "survey", "mass_mailing"],
    "data": [
        "security/ir.model.access.csv",
    ],
}
