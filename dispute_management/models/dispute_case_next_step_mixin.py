from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: More suggestions than this are none.
MAX_STEPS = 4


class DisputeCaseNextStepMixin(models.AbstractModel):
    """What to do next on a case: the steps that fit its reason and stage and are not done."""

    _name = "dispute.case.next.step.mixin"
    _description = "Dispute Suggestions"

    next_step_ids = fields.Many2many(
        "dispute.next.step",
        string="Next",
        compute="_compute_next_step_ids",
        groups="dispute_management.group_dispute_user",
    )
    done_step_ids = fields.Many2many(
        "dispute.next.step",
        "dispute_case_done_step_rel",
        string="Steps taken",
        readonly=True,
        copy=False,
        groups="dispute_management.group_dispute_viewer",
    )

    @api.depends(
        "reason_id",
        "stage_id",
        "amount_open",
        "contact_id.email",
        "evidence_ids.is_there",
        "settlement_ids.state",
        "done_step_ids",
    )
    def _compute_next_step_ids(self):
        steps = self.env["dispute.next.step"].search([])
        for case in self:
            fitting = steps.filtered(lambda step, case=case: step._fits(case._origin))
            case.next_step_ids = fitting[:MAX_STEPS]

    def action_take_step(self, step_id):
        """Take a suggested step.

        :param step_id: id of the dispute.next.step
        :return: an action that asks for more, or None when it is done
        :raise UserError: when the step no longer fits the case
        """
        self.ensure_one()
        self.check_access("write")
        step = self.env["dispute.next.step"].search(Domain("id", "=", step_id))
        if not step or not step._fits(self):
            raise UserError(self.env._("%s has moved on: this step no longer fits.", self.name))
        return step._take(self)

    def _note_step(self, step):
        """Suggest a step no more: it was taken."""
        self._write_facts({"done_step_ids": [fields.Command.link(step.id)]})

    def _get_date_after(self, days):
        """:return: the date so many working days from now in this case's calendar"""
        self.ensure_one()
        now = fields.Datetime.now()
        calendar = self._get_calendar()
        clock = self.env["dispute.working.time"]
        # Calendars are readable by few; how long a day is, is no secret.
        hours = days * (calendar.sudo().hours_per_day or 24)
        due = clock._get_deadlines([(calendar, now, hours, ())])[0] if hours else now
        return clock._get_local_date(calendar, due or now + timedelta(days=days))

    def _message_post_after_hook(self, message, msg_vals):
        res = super()._message_post_after_hook(message, msg_vals)
        step_id = self.env.context.get("dispute_next_step_id")
        # A step that asks for text is taken once the text is there; only who works on the case takes steps.
        if isinstance(step_id, int) and self.has_access("write"):
            self._note_step(self.env["dispute.next.step"].search(Domain("id", "=", step_id)))
        return res
