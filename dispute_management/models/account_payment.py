from odoo import fields, models


class AccountPayment(models.Model):
    _name = "account.payment"
    _inherit = ["account.payment", "dispute.core.facts.mixin"]

    _dispute_facts = frozenset({"dispute_case_id"})

    dispute_case_id = fields.Many2one(
        "dispute.case",
        string="Settles Dispute",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="The dispute that this refund was paid for.",
    )

    def _generate_journal_entry(self, write_off_line_vals=None, force_balance=None, line_ids=None):
        res = super()._generate_journal_entry(write_off_line_vals, force_balance, line_ids)
        for case, payments in self.filtered("dispute_case_id").grouped("dispute_case_id").items():
            # A fact that only the suite writes: its entry tells of the same dispute.
            payments.move_id.sudo().dispute_case_id = case
        return res
