from odoo import api, fields, models


class DisputeCaseEvidenceMixin(models.AbstractModel):
    """The evidence list of a case: what its reason asks for, and what is missing."""

    _name = "dispute.case.evidence.mixin"
    _description = "Dispute Evidence List"

    evidence_ids = fields.One2many("dispute.evidence", "case_id")
    missing_evidence_count = fields.Integer(
        string="Missing evidence", compute="_compute_missing_evidence_count"
    )

    @api.depends("evidence_ids.is_there", "evidence_ids.is_required")
    def _compute_missing_evidence_count(self):
        for case in self:
            missing = case.evidence_ids.filtered(lambda item: item.is_required and not item.is_there)
            case.missing_evidence_count = len(missing)

    @api.model_create_multi
    def create(self, vals_list):
        cases = super().create(vals_list)
        cases._add_evidence_list()
        cases._collect_evidence()
        if self.env.context.get("dispute_print_invoices") and len(cases) == 1:
            cases._print_invoices_at_opening()
        return cases

    def write(self, vals):
        res = super().write(vals)
        if "reason_id" in vals:
            self._add_evidence_list()
        if vals.keys() & {"reason_id", "line_ids"}:
            self._collect_evidence()
        return res

    def _add_evidence_list(self):
        """Put what the reason asks for on the list of each case, once."""
        # The list follows from the reason, whoever opens the case.
        cases = self.sudo()
        cases.reason_id.evidence_type_ids.fetch(["sequence", "is_required"])
        cases.evidence_ids.create(
            [
                {
                    "case_id": case.id,
                    "type_id": item.id,
                    # What would follow anyway, told at once: most of a list is made with its case.
                    "company_id": case.company_id.id,
                    "sequence": item.sequence,
                    "is_required": item.is_required,
                }
                for case in cases
                for item in case.reason_id.evidence_type_ids - case.evidence_ids.type_id
            ]
        )

    def _has_evidence(self, evidence_type):
        """:return: whether this case has an item of evidence, or was told not to need it"""
        self.ensure_one()
        return any(item.is_there for item in self.evidence_ids if item.type_id == evidence_type)
