from odoo import fields, models


class DisputeCause(models.Model):
    """Root cause the handler finds; what Pareto reports count."""

    _name = "dispute.cause"
    _description = "Dispute Cause"
    _inherit = ["dispute.code.mixin"]

    department_id = fields.Many2one("dispute.department", index="btree_not_null")

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "A cause with this code exists already."
    )
