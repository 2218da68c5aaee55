from odoo import fields, models


class DisputeSettlementPolicyMixin(models.AbstractModel):
    """A settlement and the refund terms: what is given keeps the terms that judged it."""

    _name = "dispute.settlement.policy.mixin"
    _description = "Dispute Refund Terms of a Settlement"

    is_by_policy = fields.Boolean(
        string="By the refund terms",
        readonly=True,
        copy=False,
        help="Proposed by itself, because the refund terms accept it.",
    )

    def _propose(self):
        # Whoever may propose: by which terms a case was judged is its fact.
        self.case_id._keep_judgement()
        return super()._propose()
