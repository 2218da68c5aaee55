from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .dispute_stage_kinds import CLOSED_KINDS, STAGE_KINDS, WAITING_ON


class DisputeStage(models.Model):
    """A column: its kind, and whose turn it is while a case stands in it."""

    _name = "dispute.stage"
    _description = "Dispute Stage"
    _inherit = ["dispute.stage.clock.mixin", "dispute.stage.archive.mixin", "dispute.stage.entry.mixin"]
    _order = "pipeline_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer()
    active = fields.Boolean(default=True)
    pipeline_id = fields.Many2one("dispute.pipeline", required=True, index=True, ondelete="restrict")
    kind = fields.Selection(STAGE_KINDS, required=True, default="assessing")
    waiting_on = fields.Selection(
        WAITING_ON,
        compute="_compute_waiting_on",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Whose turn it is. Only the customer's turn stops the clock.",
    )
    fold = fields.Boolean(string="Folded in Kanban")
    rotting_threshold_days = fields.Integer(
        string="Stale after",
        help="Days without a move or an answer after which cases here are marked; 0 never.",
    )
    public_name = fields.Char(
        translate=True,
        help="What the customer reads. The name serves where this is empty.",
    )
    is_hidden = fields.Boolean(
        string="Hidden from customers",
        help="Customers read the stage before it in the pipeline instead.",
    )
    is_approval = fields.Boolean(
        string="Waits for approval",
        help="Cases come here by themselves while one of their settlements waits for approval.",
    )
    description = fields.Text(translate=True)
    next_stage_ids = fields.Many2many(
        "dispute.stage",
        "dispute_stage_next_rel",
        "stage_id",
        "next_stage_id",
        string="Next stages",
        copy=False,
        domain="[('pipeline_id', '=', pipeline_id), ('id', '!=', id)]",
        help="Where a case may go from here. None chosen: anywhere.",
    )
    group_ids = fields.Many2many(
        "res.groups", string="Who may enter", help="Empty: whoever works on the case."
    )
    requirement_ids = fields.One2many(
        "dispute.stage.requirement", "stage_id", string="Needed before leaving", copy=True
    )

    _rotting_positive = models.Constraint(
        "CHECK(rotting_threshold_days >= 0)", "Days can't be negative; 0 means never."
    )

    @api.depends("kind")
    def _compute_waiting_on(self):
        turns = {
            "waiting_customer": "customer",
            "proposed": "customer",
            "waiting_third_party": "third_party",
        }
        for stage in self:
            stage.waiting_on = turns.get(stage.kind, "us")

    @api.constrains("next_stage_ids", "pipeline_id")
    def _check_next_stages(self):
        for stage in self:
            foreign = stage.next_stage_ids.filtered(
                lambda following, stage=stage: following.pipeline_id != stage.pipeline_id
            )
            if foreign:
                raise ValidationError(
                    self.env._(
                        "%(following)s is no stage of %(pipeline)s: choose next stages of the same pipeline.",
                        following=foreign[0].name,
                        pipeline=stage.pipeline_id.name,
                    )
                )

    @api.depends("name", "pipeline_id.name")
    @api.depends_context("dispute_stage_with_pipeline")
    def _compute_display_name(self):
        with_pipeline = self.env.context.get("dispute_stage_with_pipeline")
        for stage in self:
            stage.display_name = f"{stage.pipeline_id.name} / {stage.name}" if with_pipeline else stage.name

    @api.model_create_multi
    def create(self, vals_list):
        """A stage without a place comes last; an open one before those that close."""
        return super().create([{"sequence": self._get_place(vals), **vals} for vals in vals_list])

    @api.model
    def _get_place(self, vals):
        """:return: sequence of a stage to be made"""
        if "sequence" in vals:
            return vals["sequence"]
        stages = self.env["dispute.pipeline"].browse(vals.get("pipeline_id") or ()).stage_ids
        closing = stages.filtered(lambda stage: stage._is_closed())
        if closing and vals.get("kind") not in CLOSED_KINDS:
            return closing[0].sequence - 1
        return stages[-1:].sequence + 10

    @api.model
    def name_create(self, name):
        """Add a stage as a column of the kanban."""
        pipeline = self.env["dispute.pipeline"].browse(self.env.context.get("default_pipeline_id") or ())
        pipeline = pipeline or pipeline.search([], limit=1)
        stage = self.create({"name": name, "pipeline_id": pipeline.id})
        return stage.id, stage.display_name

    def _is_closed(self):
        """:return: whether a case in this stage is closed"""
        self.ensure_one()
        return self.kind in CLOSED_KINDS
