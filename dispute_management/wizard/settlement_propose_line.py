from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..models.dispute_settlement_line import CHOSEN_KINDS


class SettlementProposeLine(models.TransientModel):
    """How much of one disputed line is settled, and by what."""

    _name = "settlement.propose.line"
    _description = "Settle a Dispute: Line"
    _inherit = ["dispute.wizard.mixin"]

    propose_id = fields.Many2one("settlement.propose", required=True, ondelete="cascade")
    case_id = fields.Many2one(related="propose_id.case_id")
    dispute_line_id = fields.Many2one(
        "dispute.line",
        string="Disputed",
        required=True,
        domain="[('case_id', '=', case_id)]",
    )
    currency_id = fields.Many2one(related="dispute_line_id.currency_id")
    amount_open = fields.Monetary(related="dispute_line_id.amount_open")
    kind = fields.Selection(
        CHOSEN_KINDS,
        string="By",
        required=True,
        compute="_compute_kind",
        store=True,
        readonly=False,
        precompute=True,
    )
    amount = fields.Monetary(
        string="Settle", compute="_compute_amount", store=True, readonly=False, help="Taxes included."
    )
    credit_line_id = fields.Many2one(
        "account.move.line", string="Payment or credit", domain="[('id', 'in', credit_line_ids)]"
    )
    credit_line_ids = fields.Many2many("account.move.line", compute="_compute_credit_line_ids")

    @api.depends("propose_id.kind")
    def _compute_kind(self):
        for line in self:
            if line.propose_id.kind != "mixed":
                line.kind = line.propose_id.kind
            line.kind = line.kind or "credit_note"

    @api.depends("dispute_line_id", "propose_id.item_ids.amount", "propose_id.is_by_line")
    def _compute_amount(self):
        for line in self:
            wizard = line.propose_id
            if wizard.is_by_line and line.kind != "replacement_invoice":
                line.amount = line._get_items()._get_total()
            elif not line.amount or wizard.is_by_line:
                # What the other lines of the proposal leave of what is disputed.
                others = (wizard.line_ids - line).filtered(
                    lambda other, line=line: other.dispute_line_id == line.dispute_line_id
                )
                line.amount = max(0, line.amount_open - sum(others.mapped("amount")))

    @api.depends("dispute_line_id")
    def _compute_credit_line_ids(self):
        for line in self:
            line.credit_line_ids = self.env["dispute.settlement.line"]._get_credits(line.dispute_line_id)

    @api.constrains("amount")
    def _check_amount(self):
        for line in self:
            if line.currency_id.compare_amounts(line.amount, 0) < 0:
                raise ValidationError(
                    self.env._(
                        "%s: the amount to settle can't be negative.",
                        line.dispute_line_id.display_name,
                    )
                )

    def _get_items(self):
        """:return: settlement.propose.item on the invoice of this line"""
        self.ensure_one()
        return self.propose_id.item_ids.filtered(
            lambda item: item.move_line_id.move_id == self.dispute_line_id.move_id
        )

    def _prepare_settlement_line_values(self):
        """:return: values of the `dispute.settlement.line`; override to add fields"""
        self.ensure_one()
        wizard = self.propose_id
        values = {
            "dispute_line_id": self.dispute_line_id.id,
            "kind": self.kind,
            "amount": self.amount,
        }
        if self.kind == "apply_credit":
            values["credit_line_id"] = self.credit_line_id.id
        if self.kind == "refund_payment":
            values["partner_bank_id"] = wizard.partner_bank_id.id
            values["payment_journal_id"] = wizard.payment_journal_id.id
        if self.kind == "replacement_invoice":
            values["replacement_ref"] = wizard.replacement_ref
            values["replacement_partner_id"] = wizard.replacement_partner_id.id
        if self.kind == "replacement_invoice" or (wizard.is_by_line and wizard.kind != "mixed"):
            values["item_ids"] = [
                fields.Command.create(
                    {
                        "move_line_id": item.move_line_id.id,
                        "quantity": item.quantity,
                        "price_unit": item.price_unit,
                    }
                )
                for item in self._get_items()
                if item.quantity or self.kind == "replacement_invoice"
            ]
        return values
