{
    "name": "Test Dispute Suite with Other Apps",
    "version": "19.0.1.0.0",
    "summary": "Tests of what disputes take from sales, stock, employees and automation rules, where installed",
    "category": "Hidden/Tests",
    "author": "Dispute Suite",
    "license": "LGPL-3",
    "depends": ["dispute_management", "sale_stock", "hr", "base_automation"],
}
