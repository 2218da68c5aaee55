from odoo import api, models


class ReportStatement(models.AbstractModel):
    """The resolution statement from the *Print* menu of a settlement, in the customer's language."""

    _name = "report.dispute_management.report_statement"
    _description = "Print of a Resolution Statement"

    @api.model
    def _get_report_values(self, docids, data=None):
        settlements = self.env["dispute.settlement"].browse(docids)
        settlements.check_access("read")
        return {
            "docs": [settlement._in_customer_language() for settlement in settlements],
            "get_values": lambda doc: doc._get_statement_values(),
        }
