from odoo import fields, models


class SettlementDecline(models.TransientModel):
    """Note that the customer declined an offer in another way than on its page."""

    _name = "settlement.decline"
    _description = "Decline an Offer"
    _inherit = ["dispute.wizard.mixin"]

    settlement_id = fields.Many2one("dispute.settlement", required=True)
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    counter_amount = fields.Monetary(
        string="They ask for", help="In all, taxes included. Empty: they name no amount."
    )
    text = fields.Text(string="What they say")

    def action_decline(self):
        """Note what the customer said: the case is ours again."""
        self.ensure_one()
        settlement = self.settlement_id
        settlement._check_workable()
        by = settlement._get_recorder()
        if self.counter_amount:
            settlement._counter_offer(by, self.counter_amount, self.text or "")
        else:
            settlement._decline_offer(by, self.text)
        return {"type": "ir.actions.act_window_close"}
