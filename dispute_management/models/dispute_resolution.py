from odoo import api, fields, models


class DisputeResolution(models.Model):
    """How a case ended, and whether the customer was right."""

    _name = "dispute.resolution"
    _description = "Dispute Resolution"
    _inherit = ["dispute.configuration.mixin"]
    _order = "sequence, code, id"
    _rec_names_search = ["name", "code"]

    code = fields.Char(required=True)
    stage_kind = fields.Selection(
        [
            ("resolved", "Resolved"),
            ("rejected", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        string="Closes as",
        required=True,
        default="resolved",
    )
    is_decided = fields.Boolean(default=True, help="The case was decided on its merits; counts in validity.")
    is_valid = fields.Boolean(string="Customer was right")

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "A resolution with this code exists already."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for resolution in self:
            resolution.display_name = (
                f"[{resolution.code}] {resolution.name}" if resolution.code else resolution.name
            )
