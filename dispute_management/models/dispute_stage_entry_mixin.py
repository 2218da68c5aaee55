from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .dispute_case_stage_entry_mixin import TIMERS


class DisputeStageEntryMixin(models.AbstractModel):
    """What entering a stage starts: a mail, an activity plan, and what waiting too long does."""

    _name = "dispute.stage.entry.mixin"
    _description = "Dispute Stage Entry"

    mail_template_id = fields.Many2one(
        "mail.template",
        string="Mail to the customer",
        domain="[('model', '=', 'dispute.case')]",
        help="Sent when a case enters.",
    )
    activity_plan_id = fields.Many2one(
        "mail.activity.plan",
        domain="[('res_model', '=', 'dispute.case')]",
        help="Started when a case enters.",
    )
    wait_unit = fields.Selection(
        [("working", "Working days"), ("calendar", "Calendar days")],
        string="Count",
        required=True,
        default="working",
    )
    reminder_days = fields.Integer(
        string="Remind after", help="Days in this stage until the customer is reminded; 0 never."
    )
    reminder_template_id = fields.Many2one("mail.template", domain="[('model', '=', 'dispute.case')]")
    alert_days = fields.Integer(
        string="Tell the owner after", help="Days in this stage until the owner gets an activity; 0 never."
    )
    timeout_days = fields.Integer(
        string="Move on after",
        copy=False,
        help="Days in this stage until the case moves on by itself; 0 never.",
    )
    timeout_stage_id = fields.Many2one(
        "dispute.stage",
        string="Move on to",
        copy=False,
        ondelete="restrict",
        domain="[('pipeline_id', '=', pipeline_id), ('id', '!=', id)]",
    )
    timeout_stage_kind = fields.Selection(related="timeout_stage_id.kind", string="Kind moved on to")
    timeout_resolution_id = fields.Many2one(
        "dispute.resolution", string="Closing as", help="Where moving on closes the case."
    )
    timeout_cause_id = fields.Many2one("dispute.cause", string="With root cause")

    _days_positive = models.Constraint(
        "CHECK(reminder_days >= 0 AND alert_days >= 0 AND timeout_days >= 0)",
        "Days can't be negative; 0 means never.",
    )

    @api.constrains("timeout_days", "timeout_stage_id", "timeout_resolution_id", "timeout_cause_id")
    def _check_timeout(self):
        for stage in self.filtered("timeout_days"):
            target = stage.timeout_stage_id
            if not target:
                raise ValidationError(self.env._("%s: choose the stage to move on to.", stage.name))
            if not target._is_closed():
                continue
            if not stage.timeout_resolution_id or not stage.timeout_cause_id:
                raise ValidationError(
                    self.env._(
                        "%(stage)s: %(target)s closes the case; choose resolution and root cause for it.",
                        stage=stage.name,
                        target=target.name,
                    )
                )
            if stage.timeout_resolution_id.stage_kind != target.kind:
                raise ValidationError(
                    self.env._(
                        "%(stage)s: the resolution %(resolution)s does not end in %(target)s.",
                        stage=stage.name,
                        resolution=stage.timeout_resolution_id.display_name,
                        target=target.name,
                    )
                )

    def write(self, vals):
        changing = {"wait_unit", *TIMERS.values()} & vals.keys()
        before = {stage: stage._get_waits() for stage in self} if changing else {}
        res = super().write(vals)
        for stage, waits in before.items():
            stage._follow_waits(waits)
        return res

    def _get_waits(self):
        """:return: ``{name of a timer: (days, unit)}``"""
        self.ensure_one()
        return {name: (self[days], self.wait_unit) for name, days in TIMERS.items()}

    def _follow_waits(self, before):
        """Let the cases that wait in this stage follow a change of its days.

        :param before: what `_get_waits` said
        """
        after = self._get_waits()
        changed = {
            name: days
            for name, (days, unit) in before.items()
            if after[name] != (days, unit) and (days or after[name][0])
        }
        if not changed or self._is_closed():
            return
        # A stage is changed for all cases in it, whoever may write on them.
        cases = self.env["dispute.case"].sudo().with_context(active_test=False)
        # Where somebody answered already, nothing is waited for any more.
        waiting = (
            Domain("stage_id", "=", self.id)
            & Domain("is_closed", "=", False)
            & Domain("waiting_on", "=", self.waiting_on)
        )
        cases.search(waiting)._follow_timers(self, changed)
