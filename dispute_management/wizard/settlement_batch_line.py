from odoo import fields, models


class SettlementBatchLine(models.TransientModel):
    """What becomes of one case when many are settled."""

    _name = "settlement.batch.line"
    _description = "Settle Many Disputes: Line"
    _inherit = ["dispute.wizard.mixin"]

    wizard_id = fields.Many2one("settlement.batch", required=True, ondelete="cascade")
    case_id = fields.Many2one("dispute.case", required=True, readonly=True)
    partner_id = fields.Many2one(related="case_id.partner_id")
    currency_id = fields.Many2one(related="case_id.currency_id")
    amount_open = fields.Monetary(related="case_id.amount_open")
    note = fields.Char(string="Left out because", readonly=True)
