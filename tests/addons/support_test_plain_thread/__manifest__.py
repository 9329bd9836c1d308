{
    "name": "Test: plain thread",
    "summary": "A bare mail.thread model: the floor of the benchmark",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "Customer Support contributors",
    "category": "Hidden/Tests",
    "depends": ["mail"],
    "data": ["security/ir.model.access.csv"],
}
