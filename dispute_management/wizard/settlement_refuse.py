from odoo import fields, models
from odoo.exceptions import UserError


class SettlementRefuse(models.TransientModel):
    """Refuse settlements that wait for approval, with a reason for who proposed them."""

    _name = "settlement.refuse"
    _description = "Refuse a Settlement"
    _inherit = ["dispute.wizard.mixin"]

    settlement_ids = fields.Many2many("dispute.settlement", required=True)
    reason = fields.Text(required=True, help="Whoever proposed it reads this.")

    def action_refuse(self):
        """Return the settlements to draft, with the reason."""
        self.ensure_one()
        if not self.reason.strip():
            raise UserError(self.env._("Say why it is refused."))
        self.settlement_ids._decide("refused", self.reason.strip())
        return {"type": "ir.actions.act_window_close"}
