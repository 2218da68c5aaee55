from odoo import api, fields, models


class DisputeOpenLine(models.TransientModel):
    """How much of one invoice, or of one of its lines, is disputed."""

    _name = "dispute.open.line"
    _description = "Open a Dispute: Line"

    open_id = fields.Many2one("dispute.open", required=True, ondelete="cascade")
    move_id = fields.Many2one("account.move", string="Invoice", required=True)
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Invoice Line",
        domain="[('move_id', '=', move_id), ('display_type', '=', 'product')]",
        help="Empty: the whole invoice.",
    )
    quantity = fields.Float(digits="Product Unit")
    currency_id = fields.Many2one(related="move_id.currency_id")
    amount_total = fields.Monetary(string="Total", related="move_id.amount_total")
    amount_residual = fields.Monetary(string="Owed", related="move_id.amount_residual")
    amount_disputable = fields.Monetary(string="Disputable", compute="_compute_amount_disputable")
    amount = fields.Monetary(string="Claim", help="Taxes included.")

    @api.depends("move_id")
    def _compute_amount_disputable(self):
        disputable = self.move_id._origin._dispute_get_disputable_amounts()
        for line in self:
            line.amount_disputable = disputable.get(line.move_id._origin, 0)

    @api.onchange("move_line_id")
    def _onchange_move_line_id(self):
        for line in self.filtered("move_line_id"):
            line.quantity = line.move_line_id.quantity
            line.amount = min(line.move_line_id.price_total, line.amount_disputable)

    def _prepare_dispute_line_values(self):
        """:return: values of the `dispute.line`; override to add fields"""
        self.ensure_one()
        return {
            "move_id": self.move_id.id,
            "move_line_id": self.move_line_id.id,
            "quantity": self.quantity,
            "amount": self.amount,
        }
