from odoo import api, fields, models
from odoo.exceptions import ValidationError


class DisputeSettlementItem(models.Model):
    """One invoice line in a settlement: what of it is credited, or how it is invoiced again."""

    _name = "dispute.settlement.item"
    _description = "Dispute Settlement: Invoice Line"
    _inherit = ["dispute.settlement.item.mixin"]
    _order = "line_id, id"

    line_id = fields.Many2one("dispute.settlement.line", required=True, index=True, ondelete="cascade")
    case_id = fields.Many2one(related="line_id.case_id", store=True, precompute=True)
    company_id = fields.Many2one(related="line_id.company_id", store=True, precompute=True)

    @api.constrains("line_id", "move_line_id")
    def _check_invoice(self):
        for item in self:
            if item.move_line_id.move_id != item.line_id.dispute_line_id.move_id:
                raise ValidationError(
                    self.env._(
                        "%(line)s is no line of %(invoice)s.",
                        line=item.move_line_id.display_name,
                        invoice=item.line_id.dispute_line_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items.line_id.settlement_id._check_unexecuted(True)
        items.line_id.settlement_id._note_change()
        return items

    def write(self, vals):
        self.line_id.settlement_id._check_unexecuted(True)
        res = super().write(vals)
        self.line_id.settlement_id._note_change()
        return res

    def unlink(self):
        settlements = self.line_id.settlement_id
        settlements._check_unexecuted(True)
        res = super().unlink()
        settlements.exists()._note_change()
        return res
