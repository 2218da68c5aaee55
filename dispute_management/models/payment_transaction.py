from odoo import models
from odoo.fields import Domain


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _update_state(self, allowed_states, target_state, state_message):
        transactions = super()._update_state(allowed_states, target_state, state_message)
        transactions._dispute_follow_refunds()
        return transactions

    def _post_process(self):
        res = super()._post_process()
        self._dispute_follow_refunds()
        return res

    def _dispute_follow_refunds(self):
        """Let settlements follow the refunds that they asked for; other transactions cost nothing."""
        refunds = self.filtered(lambda transaction: transaction.operation == "refund")
        if refunds:
            # A provider's answer comes in for nobody in particular.
            lines = self.env["dispute.settlement.line"].sudo()
            lines.search(Domain("transaction_id", "in", refunds.ids))._follow_transactions()
