{
    "name": "Test Dispute Suite",
    "version": "19.0.1.0.0",
    "summary": "Tests across the addons of the dispute suite",
    "category": "Hidden/Tests",
    "author": "Dispute Suite",
    "license": "LGPL-3",
    "depends": [
        "dispute_management",
        "refund_portal",
        "dispute_reports",
        "payment_demo",
        "rpc",
    ],
}
