from odoo import api, fields, models


class DisputeOpenLine(models.TransientModel):
    """How much of one invoice, of one of its lines, or of a payment is disputed."""

    _name = "dispute.open.line"
    _description = "Open a Dispute: Line"
    _inherit = ["dispute.wizard.mixin", "dispute.document.amount.mixin"]

    open_id = fields.Many2one("dispute.open", required=True, ondelete="cascade")
    move_id = fields.Many2one("account.move", string="Invoice")
    payment_id = fields.Many2one("account.payment")
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Invoice Line",
        domain="[('move_id', '=', move_id), ('display_type', '=', 'product')]",
        help="Empty: the whole invoice.",
    )
    quantity = fields.Float(
        digits="Product Unit", help="Of the invoice line; the claim follows, taxes included."
    )
    price_unit = fields.Float(
        string="Price claimed",
        digits="Product Price",
        help="What the customer says the unit should have cost; the claim is the difference, taxes included.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    amount = fields.Monetary(string="Claim", help="Taxes included.")

    @api.depends("move_id", "payment_id")
    def _compute_currency_id(self):
        for line in self:
            line.currency_id = line.move_id.currency_id or line.payment_id.currency_id

    @api.onchange("move_line_id")
    def _onchange_move_line_id(self):
        for line in self.filtered("move_line_id"):
            line.quantity = line.move_line_id.quantity
            line.price_unit = 0
            line.amount = min(line.move_line_id._dispute_get_claim(), line.document_disputable)

    @api.onchange("quantity", "price_unit")
    def _onchange_quantity(self):
        for line in self.filtered("move_line_id"):
            price = line.price_unit or None
            claim = line.move_line_id._dispute_get_claim(quantity=line.quantity, price=price)
            line.amount = min(claim, line.document_disputable)

    def _prepare_dispute_line_values(self):
        """:return: values of the `dispute.line`; override to add fields"""
        self.ensure_one()
        return {
            "move_id": self.move_id.id,
            "payment_id": self.payment_id.id,
            "move_line_id": self.move_line_id.id,
            "quantity": self.quantity,
            "amount": self.currency_id.round(self.amount),
        }
