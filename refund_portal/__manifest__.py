{
    "name": "Refund Portal",
    "summary": "Customers dispute an invoice and follow the case online",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Dispute Suite",
    "license": "LGPL-3",
    "depends": ["dispute_management", "portal_rating"],
    "data": [
        "data/mail_template_data.xml",
        "views/dispute_reason_views.xml",
        "views/portal_home_templates.xml",
        "views/dispute_list_templates.xml",
        "views/dispute_page_templates.xml",
        "views/dispute_answer_templates.xml",
        "views/dispute_timeline_templates.xml",
        "views/invoice_templates.xml",
        "views/invoice_dispute_templates.xml",
    ],
    "assets": {
        "web.assets_frontend": [
            "refund_portal/static/src/scss/dispute_portal.scss",
            "refund_portal/static/src/interactions/**/*",
        ],
        "web.assets_tests": ["refund_portal/static/tests/tours/**/*"],
    },
}
