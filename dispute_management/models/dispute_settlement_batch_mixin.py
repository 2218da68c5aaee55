from odoo import fields, models


class DisputeSettlementBatchMixin(models.AbstractModel):
    """A settlement that is one of many decided in one go."""

    _name = "dispute.settlement.batch.mixin"
    _description = "Dispute Settlement of a Batch"

    batch_id = fields.Many2one(
        "dispute.settlement.batch", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )

    def _get_tested_amounts(self):
        # The total of a batch counts for each of it, however it is carried out or proposed again.
        batch = self.sudo().batch_id.settlement_ids.filtered(lambda item: item.state != "cancelled")
        return super(DisputeSettlementBatchMixin, self | batch.with_env(self.env))._get_tested_amounts()
