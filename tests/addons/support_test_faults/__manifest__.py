{
    "name": "Support: faults for tests",
    "summary": "Lets workers die at chosen points and mails fail, for the tests only",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Customer Support contributors",
    "license": "LGPL-3",
    "depends": ["customer_support_metrics"],
    "data": ["security/ir.model.access.csv"],
}
