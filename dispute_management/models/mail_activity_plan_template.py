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
        help="After the day the plan starts, in the dispute's calendar. 0: as the interval says.",
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

    def _get_date_deadline(self, base_date=False):
        """Working days are those of the dispute for which a plan is started or shown."""
        case = self.env["dispute.case"].browse(self.env.context.get("dispute_plan_case_id") or ())
        if not self.dispute_working_days or not case:
            return super()._get_date_deadline(base_date)
        return self._get_case_deadlines(case, base_date or fields.Date.context_today(self))[case]

    def _get_case_deadlines(self, cases, base_date):
        """When an activity of this template is due for cases.

        :param cases: dispute.case
        :param base_date: the day the plan starts
        :return: ``{case: date}``
        """
        self.ensure_one()
        if not self.dispute_working_days:
            return dict.fromkeys(cases, self._get_date_deadline(base_date))
        asked = [(case._get_calendar(), base_date, self.dispute_working_days) for case in cases]
        return dict(zip(cases, self.env["dispute.working.time"]._get_working_dates(asked), strict=True))
