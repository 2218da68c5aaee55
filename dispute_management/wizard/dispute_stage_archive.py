from odoo import api, fields, models
from odoo.exceptions import UserError


class DisputeStageArchive(models.TransientModel):
    """Archive stages in use: where their open cases go, and what settings use instead."""

    _name = "dispute.stage.archive"
    _description = "Archive a Stage in Use"
    _inherit = ["dispute.wizard.mixin"]

    stage_ids = fields.Many2many("dispute.stage", required=True, readonly=True)
    case_count = fields.Integer(string="Open disputes", compute="_compute_usage")
    usage = fields.Text(string="Settings that use it", compute="_compute_usage")
    allowed_stage_ids = fields.Many2many("dispute.stage", compute="_compute_allowed_stage_ids")
    target_stage_id = fields.Many2one(
        "dispute.stage",
        string="Use instead",
        domain="[('id', 'in', allowed_stage_ids)]",
        help="Its open disputes go there, and so does what led to it.",
    )

    @api.depends("stage_ids")
    def _compute_usage(self):
        for wizard in self:
            stages = wizard.stage_ids._origin
            wizard.case_count = len(stages._get_open_cases())
            wizard.usage = "\n".join(
                f"{label}: {', '.join(records.mapped('display_name'))}"
                for (label, _model, _field), records in stages._get_references().items()
                if records
            )

    @api.depends("stage_ids")
    def _compute_allowed_stage_ids(self):
        for wizard in self:
            stages = wizard.stage_ids._origin
            others = stages.pipeline_id.stage_ids - stages
            # Cases stay open; what closes a case goes on closing it the same way.
            kinds = (
                set() if stages.filtered(lambda stage: not stage._is_closed()) else set(stages.mapped("kind"))
            )
            wizard.allowed_stage_ids = others.filtered(
                lambda stage, kinds=kinds: stage.kind in kinds if kinds else not stage._is_closed()
            )

    def action_confirm(self):
        """Move the open cases and the settings, then archive the stages.

        :raise UserError: when there is nowhere to go, or a pipeline can't do without them
        """
        self.ensure_one()
        stages, target = self.stage_ids, self.target_stage_id
        stages.check_access("write")
        if len(stages.pipeline_id) > 1:
            raise UserError(self.env._("Archive the stages of one pipeline at a time."))
        if target and target not in self.allowed_stage_ids:
            raise UserError(
                self.env._("%s can't be used instead: choose a stage of the same pipeline.", target.name)
            )
        if self.case_count and not target:
            raise UserError(self.env._("Choose the stage to which the open disputes go."))
        reason = stages._get_needed_reason()
        if reason:
            raise UserError(reason)
        # After the check above: who sets up the pipeline decides for the cases of all.
        for stage, cases in stages._get_open_cases().grouped("stage_id").items():
            cases._leave_archived(stage, target)
        stages.sudo()._replace_references(target)
        stages.write({"active": False})
        return {"type": "ir.actions.act_window_close"}
