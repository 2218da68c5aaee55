from odoo import fields, models


class SettlementProposeItem(models.TransientModel):
    """One invoice line in what is proposed: what is credited of it, or how it is invoiced again."""

    _name = "settlement.propose.item"
    _description = "Settle a Dispute: Invoice Line"
    _inherit = ["dispute.wizard.mixin", "dispute.settlement.item.mixin"]

    propose_id = fields.Many2one("settlement.propose", required=True, ondelete="cascade")
