from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.evidence_source import SOURCES, fulfils

#: Which document was found in Odoo is a fact: it is looked up, never typed.
EVIDENCE_FACTS = frozenset({"source", "document_name", "res_model", "res_id", "is_there"})


class DisputeEvidence(models.Model):
    """An item of the evidence list of a case: still missing, there, or not needed.

    An item of the reason's checklist has a type. A document found in Odoo has a source and
    names its record; it fulfils the items whose type names that source. Its files are copies
    that belong to the evidence: whoever reads the case may read them without a right on the
    order or delivery, and customers, who read no evidence, never can.
    """

    _name = "dispute.evidence"
    _description = "Dispute Evidence"
    _inherit = ["dispute.facts.mixin"]
    _order = "case_id, source NULLS FIRST, sequence, id"
    _rec_names_search = ["type_id", "document_name"]

    case_id = fields.Many2one("dispute.case", required=True, index=True, ondelete="restrict", readonly=True)
    company_id = fields.Many2one(related="case_id.company_id", store=True)
    type_id = fields.Many2one(
        "dispute.evidence.type", string="Asked for", index="btree_not_null", ondelete="restrict"
    )
    sequence = fields.Integer(related="type_id.sequence", store=True)
    is_required = fields.Boolean(compute="_compute_is_required", store=True, readonly=False, precompute=True)
    supplied_by = fields.Selection(related="type_id.supplied_by")
    source = fields.Selection(SOURCES, string="Found as", readonly=True)
    document_name = fields.Char(string="Document", readonly=True)
    res_model = fields.Char(string="Document Model", readonly=True)
    res_id = fields.Many2oneReference(string="Document ID", model_field="res_model", readonly=True)
    name = fields.Char(string="Evidence", compute="_compute_name")
    found_documents = fields.Char(
        string="Found in Odoo",
        compute="_compute_found_documents",
        help="What fulfils this item without anybody supplying it, or where the document is from.",
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Files", bypass_search_access=True)
    note = fields.Char(help="Where it is to be found, or why it is not needed.")
    is_waived = fields.Boolean(string="Not needed")
    is_there = fields.Boolean(string="There", compute="_compute_is_there", store=True, default=False)

    _case_type_uniq = models.Constraint(
        "UNIQUE(case_id, type_id)", "This item is on the case's evidence list already."
    )
    _case_document_uniq = models.UniqueIndex(
        "(case_id, res_model, res_id, source) WHERE source IS NOT NULL",
        "This document is on the case's evidence list already.",
    )
    _type_or_source = models.Constraint(
        "CHECK((type_id IS NULL) != (source IS NULL))",
        "Choose an item of the reason's evidence list.",
    )

    @api.depends("type_id")
    def _compute_is_required(self):
        for evidence in self:
            evidence.is_required = evidence.type_id.is_required

    @api.depends("type_id.name", "document_name")
    def _compute_name(self):
        for evidence in self:
            evidence.name = evidence.type_id.name or evidence.document_name

    @api.depends("name")
    def _compute_display_name(self):
        for evidence in self:
            evidence.display_name = evidence.name or self.env._("Evidence")

    @api.depends("source", "type_id", "case_id.evidence_ids.is_waived", "case_id.evidence_ids.document_name")
    def _compute_found_documents(self):
        names = dict(self._fields["source"]._description_selection(self.env))
        for evidence in self:
            if evidence.source:
                evidence.found_documents = names[evidence.source]
            else:
                documents = evidence._get_fulfilling().mapped("document_name")
                evidence.found_documents = ", ".join(filter(None, documents)) or False

    @api.depends(
        "attachment_ids",
        "is_waived",
        "note",
        "source",
        "case_id.evidence_ids.source",
        "case_id.evidence_ids.is_waived",
    )
    def _compute_is_there(self):
        for evidence in self:
            evidence.is_there = bool(
                evidence.source
                or evidence.attachment_ids
                or evidence.is_waived
                or (evidence.note or "").strip()
                or evidence._get_fulfilling()
            )

    @api.model
    def _get_fact_fields(self, creating=False):
        return super()._get_fact_fields(creating) | EVIDENCE_FACTS

    def _get_fulfilling(self):
        """:return: documents found in Odoo that are what this item asks for"""
        self.ensure_one()
        wanted = self.type_id.collected_from
        if not wanted:
            return self.browse()
        return self.case_id.evidence_ids.filtered(
            lambda item: fulfils(item.source, wanted) and not item.is_waived
        )

    def action_open_document(self):
        """Open what this evidence names, for those who may read it.

        :return: action on the document
        :raise UserError: when it is gone, telling why
        """
        self.ensure_one()
        if self.res_model not in self.env:
            raise UserError(
                self.env._("%s can't be opened: its app is no longer installed.", self.document_name)
            )
        document = self.env[self.res_model].browse(self.res_id).exists()
        if not document:
            raise UserError(self.env._("%s was deleted.", self.document_name))
        if self.res_model == "mail.message":
            document.check_access("read")
            document = self.env[document.model].browse(document.res_id)
        document.check_access("read")
        return document._get_records_action(name=self.document_name)
