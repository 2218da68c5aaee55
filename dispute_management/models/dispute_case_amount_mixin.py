from odoo import api, fields, models

from .dispute_amount_mixin import AMOUNT_PARTS


class DisputeCaseAmountMixin(models.AbstractModel):
    """The money of a case: the sums of its lines, in both currencies."""

    _name = "dispute.case.amount.mixin"
    _description = "Dispute Case Amounts"
    _inherit = ["dispute.amount.mixin"]

    currency_id = fields.Many2one(readonly=True)
    amount_open = fields.Monetary(tracking=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id",
        string="Company Currency",
        store=True,
    )
    amount_disputed = fields.Monetary(
        string="Disputed",
        compute="_compute_amount_disputed",
        store=True,
        tracking=True,
        help="The claim, taxes included.",
    )
    amount_disputed_company = fields.Monetary(
        string="Disputed (company currency)",
        compute="_compute_amounts",
        store=True,
        currency_field="company_currency_id",
    )

    @api.depends("line_ids.amount")
    def _compute_amount_disputed(self):
        for case in self:
            case.amount_disputed = sum(case.line_ids.mapped("amount"))

    @api.depends(
        *(f"line_ids.{name}" for name in AMOUNT_PARTS),
        *(f"line_ids.{name}_company" for name in AMOUNT_PARTS),
    )
    def _compute_amounts(self):
        names = self._get_amount_names()
        for case in self:
            lines = list(case.line_ids)
            amounts = {name: sum(line[name] for line in lines) for name in names}
            amounts["amount_disputed_company"] = sum(amounts[f"{name}_company"] for name in AMOUNT_PARTS)
            case._assign_amounts(amounts)
