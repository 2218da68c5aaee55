from odoo import fields, models

from .dispute_stage_kinds import STAGE_KINDS

SLA_TARGETS = [
    ("first_response", "First response to the customer"),
    ("stage_kind", "Reaching a stage"),
    ("closing", "Closing"),
]


class DisputeSlaPolicy(models.Model):
    """A promise; of each target the first policy that fits a case applies."""

    _name = "dispute.sla.policy"
    _description = "Dispute SLA Policy"
    _inherit = ["mail.thread", "dispute.configuration.mixin"]
    _check_company_auto = True

    target = fields.Selection(SLA_TARGETS, required=True, default="closing", tracking=True)
    stage_kind = fields.Selection(STAGE_KINDS, help="The stage to be reached in time.")
    reason_ids = fields.Many2many("dispute.reason", help="Empty: all reasons.")
    team_ids = fields.Many2many("dispute.team", help="Empty: all teams.")
    duration = fields.Float(string="Allowed", required=True, default=8, tracking=True)
    duration_unit = fields.Selection(
        [("hour", "Working hours"), ("day", "Working days")],
        required=True,
        default="hour",
        tracking=True,
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        check_company=True,
        tracking=True,
        help="Empty: the team's, else the company's.",
    )
    warn_percent = fields.Integer(string="Warn at %", default=75, help="Share of the time used that warns.")

    _duration_positive = models.Constraint("CHECK(duration > 0)", "The time allowed must be positive.")
    _warn_range = models.Constraint("CHECK(warn_percent BETWEEN 1 AND 100)", "Warn between 1 % and 100 %.")
    _stage_kind_given = models.Constraint(
        "CHECK(target != 'stage_kind' OR stage_kind IS NOT NULL)",
        "Choose the stage that has to be reached.",
    )

    def _fits(self, case):
        """:return: whether this policy promises something to the case"""
        self.ensure_one()
        return (
            (not self.company_id or self.company_id in case.company_id.parent_ids)
            and (not self.reason_ids or case.reason_id in self.reason_ids)
            and (not self.team_ids or case.team_id in self.team_ids)
        )

    def _get_calendar(self, case):
        """:return: resource.calendar that this promise to the case is kept by"""
        self.ensure_one()
        return self.calendar_id or case._get_calendar()

    def _get_hours(self, calendar):
        """The time allowed, in working hours; a day has as many as the calendar says.

        :param calendar: resource.calendar
        """
        self.ensure_one()
        if self.duration_unit == "hour":
            return self.duration
        # Calendars are readable by few; how long a day is, is no secret.
        return self.duration * (calendar.sudo().hours_per_day or 8)
