from odoo import api, fields, models

from .dispute_settlement_state_mixin import PENDING_STATES, READY_STATES


class DisputeCaseApprovalMixin(models.AbstractModel):
    """A case while its settlements wait for approval, and when they are ready."""

    _name = "dispute.case.approval.mixin"
    _description = "Dispute Approval"

    return_stage_id = fields.Many2one(
        "dispute.stage",
        string="Stage before approval",
        readonly=True,
        copy=False,
        ondelete="set null",
    )
    approval_note = fields.Text(
        string="Approval",
        compute="_compute_approval_note",
        groups="dispute_management.group_dispute_viewer",
        help="Which settlements wait, and for whom.",
    )
    has_no_approver = fields.Boolean(
        compute="_compute_approval_note", groups="dispute_management.group_dispute_viewer"
    )
    is_ready_to_execute = fields.Boolean(
        compute="_compute_is_ready_to_execute",
        search="_search_is_ready_to_execute",
        groups="dispute_management.group_dispute_viewer",
        help="A settlement is approved, and agreed where that is due.",
    )

    @api.depends("settlement_ids.state", "settlement_ids.approval_ids.state")
    def _compute_approval_note(self):
        for case in self:
            waiting = case.settlement_ids.filtered(lambda item: item.state == "to_approve")
            notes = []
            for settlement in waiting:
                # Whom a case waits for is told to whoever reads it.
                people = ", ".join(settlement.approver_ids.sudo().mapped("name"))
                notes.append(
                    self.env._(
                        "%(amount)s waits for approval (%(tier)s): %(people)s",
                        amount=settlement.currency_id.format(settlement.amount),
                        tier=settlement.waiting_approval_id.tier_name,
                        people=people or self.env._("nobody can, ask an administrator"),
                    )
                )
            case.approval_note = "\n".join(notes)
            case.has_no_approver = any(waiting.mapped("has_no_approver"))

    @api.depends("settlement_ids.state")
    def _compute_is_ready_to_execute(self):
        for case in self:
            case.is_ready_to_execute = any(
                settlement.state in READY_STATES for settlement in case.settlement_ids
            )

    def _search_is_ready_to_execute(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("settlement_ids.state", "in", READY_STATES)]

    def action_execute(self):
        """Carry out what is approved of these cases."""
        self.settlement_ids.filtered(lambda item: item.state in READY_STATES).action_execute()

    def _wait_for_approval(self):
        """Move cases to where they wait for approval; where there is no such stage, or it can't
        be entered, it is a colleague's turn where they are.
        """
        for pipeline, cases in self.filtered(lambda case: not case.is_closed).grouped("pipeline_id").items():
            stage = pipeline.stage_ids.filtered("is_approval")[:1]
            cases = cases.filtered(lambda case, stage=stage: case.stage_id != stage)
            for before, leaving in cases.grouped("stage_id").items():
                leaving._write_facts({"return_stage_id": before.id})
            moving = cases.filtered(
                lambda case, stage=stage: stage and not case._get_cannot_enter_reason(stage)
            )
            if moving:
                moving._move_to_stage(stage)
            (cases - moving)._change_turn("colleague")

    def _end_approval(self):
        """Bring cases back that wait for nobody's approval any more."""
        # Whoever decides need not be able to work on the case.
        cases = self.sudo().filtered(
            lambda case: (
                not case.is_closed
                and (case.return_stage_id or case.stage_id.is_approval)
                and "to_approve" not in case.settlement_ids.mapped("state")
            )
        )
        waiting = cases.filtered("stage_id.is_approval")
        for stage, returning in waiting.grouped(lambda case: case._get_return_stage()).items():
            if stage:
                returning._move_to_stage(stage)
        (cases - waiting).filtered(
            lambda case: case.stage_id == case.return_stage_id and case.waiting_on == "colleague"
        )._change_turn("us")
        cases._write_facts({"return_stage_id": False})

    def _get_return_stage(self):
        """:return: dispute.stage that this case goes on in after approval: where it was, unless
        entering that would write to the customer again
        """
        self.ensure_one()
        before = self.return_stage_id
        if before.active and before.pipeline_id == self.pipeline_id and not before.mail_template_id:
            return before
        working = self.pipeline_id.stage_ids.filtered(
            lambda stage: stage.kind == "assessing" and not stage.is_approval
        )
        return working[:1]

    def _note_closing(self, at):
        super()._note_closing(at)
        # What is under way ends with the case, whoever may close it.
        pending = self.sudo().settlement_ids.filtered(
            lambda item: item.state in PENDING_STATES and item.state != "processing"
        )
        pending._cancel()
