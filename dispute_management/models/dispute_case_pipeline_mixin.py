from odoo import fields, models


class DisputeCasePipelineMixin(models.AbstractModel):
    """A case stands in the pipeline of its reason, also when it turns out to be about something else."""

    _name = "dispute.case.pipeline.mixin"
    _description = "Dispute Pipeline of a Case"

    def write(self, vals):
        if "reason_id" not in vals:
            return super().write(vals)
        before = {case: case._get_reason_pipeline() for case in self if not case.is_closed}
        res = super().write(vals)
        moving = {}
        for case, pipeline in before.items():
            following = case._get_reason_pipeline()
            # One that was opened in another pipeline on purpose stays there.
            if case.pipeline_id == pipeline and following != pipeline:
                moving[following] = moving.get(following, self.browse()) | case
        for pipeline, cases in moving.items():
            cases._change_pipeline(pipeline)
        return res

    def _get_reason_pipeline(self):
        """:return: dispute.pipeline of the reason of this case, else the first of its company"""
        self.ensure_one()
        # Pipelines are an administrator's; whoever corrects a reason follows them.
        case = self.sudo()
        pipelines = case.env["dispute.pipeline"]
        return case.reason_id.pipeline_id or pipelines.search([])._get_first_of(case.company_id)

    def _change_pipeline(self, pipeline):
        """Put open cases into another pipeline: the stage of the same kind, else its first.

        What that stage starts is started. No rule of the pipeline they leave bars it, since
        their reason is not one of its reasons.

        :param pipeline: dispute.pipeline
        """
        now = fields.Datetime.now()
        for kind, cases in self.grouped("stage_kind").items():
            stage = pipeline._get_stage(kind) or pipeline._get_first_stage()
            cases._write_facts({"pipeline_id": pipeline.id})
            cases._enter_stage(stage, now)
            cases._start_stage(stage, now)
            note = self.env._("Went to the pipeline %s, as its reason does.", pipeline.name)
            cases._message_log_batch(bodies=dict.fromkeys(cases.ids, note))
