from odoo import api, fields, models

from ..tools.evidence_source import SOURCES


class DisputeEvidenceType(models.Model):
    """One item of a reason's evidence list: required or not, whose, and what to say."""

    _name = "dispute.evidence.type"
    _description = "Dispute Evidence Type"
    _order = "reason_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    reason_id = fields.Many2one("dispute.reason", required=True, index=True, ondelete="cascade")
    is_required = fields.Boolean(string="Required")
    supplied_by = fields.Selection(
        [("customer", "Customer"), ("us", "Us"), ("third_party", "Third party")],
        string="From",
        required=True,
        default="customer",
    )
    collected_from = fields.Selection(
        SOURCES,
        string="Found in Odoo as",
        help="A document of this kind that Odoo holds already fulfils the item, and nobody is asked"
        " for it. Orders, price lists, deliveries and returns need the apps Sales and Inventory.",
    )
    message = fields.Char(translate=True, help="What whoever supplies it reads.")

    @api.depends("name", "reason_id.code")
    @api.depends_context("dispute_evidence_with_reason")
    def _compute_display_name(self):
        with_reason = self.env.context.get("dispute_evidence_with_reason")
        for item in self:
            item.display_name = f"[{item.reason_id.code}] {item.name}" if with_reason else item.name
