from odoo import api, fields, models
from odoo.exceptions import UserError

from .dispute_stage_kinds import CLOSED_KINDS, REFUSED_KINDS, WAITING_ON


class DisputeCaseStageMixin(models.AbstractModel):
    """Where a case stands, whose turn it is, and the one way from stage to stage."""

    _name = "dispute.case.stage.mixin"
    _description = "Dispute Stages"

    pipeline_id = fields.Many2one("dispute.pipeline", index="btree_not_null", check_company=True)
    stage_id = fields.Many2one(
        "dispute.stage",
        index=True,
        tracking=True,
        ondelete="restrict",
        copy=False,
        domain="[('pipeline_id', '=', pipeline_id)]",
        group_expand="_read_group_stage_ids",
    )
    stage_kind = fields.Selection(related="stage_id.kind", store=True, string="Kind")
    is_closed = fields.Boolean(string="Closed", compute="_compute_is_closed", store=True, default=False)
    waiting_on = fields.Selection(WAITING_ON, readonly=True, default="us")
    waiting_since = fields.Datetime(readonly=True, copy=False)
    answered_by = fields.Selection(
        WAITING_ON,
        readonly=True,
        copy=False,
        help="Who gave the answer that made it our turn; empty once the case moved on.",
    )
    date_closed = fields.Datetime(string="Closed on", readonly=True, copy=False)
    reopen_count = fields.Integer(string="Reopened", readonly=True, copy=False)
    closed_days = fields.Integer(
        readonly=True,
        copy=False,
        help="Calendar days in which the case was closed before it was reopened.",
    )
    stage_history_ids = fields.One2many("dispute.stage.history", "case_id", readonly=True)

    @api.depends("stage_kind")
    def _compute_is_closed(self):
        for case in self:
            case.is_closed = case.stage_kind in CLOSED_KINDS

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        pipelines = stages.pipeline_id or self.env["dispute.pipeline"].browse(
            self.env.context.get("default_pipeline_id") or ()
        )
        pipelines = pipelines or pipelines.search([], limit=1)
        return stages.search([("pipeline_id", "in", pipelines.ids)])

    def write(self, vals):
        if "stage_id" not in vals:
            return super().write(vals)
        stage = self.env["dispute.stage"].browse(vals["stage_id"])
        # Only a move writes both; a user can't write the facts of one.
        if "waiting_since" in vals:
            closed = self.filtered("is_closed")
            res = super().write(vals)
            # Before the write is over: automation rules of Odoo come after it, and find all as it is then.
            self._follow_stage(stage, vals["waiting_since"], closed)
            return res
        rest = {name: value for name, value in vals.items() if name != "stage_id"}
        res = super().write(rest) if rest else True
        # Automation rules that ran for the move don't run again for the write that asked for it.
        self.with_context(__action_feedback=True)._move_to_stage(stage)
        return res

    # Actions

    def action_reopen(self):
        """Put closed cases back to work: their clock goes on with what remained."""
        for pipeline, cases in self.filtered("is_closed").grouped("pipeline_id").items():
            stage = pipeline._get_stage("assessing") or pipeline.stage_ids[:1]
            cases._move_to_stage(stage)

    # Business

    def _move_to_stage(self, stage, at=None):
        """Move cases to one stage: history, turn, clock, hold and closing follow.

        :param stage: dispute.stage of the cases' pipeline
        :param at: when it happened, a naive UTC datetime; now, but for imports of the past
        :raise UserError: when a case can't enter the stage, with the reason
        """
        at = at or fields.Datetime.now()
        moving = self.filtered(lambda case: case.stage_id != stage)
        moving.check_access("write")
        moving._check_stage(stage)
        moving._enter_stage(stage, at)
        moving._start_stage(stage, at)

    def _enter_stage(self, stage, at):
        """Let cases stand in one stage: history, turn, clock, hold and closing follow.

        Callers checked that they may, and start what the stage starts.

        :param stage: dispute.stage of the cases' pipeline
        :param at: naive UTC datetime
        """
        self._write_facts(
            {
                "stage_id": stage.id,
                "waiting_on": stage.waiting_on,
                "waiting_since": at,
                "answered_by": False,
            }
        )

    def _follow_stage(self, stage, at, closed):
        """Do what standing in another stage means; as superuser, see `_enter_stage`.

        :param closed: those of these cases that were closed before
        """
        is_closing = stage._is_closed()
        # History is evidence that users can't write themselves.
        self.sudo().stage_history_ids.filtered(lambda row: not row.date_left)._leave(at)
        self._log_stage([at] * len(self))
        if is_closing:
            self._note_closing(at)
        elif closed:
            closed._note_reopening(at)
        self._follow_promises(stage, at)
        if stage.kind in REFUSED_KINDS:
            self.sudo().line_ids._note_refusal()
        self.line_ids._refresh_amounts()
        if is_closing:
            self._release_documents()
        elif closed:
            closed._hold_documents()

    def _leave_archived(self, archived, target):
        """Move open cases out of a stage that an administrator archives.

        That is filing: no rule of the pipeline bars it, nobody is mailed, no plan starts; history
        and clock follow. For superuser code, after its checks.

        :param archived: dispute.stage they stand in
        :param target: open dispute.stage of the same pipeline
        """
        now = fields.Datetime.now()
        self._enter_stage(target, now)
        self._set_timers(target, now)
        note = self.env._(
            "%(old)s was archived: its disputes went to %(new)s.", old=archived.name, new=target.name
        )
        self._message_log_batch(bodies=dict.fromkeys(self.ids, note))

    def _change_turn(self, waiting_on, at=None):
        """Note whose turn it is now, in the stage where the cases stand.

        The customer's turn stops the clock, so that it ends with their answer and not when
        somebody gets round to moving the case. Callers check that they may: whoever answers
        has no right to write on the case.

        :param waiting_on: one of the values of `waiting_on`
        :param at: when it changed, a naive UTC datetime; now, but for imports of the past
        """
        at = at or fields.Datetime.now()
        for before, cases in self.filtered(lambda case: not case.is_closed).grouped("waiting_on").items():
            if before == waiting_on:
                continue
            answered_by = before if waiting_on == "us" else False
            cases._write_facts({"waiting_on": waiting_on, "waiting_since": at, "answered_by": answered_by})
            # History is evidence that users can't write themselves.
            cases.sudo().stage_history_ids.filtered(lambda row: not row.date_left)._leave(at)
            cases._log_stage([at] * len(cases))
            if not self.env.context.get("dispute_renew_later"):
                cases.sudo().sla_status_ids._follow_turn()

    def _close(self, resolution, cause=None, at=None):
        """Close cases with one resolution, in the stage that its kind names.

        :param resolution: dispute.resolution
        :param cause: dispute.cause; none keeps what each case has
        :param at: naive UTC datetime; now, but for imports of the past
        :raise UserError: when a case can't be closed, with the reason
        """
        vals = {"resolution_id": resolution.id}
        if cause:
            vals["cause_id"] = cause.id
        self.write(vals)
        for pipeline, cases in self.grouped("pipeline_id").items():
            stage = pipeline._get_stage(resolution.stage_kind)
            if not stage:
                raise UserError(
                    self.env._(
                        "%(pipeline)s has no stage for %(resolution)s: add one.",
                        pipeline=pipeline.name,
                        resolution=resolution.display_name,
                    )
                )
            cases._move_to_stage(stage, at=at)

    def _get_timeline_stages(self):
        """The way of this case for a stage bar: where it was and is, and what may follow.

        :return: dispute.stage in the pipeline's order; of the closing ones only its own,
            or the first while it is open
        """
        self.ensure_one()
        stages = self.pipeline_id.stage_ids
        closing = stages.filtered(lambda stage: stage._is_closed())
        end = self.stage_id if self.is_closed else closing[:1]
        return (stages - closing) | end

    def _check_stage(self, stage):
        """Refuse a move that breaks a rule. Override to add rules, with their reason.

        :raise UserError: naming the case and what to do
        """
        for case in self:
            reason = case._get_cannot_enter_reason(stage)
            if reason:
                raise UserError(self.env._("%(case)s: %(reason)s", case=case.name, reason=reason))

    def _get_cannot_enter_reason(self, stage):
        """:return: why this case can't enter the stage, or False"""
        self.ensure_one()
        if stage.pipeline_id != self.pipeline_id:
            return self.env._(
                "%(stage)s belongs to another pipeline than %(pipeline)s.",
                stage=stage.name,
                pipeline=self.pipeline_id.name,
            )
        barred = self._get_barred_reason(stage)
        if barred:
            return barred
        if stage.kind != "new" and not (self.partner_id and self.line_ids):
            return self.env._("Name the customer and the document in dispute first.")
        return self._get_cannot_close_reason(stage) if stage._is_closed() else False

    def _get_barred_reason(self, stage):
        """:return: why the admin's rules keep this case from the stage, or False"""
        self.ensure_one()
        # Rules of the pipeline hold for whoever works on the case.
        leaving = self.stage_id.sudo()
        stage = stage.sudo()
        if leaving.next_stage_ids and stage not in leaving.next_stage_ids and not leaving._is_closed():
            return self.env._(
                "From %(leaving)s a case may go to: %(allowed)s.",
                leaving=leaving.name,
                allowed=", ".join(leaving.next_stage_ids.mapped("name")),
            )
        if closed_to_user := self._get_closed_to_user_reason(stage):
            return closed_to_user
        for requirement in leaving.requirement_ids:
            if requirement.only_forward and stage.kind == "withdrawn":
                continue
            if not requirement._is_met(self.sudo()):
                return requirement.message
        return False

    @api.model
    def _get_closed_to_user_reason(self, stage):
        """:return: why the user may not put a case in a stage, or False"""
        # Who may enter is a rule of the pipeline, told to whoever it keeps out.
        groups = stage.sudo().group_ids
        if not groups or self.env.su or groups & self.env.user.all_group_ids:
            return False
        return self.env._(
            "%(stage)s is entered by: %(groups)s.",
            stage=stage.sudo().name,
            groups=", ".join(groups.mapped("full_name")),
        )

    @api.model
    def _check_start(self, stage):
        """:raise UserError: when the user may not open a case in a stage"""
        reason = self._get_closed_to_user_reason(stage)
        if reason:
            raise UserError(reason)

    def _get_cannot_close_reason(self, stage):
        """:return: why this case can't close in the stage, or False"""
        self.ensure_one()
        if not self.resolution_id or not self.cause_id:
            return self.env._("Choose resolution and root cause before closing.")
        if self.resolution_id.stage_kind != stage.kind:
            return self.env._(
                "The resolution %(resolution)s does not end in %(stage)s.",
                resolution=self.resolution_id.display_name,
                stage=stage.name,
            )
        if stage.kind == "resolved" and self.currency_id.compare_amounts(self.amount_open, 0):
            return self.env._(
                "%s of the claim is open: settle, or refuse what is left.",
                self.currency_id.format(self.amount_open),
            )
        return False

    def _write_facts(self, vals):
        # After the access check of the move: what a user does to a case, the suite notes.
        self.sudo().write(vals)

    def _note_closing(self, at):
        for resolution, cases in self.grouped("resolution_id").items():
            cases._write_facts({"date_closed": at, "is_valid": resolution.is_valid})

    def _note_reopening(self, at):
        clock = self.env["dispute.working.time"]
        past = []
        for case in self:
            # Reports count days where the company works, not where its team does. Calendars
            # are readable by few; their time zone is no secret.
            calendar = case.company_id.sudo().resource_calendar_id
            gap = clock._get_local_date(calendar, at) - clock._get_local_date(calendar, case.date_closed)
            past.append((case.closed_days + gap.days, case.reopen_count + 1))
        for (closed_days, count), cases in self._group_by_value(past):
            cases._write_facts({"closed_days": closed_days, "reopen_count": count})
        self._write_facts({"date_closed": False, "is_valid": False, "resolution_id": False})
        self._resume_promises()

    def _log_stage(self, instants):
        """Open a history row for each case.

        :param instants: naive UTC datetimes, one a case
        """
        # History is evidence that users can't write themselves.
        self.env["dispute.stage.history"].sudo().create(
            [
                {
                    "case_id": case.id,
                    "company_id": case.company_id.id,
                    "stage_id": case.stage_id.id,
                    "waiting_on": case.waiting_on,
                    "date_entered": at,
                    "user_id": self.env.uid,
                }
                for case, at in zip(self, instants, strict=True)
            ]
        )

    def _hold_documents(self):
        """Take the invoices in dispute out of follow-up; a paid one is not followed up."""
        # Clerks without accounting rights hold too.
        moves = self.sudo().line_ids.move_id
        moves.filtered("amount_residual")._dispute_get_worth_holding()._dispute_hold()

    def _release_documents(self):
        """Give follow-up back the invoices on which no case is open any more."""
        # Cases of others count, and clerks without accounting rights release too.
        moves = self.sudo().line_ids.move_id
        disputed = moves.dispute_line_ids.filtered(lambda line: not line.case_id.is_closed)
        (moves - disputed.move_id)._dispute_release()
