{
    "name": "Support: a carrier for tests",
    "summary": "A carrier that makes return labels, or fails to, for the tests only",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "Customer Support contributors",
    "license": "LGPL-3",
    "depends": ["customer_support"],
}
