from odoo import fields, models
from odoo.fields import Domain


class DisputeCause(models.Model):
    _inherit = "dispute.cause"

    corrective_action_ids = fields.One2many(
        "dispute.corrective.action", "cause_id", groups="dispute_management.group_dispute_viewer"
    )
    open_action_count = fields.Integer(
        string="Open Corrective Actions",
        compute="_compute_open_action_count",
        groups="dispute_management.group_dispute_viewer",
    )

    def _compute_open_action_count(self):
        groups = self.env["dispute.corrective.action"]._read_group(
            Domain("cause_id", "in", self.ids) & Domain("state", "=", "open"), ["cause_id"], ["__count"]
        )
        counts = {cause.id: count for cause, count in groups}
        for cause in self:
            cause.open_action_count = counts.get(cause.id, 0)
