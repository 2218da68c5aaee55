from odoo import api, fields, models


class DisputeCause(models.Model):
    """Root cause the handler finds; what Pareto reports count."""

    _name = "dispute.cause"
    _description = "Dispute Cause"
    _inherit = ["dispute.configuration.mixin"]
    _order = "sequence, code, id"
    _rec_names_search = ["name", "code"]

    code = fields.Char(required=True)
    department_id = fields.Many2one("dispute.department", index="btree_not_null")

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "A cause with this code exists already."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for cause in self:
            cause.display_name = f"[{cause.code}] {cause.name}" if cause.code else cause.name
