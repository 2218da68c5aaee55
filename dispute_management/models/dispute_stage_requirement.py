from odoo import api, fields, models


class DisputeStageRequirement(models.Model):
    """What a case needs before it may leave a stage, and what people are told."""

    _name = "dispute.stage.requirement"
    _description = "Dispute Stage Requirement"
    _order = "stage_id, sequence, id"

    stage_id = fields.Many2one("dispute.stage", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [("field", "A field filled in"), ("evidence", "An item of evidence")],
        string="Needs",
        required=True,
        default="field",
    )
    field_name = fields.Selection(selection="_get_requirable_fields", string="Field")
    evidence_type_id = fields.Many2one(
        "dispute.evidence.type",
        ondelete="cascade",
        index="btree_not_null",
        help="Asked of cases with its reason. Empty: all required items of the case's list.",
    )
    only_forward = fields.Boolean(
        default=True, string="Not when withdrawn", help="A withdrawal does not need it."
    )
    message = fields.Char(
        translate=True,
        required=True,
        compute="_compute_message",
        store=True,
        readonly=False,
        precompute=True,
        help="What people read when it is missing.",
    )

    _field_given = models.Constraint(
        "CHECK(kind != 'field' OR field_name IS NOT NULL)", "Choose the field that is needed."
    )

    @api.model
    def _get_requirable_fields(self):
        """Fields of a case that a stage may demand; override to add some.

        :return: list of ``(name, label)``
        """
        names = (
            "cause_id",
            "resolution_id",
            "contact_id",
            "coordinator_id",
            "customer_reference",
            "customer_wish",
            "description",
            "tag_ids",
            "date_first_response",
        )
        case_fields = self.env["dispute.case"]._fields
        return [(name, case_fields[name]._description_string(self.env)) for name in names]

    @api.depends("kind", "field_name", "evidence_type_id")
    def _compute_message(self):
        labels = dict(self._get_requirable_fields())
        evidence = self.env._("Required evidence")
        names = {*labels.values(), *self.env["dispute.evidence.type"].search([]).mapped("name"), evidence}
        # What nobody wrote follows the choice; what somebody wrote stays.
        automatic = {False, *(self.env._("%s is needed first.", name) for name in names)}
        for requirement in self:
            wanted = (
                labels.get(requirement.field_name)
                if requirement.kind == "field"
                else requirement.evidence_type_id.name or evidence
            )
            if wanted and requirement.message in automatic:
                requirement.message = self.env._("%s is needed first.", wanted)

    def _is_met(self, case):
        """:return: whether the case has what is needed"""
        self.ensure_one()
        if self.kind == "field":
            return bool(case[self.field_name])
        if not self.evidence_type_id:
            return not case.missing_evidence_count
        return self.evidence_type_id.reason_id != case.reason_id or case._has_evidence(self.evidence_type_id)
