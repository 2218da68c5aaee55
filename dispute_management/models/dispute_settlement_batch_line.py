from odoo import api, fields, models
from odoo.exceptions import UserError


class DisputeSettlementBatchLine(models.Model):
    """One case of a batch, and what came of it."""

    _name = "dispute.settlement.batch.line"
    _description = "Dispute Settlement Batch Line"
    _inherit = ["dispute.facts.mixin"]
    _order = "batch_id, id"
    _rec_name = "case_id"

    batch_id = fields.Many2one(
        "dispute.settlement.batch", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="batch_id.company_id", store=True, precompute=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    case_id = fields.Many2one("dispute.case", required=True, readonly=True, index=True, ondelete="restrict")
    currency_id = fields.Many2one(related="case_id.currency_id")
    settlement_id = fields.Many2one(
        "dispute.settlement", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    amount = fields.Monetary(readonly=True)
    amount_company = fields.Monetary(
        string="In company currency", currency_field="company_currency_id", readonly=True
    )
    state = fields.Selection(
        [("waiting", "Waiting"), ("settled", "Handed in"), ("failed", "Failed")],
        required=True,
        default="waiting",
        readonly=True,
    )
    settlement_state = fields.Selection(related="settlement_id.state", string="Now")
    note = fields.Text(string="Why not", readonly=True)

    @api.model
    def _get_fact_fields(self, creating=False):
        return super()._get_fact_fields(creating) | set(self._fields)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Batches are kept as evidence."))

    def _fail(self, why):
        """Note why these were not settled; what was drafted of them is given up."""
        self.write({"state": "failed", "note": why})
        self.settlement_id.filtered(lambda item: item.state == "draft")._cancel()
