{
    "name": "Dispute Reports",
    "summary": "Where disputes come from, how long they take and what they cost",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Dispute Suite",
    "license": "LGPL-3",
    "depends": ["dispute_management", "spreadsheet_dashboard"],
    "external_dependencies": {"python": ["xlsxwriter"]},
    "data": [
        "security/ir.model.access.csv",
        "security/dispute_report_security.xml",
        "report/dispute_report_views.xml",
        "wizard/dispute_workbook_views.xml",
        "views/dispute_reports_menus.xml",
    ],
    "assets": {
        "web.assets_backend": ["dispute_reports/static/src/**/*"],
        "web.assets_tests": ["dispute_reports/static/tests/tours/**/*"],
    },
}
