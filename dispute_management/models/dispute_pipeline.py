from odoo import fields, models
from odoo.exceptions import UserError


class DisputePipeline(models.Model):
    """An ordered set of stages; one for all reasons or one per reason."""

    _name = "dispute.pipeline"
    _description = "Dispute Pipeline"
    _inherit = ["dispute.configuration.mixin"]

    stage_ids = fields.One2many("dispute.stage", "pipeline_id", copy=True)
    reason_ids = fields.One2many("dispute.reason", "pipeline_id")

    def write(self, vals):
        if "active" in vals and not vals["active"]:
            reason = self.filtered("active")._get_cannot_archive_reason()
            if reason:
                raise UserError(reason)
        return super().write(vals)

    def copy(self, default=None):
        """Copies have stages of their own, which lead to each other as the first ones do."""
        pipelines = super().copy(default)
        for pipeline, original in zip(pipelines, self, strict=True):
            twins = dict(zip(original.stage_ids, pipeline.stage_ids, strict=True))
            for stage, twin in twins.items():
                vals = {}
                if stage.next_stage_ids:
                    vals["next_stage_ids"] = [twins[following].id for following in stage.next_stage_ids]
                if stage.timeout_stage_id:
                    vals["timeout_stage_id"] = twins[stage.timeout_stage_id].id
                    vals["timeout_days"] = stage.timeout_days
                if vals:
                    twin.write(vals)
        return pipelines

    def _get_stage(self, kind):
        """:return: the first stage of this kind (see `dispute.stage`), or an empty set"""
        self.ensure_one()
        return self.stage_ids.filtered(lambda stage: stage.kind == kind)[:1]

    def _get_first_stage(self):
        """:return: the first open stage, in which cases start, or an empty set"""
        self.ensure_one()
        return self.stage_ids.filtered(lambda stage: not stage._is_closed())[:1]

    def _get_cannot_archive_reason(self):
        """:return: why these pipelines can't be archived, or False"""
        for pipeline in self:
            count = len(pipeline.stage_ids._get_open_cases())
            if count:
                return self.env._(
                    "%(count)s open disputes are in %(pipeline)s: it can be archived once they are closed."
                    " Give its reasons another pipeline, and no new ones come.",
                    count=count,
                    pipeline=pipeline.name,
                )
            # Reasons of all companies count.
            reasons = pipeline.sudo().reason_ids
            if reasons:
                return self.env._(
                    "Reasons lead to %(pipeline)s: %(reasons)s. Give them another pipeline first.",
                    pipeline=pipeline.name,
                    reasons=", ".join(reasons.mapped("name")),
                )
        # Pipelines of all companies count.
        if not self.sudo().search_count([("id", "not in", self.ids)], limit=1):
            return self.env._("Disputes need a pipeline: add another one first.")
        return False
