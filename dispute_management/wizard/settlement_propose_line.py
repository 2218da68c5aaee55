from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SettlementProposeLine(models.TransientModel):
    """How much of one disputed line is settled."""

    _name = "settlement.propose.line"
    _description = "Settle a Dispute: Line"

    propose_id = fields.Many2one("settlement.propose", required=True, ondelete="cascade")
    dispute_line_id = fields.Many2one("dispute.line", string="Disputed", required=True, readonly=True)
    currency_id = fields.Many2one(related="dispute_line_id.currency_id")
    amount_open = fields.Monetary(related="dispute_line_id.amount_open")
    amount = fields.Monetary(string="Settle", help="Taxes included.")

    @api.constrains("amount")
    def _check_amount(self):
        for line in self:
            if line.currency_id.compare_amounts(line.amount, 0) < 0:
                raise ValidationError(
                    self.env._(
                        "%s: the amount to settle can't be negative.",
                        line.dispute_line_id.display_name,
                    )
                )
