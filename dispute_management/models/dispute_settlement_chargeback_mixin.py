from odoo import models


class DisputeSettlementChargebackMixin(models.AbstractModel):
    """Settlements of chargebacks: the scheme has decided, and tells the customer itself."""

    _name = "dispute.settlement.chargeback.mixin"
    _description = "Settling Chargebacks"

    def _needs_consent(self):
        return not self.case_id.chargeback_state and super()._needs_consent()

    def _informs(self):
        # The customer hears of the outcome from the scheme that they asked.
        return not self.case_id.chargeback_state and super()._informs()

    def _get_kind_words(self):
        return {**super()._get_kind_words(), "chargeback": self.env._("Taken back by your bank or card")}
