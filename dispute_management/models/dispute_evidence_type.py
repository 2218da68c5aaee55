from odoo import fields, models


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
    message = fields.Char(translate=True, help="What whoever supplies it reads.")
