from odoo import fields, models


class DisputePipeline(models.Model):
    """An ordered set of stages; one for all reasons or one per reason."""

    _name = "dispute.pipeline"
    _description = "Dispute Pipeline"
    _inherit = ["dispute.configuration.mixin"]

    stage_ids = fields.One2many("dispute.stage", "pipeline_id", copy=True)
    reason_ids = fields.One2many("dispute.reason", "pipeline_id")

    def _get_stage(self, kind):
        """:return: the first stage of this kind (see `dispute.stage`), or an empty set"""
        self.ensure_one()
        return self.stage_ids.filtered(lambda stage: stage.kind == kind)[:1]
