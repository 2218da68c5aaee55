from odoo import models


class DisputeReceivable(models.Model):
    """Its sums on the dashboard are in one currency, as those of disputes are."""

    _name = "dispute.receivable"
    _inherit = ["dispute.receivable", "dispute.report.currency.mixin"]
