from odoo import models
from odoo.fields import Domain

from .account_move_line import UNDISPUTED


class PaymentTransaction(models.Model):
    _name = "payment.transaction"
    _inherit = ["payment.transaction", "dispute.transaction.chargeback.mixin"]

    def _update_state(self, allowed_states, target_state, state_message):
        transactions = super()._update_state(allowed_states, target_state, state_message)
        transactions._dispute_follow_refunds()
        return transactions

    def _post_process(self):
        res = super()._post_process()
        self._dispute_follow_refunds()
        return res

    def _create_payment(self, **extra_create_values):
        if self._dispute_is_for_undisputed():
            spared = self.with_context(dispute_matching=UNDISPUTED)
            payment = super(PaymentTransaction, spared)._create_payment(**extra_create_values)
            return payment.with_env(self.env)
        return super()._create_payment(**extra_create_values)

    def _dispute_is_for_undisputed(self):
        """:return: whether this pays what is not in dispute of several invoices

        Odoo would spend the money on the oldest of them, disputed or not.
        """
        invoices = self.invoice_ids
        if len(invoices) < 2 or not any(invoices.mapped("dispute_amount_owed")):
            return False
        undisputed = sum(invoices.mapped("dispute_amount_undisputed"))
        return self.currency_id.compare_amounts(self.amount, undisputed) <= 0

    def _dispute_follow_refunds(self):
        """Let settlements follow the refunds that they asked for; other transactions cost nothing."""
        refunds = self.filtered(lambda transaction: transaction.operation == "refund")
        if refunds:
            # A provider's answer comes in for nobody in particular.
            lines = self.env["dispute.settlement.line"].sudo()
            lines.search(Domain("transaction_id", "in", refunds.ids))._follow_transactions()
