from odoo import fields, models
from odoo.exceptions import ValidationError


class MailActivityPlanTemplate(models.Model):
    _inherit = "mail.activity.plan.template"

    responsible_type = fields.Selection(
        selection_add=[
            ("dispute_owner", "Owner of the dispute"),
            ("dispute_leader", "Team leader of the dispute"),
            ("dispute_coordinator", "Coordinator of the dispute"),
            ("dispute_salesperson", "Salesperson of the invoice"),
        ],
        ondelete={
            "dispute_owner": "set default",
            "dispute_leader": "set default",
            "dispute_coordinator": "set default",
            "dispute_salesperson": "set default",
        },
    )
    dispute_working_days = fields.Integer(
        string="Due in working days",
        help="Of the dispute's calendar, when a stage starts the plan. 0: as the interval says.",
    )

    def _check_responsible(self):
        super()._check_responsible()
        for template in self:
            if template.responsible_type.startswith("dispute_") and template.res_model != "dispute.case":
                raise ValidationError(
                    self.env._("%s: only plans for disputes know their people.", template.summary)
                )

    def _determine_responsible(self, on_demand_responsible, applied_on_record):
        if not self.responsible_type.startswith("dispute_"):
            return super()._determine_responsible(on_demand_responsible, applied_on_record)
        # Who is asked follows from the case, whoever starts the plan.
        case = applied_on_record.sudo()
        people = {
            "dispute_owner": case.user_id,
            "dispute_leader": case.team_id.user_id,
            "dispute_coordinator": case.coordinator_id,
            "dispute_salesperson": case.line_ids.move_id.invoice_user_id[:1],
        }
        responsible = people[self.responsible_type].filtered("active")
        return {
            "responsible": (responsible or case.user_id).sudo(self.env.su),
            "error": False,
            "warning": False,
        }

    def _get_case_deadline(self, case, base_date):
        """When an activity of this template is due for a case.

        :param case: dispute.case
        :param base_date: the day the plan starts
        :return: date
        """
        self.ensure_one()
        if not self.dispute_working_days:
            return self._get_date_deadline(base_date)
        # Calendars are readable by few; how long a day is, is no secret.
        calendar = case._get_calendar()
        hours = self.dispute_working_days * (calendar.sudo().hours_per_day or 24)
        (due,) = self.env["dispute.working.time"]._get_deadlines(
            [(calendar, fields.Datetime.now(), hours, ())]
        )
        if not due:
            return self._get_date_deadline(base_date)
        return self.env["dispute.working.time"]._get_local_date(calendar, due)
