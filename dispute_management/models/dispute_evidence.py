from odoo import api, fields, models


class DisputeEvidence(models.Model):
    """An item of the evidence list of a case: still missing, there, or not needed."""

    _name = "dispute.evidence"
    _description = "Dispute Evidence"
    _order = "case_id, sequence, id"

    case_id = fields.Many2one("dispute.case", required=True, index=True, ondelete="restrict", readonly=True)
    company_id = fields.Many2one(related="case_id.company_id", store=True)
    type_id = fields.Many2one(
        "dispute.evidence.type", string="Evidence", required=True, index=True, ondelete="restrict"
    )
    sequence = fields.Integer(related="type_id.sequence", store=True)
    is_required = fields.Boolean(compute="_compute_is_required", store=True, readonly=False, precompute=True)
    supplied_by = fields.Selection(related="type_id.supplied_by")
    attachment_ids = fields.Many2many("ir.attachment", string="Files", bypass_search_access=True)
    note = fields.Char(help="Where it is to be found, or why it is not needed.")
    is_waived = fields.Boolean(string="Not needed")
    is_there = fields.Boolean(string="There", compute="_compute_is_there", store=True, default=False)

    _case_type_uniq = models.Constraint(
        "UNIQUE(case_id, type_id)", "This item is on the case's evidence list already."
    )

    @api.depends("type_id")
    def _compute_is_required(self):
        for evidence in self:
            evidence.is_required = evidence.type_id.is_required

    @api.depends("attachment_ids", "is_waived", "note")
    def _compute_is_there(self):
        for evidence in self:
            evidence.is_there = bool(
                evidence.attachment_ids or evidence.is_waived or (evidence.note or "").strip()
            )
