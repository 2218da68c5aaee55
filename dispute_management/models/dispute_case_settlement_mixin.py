from odoo import fields, models
from odoo.fields import Domain


class DisputeCaseSettlementMixin(models.AbstractModel):
    """How a case is settled, and by which credit notes."""

    _name = "dispute.case.settlement.mixin"
    _description = "Dispute Settling"

    settlement_ids = fields.One2many(
        "dispute.settlement", "case_id", readonly=True, groups="dispute_management.group_dispute_viewer"
    )
    credit_note_count = fields.Integer(
        compute="_compute_credit_note_count", groups="dispute_management.group_dispute_viewer"
    )

    def _compute_credit_note_count(self):
        groups = self.env["account.move"]._read_group(
            self._get_credit_note_domain(), ["dispute_case_id"], ["__count"]
        )
        counts = {case.id: count for case, count in groups}
        for case in self:
            case.credit_note_count = counts.get(case.id, 0)

    # Actions

    def action_view_credit_notes(self):
        """:return: action on the credit notes that settled these cases"""
        credit_notes = self.env["account.move"].search(self._get_credit_note_domain())
        return credit_notes._get_records_action(name=self.env._("Credit Notes"))

    def _get_credit_note_domain(self):
        return Domain("dispute_case_id", "in", self.ids) & Domain("move_type", "=", "out_refund")
