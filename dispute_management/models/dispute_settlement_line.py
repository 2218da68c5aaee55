from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: What people settle by.
CHOSEN_KINDS = [
    ("credit_note", "Credit note"),
    ("refund_payment", "Refund by bank payment"),
    ("refund_original_payment", "Refund to the original payment"),
    ("apply_credit", "Apply a payment or credit"),
    ("write_off", "Write off"),
    ("replacement_invoice", "Replacement invoice"),
    ("rejection", "Refuse"),
]

#: And what the outcome of a chargeback settles by.
SETTLEMENT_KINDS = [*CHOSEN_KINDS, ("chargeback", "Lost chargeback")]

#: What approvers decide on: changed afterwards, it is to be approved anew.
APPROVED_FIELDS = {
    "kind",
    "amount",
    "dispute_line_id",
    "item_ids",
    "partner_bank_id",
    "credit_line_id",
    "replacement_partner_id",
    "source_transaction_id",
}

#: What follows from carrying it out.
LINE_FACTS = {
    "amount_credited",
    "amount_invoiced_again",
    "case_id",
    "company_id",
    "date_due",
    "date_refund_sent",
    "move_id",
    "partial_ids",
    "payout_id",
    "refund_message",
    "refund_state",
    "replacement_move_id",
    "transaction_id",
}


class DisputeSettlementLine(models.Model):
    """The amount of one kind allotted to one disputed line."""

    _name = "dispute.settlement.line"
    _description = "Dispute Settlement Line"
    _inherit = [
        "dispute.facts.mixin",
        "dispute.settlement.part.mixin",
        "dispute.settlement.document.mixin",
        "dispute.settlement.reduction.mixin",
        "dispute.settlement.write.off.mixin",
        "dispute.settlement.apply.mixin",
        "dispute.settlement.replacement.mixin",
        "dispute.settlement.payout.mixin",
        "dispute.settlement.provider.mixin",
        "dispute.settlement.line.chargeback.mixin",
    ]
    _check_company_auto = True
    _order = "settlement_id, id"

    settlement_id = fields.Many2one("dispute.settlement", required=True, index=True, ondelete="cascade")
    dispute_line_id = fields.Many2one("dispute.line", required=True, index=True, ondelete="restrict")
    case_id = fields.Many2one(related="settlement_id.case_id", store=True, precompute=True)
    company_id = fields.Many2one(related="settlement_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(related="dispute_line_id.currency_id")
    kind = fields.Selection(SETTLEMENT_KINDS, required=True, default="credit_note")
    amount = fields.Monetary(required=True, help="Taxes included.")
    state = fields.Selection(related="settlement_id.state")
    move_id = fields.Many2one(
        "account.move",
        string="Document",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
        help="The credit note or entry made.",
    )

    _amount_positive = models.Constraint("CHECK(amount > 0)", "The amount to settle must be more than zero.")

    @api.constrains("settlement_id", "dispute_line_id")
    def _check_case(self):
        for line in self:
            if line.dispute_line_id.case_id != line.settlement_id.case_id:
                raise ValidationError(
                    self.env._(
                        "%(line)s belongs to another dispute than %(case)s.",
                        line=line.dispute_line_id.display_name,
                        case=line.settlement_id.case_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.settlement_id._check_unexecuted(True)
        lines.settlement_id._note_change()
        return lines

    def write(self, vals):
        self.settlement_id._check_unexecuted(APPROVED_FIELDS & set(vals))
        res = super().write(vals)
        if APPROVED_FIELDS & set(vals):
            self.settlement_id._note_change()
        return res

    def unlink(self):
        settlements = self.settlement_id
        res = super().unlink()
        settlements.exists()._note_change()
        return res

    @api.model
    def _get_fact_fields(self, creating=False):
        facts = super()._get_fact_fields(creating) | LINE_FACTS
        return facts if creating else facts | {"settlement_id"}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_executed(self):
        self.settlement_id._check_unexecuted(True)

    def _get_company_amount(self):
        """:return: the amount in company currency, at the rate of the disputed document"""
        self.ensure_one()
        rate = self.dispute_line_id._get_company_rate()
        amount = self.amount
        if self.kind == "replacement_invoice":
            # All that is credited takes approval, although most of it is invoiced again.
            amount = max(amount, self._get_amount_invoiced())
        return self.company_id.currency_id.round(amount * rate)
