from odoo import models


class DisputeSettlementPayByMixin(models.AbstractModel):
    """The letter about a refusal says by when what was refused is to be paid."""

    _name = "dispute.settlement.pay.by.mixin"
    _description = "Pay-by Date in Letters"

    def _get_refused_words(self):
        day = self.case_id.date_pay_by
        if not day:
            return super()._get_refused_words()
        return self.env._("Please pay what is not accepted and not paid yet by %s.", self._format_day(day))
