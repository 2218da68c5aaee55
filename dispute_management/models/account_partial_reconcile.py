from odoo import api, fields, models


class AccountPartialReconcile(models.Model):
    _name = "account.partial.reconcile"
    _inherit = ["account.partial.reconcile", "dispute.core.facts.mixin"]

    _dispute_facts = frozenset({"dispute_settlement_line_id"})

    dispute_settlement_line_id = fields.Many2one(
        "dispute.settlement.line",
        string="Settles Dispute",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The settlement that matched a payment or credit the customer had.",
    )

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
