from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._get_dispute_moves()._dispute_accounting_changed()
        return partials

    def unlink(self):
        moves = self._get_dispute_moves()
        res = super().unlink()
        moves.exists()._dispute_accounting_changed()
        return res

    def _get_dispute_moves(self):
        """:return: account.move matched here that disputes know of"""
        return (self.debit_move_id | self.credit_move_id).move_id.filtered(
            lambda move: move.dispute_case_count or move.dispute_case_id
        )
