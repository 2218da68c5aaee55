{
    "name": "Test Dispute Suite with Sales",
    "version": "19.0.1.0.0",
    "summary": "Tests of what disputes take from sales and stock, where these are installed",
    "category": "Hidden/Tests",
    "author": "Dispute Suite",
    "license": "LGPL-3",
    "depends": ["dispute_management", "sale_stock"],
}
