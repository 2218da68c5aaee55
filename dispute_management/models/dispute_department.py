from odoo import fields, models


class DisputeDepartment(models.Model):
    """Who owns a cause, so that someone can be asked to mend it."""

    _name = "dispute.department"
    _description = "Dispute Department"
    _inherit = ["dispute.configuration.mixin"]

    user_id = fields.Many2one("res.users", string="Responsible")
    cause_ids = fields.One2many("dispute.cause", "department_id")
