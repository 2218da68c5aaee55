from odoo import models


class MailActivitySchedule(models.TransientModel):
    """Plans that somebody starts on disputes are due in working days, as those of a stage are."""

    _inherit = "mail.activity.schedule"

    def _compute_plan_schedule_line_ids(self):
        for scheduler in self:
            case_ids = scheduler._evaluate_res_ids() if scheduler.res_model == "dispute.case" else []
            super(
                MailActivitySchedule, scheduler.with_context(dispute_plan_case_id=case_ids[:1])
            )._compute_plan_schedule_line_ids()

    def action_schedule_plan(self):
        if self.res_model != "dispute.case":
            return super().action_schedule_plan()
        cases = self._get_applied_on_records()
        # One by one, since each has its own working days.
        for case in cases:
            scheduler = self.with_context(dispute_plan_case_id=case.id)
            action = super(MailActivitySchedule, scheduler).action_schedule_plan()
        return action if len(cases) == 1 else cases._get_records_action(name=self.env._("Disputes"))

    def _get_applied_on_records(self):
        records = super()._get_applied_on_records()
        case_id = self.env.context.get("dispute_plan_case_id")
        return records.browse(case_id) if case_id and records is not None else records
