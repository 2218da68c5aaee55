from odoo import models


class DisputeSettlementFollowMixin(models.AbstractModel):
    """What a settlement books is no change behind the back of its case, and needs invoices
    that can be paid.
    """

    _name = "dispute.settlement.follow.mixin"
    _description = "Dispute Settlement and Accounting"

    def _execute(self, date=None, at=None):
        # Freed for who may execute: below that is checked, and what they may not is undone.
        moves = self.line_ids.dispute_line_id.sudo().move_id
        moves._dispute_unblock()
        res = super()._execute(date=date, at=at)
        self.case_id._forget_accounting()
        moves._dispute_forget_paid()
        self.case_id._sync_block()
        moves._dispute_follow_share()
        return res
