from odoo import api, fields, models
from odoo.exceptions import UserError


class DisputeReason(models.Model):
    """Reason code the customer claims, as opposed to the cause the handler finds."""

    _name = "dispute.reason"
    _description = "Dispute Reason"
    _inherit = ["dispute.configuration.mixin"]
    _order = "sequence, code, id"
    _rec_names_search = ["name", "code"]

    code = fields.Char(required=True)
    public_name = fields.Char(
        translate=True,
        help="What the customer reads and chooses. The name serves where this is empty.",
    )
    is_internal = fields.Boolean(help="Not offered to customers.")
    pipeline_id = fields.Many2one(
        "dispute.pipeline", index="btree_not_null", help="Empty: the first pipeline."
    )
    team_id = fields.Many2one("dispute.team", index="btree_not_null", help="Empty: the company's first team.")
    description = fields.Text(translate=True)
    evidence_type_ids = fields.One2many("dispute.evidence.type", "reason_id", copy=True)
    case_properties_definition = fields.PropertiesDefinition(
        string="Extra fields", help="Asked of cases with this reason."
    )

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "A reason with this code exists already."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for reason in self:
            reason.display_name = f"[{reason.code}] {reason.name}" if reason.code else reason.name

    @api.model
    def _get_default_reason(self):
        """:return: the reason of a case about which nothing else is known, OTH, or none"""
        return (
            self.env.ref("dispute_management.dispute_reason_oth", raise_if_not_found=False) or self.browse()
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # Cases of all companies count.
        used = self.env["dispute.case"].sudo().search([("reason_id", "in", self.ids)], limit=1)
        if used:
            raise UserError(
                self.env._("%s is used by disputes: archive it instead.", used.reason_id.display_name)
            )
