from odoo import fields, models
from odoo.fields import Domain

#: What of a calendar says when people work.
_HOURS = frozenset(
    "attendance_ids global_leave_ids leave_ids attendance_ids_1st_week attendance_ids_2nd_week tz "
    "two_weeks_calendar schedule_type flexible_hours hours_per_day full_time_required_hours company_id".split()
)


class ResourceCalendar(models.Model):
    _name = "resource.calendar"
    _inherit = ["resource.calendar", "dispute.right.mixin"]

    # Who works by these hours: what nobody does is for disputes alone.
    dispute_resource_ids = fields.One2many("resource.resource", "calendar_id", string="Resources")
    dispute_company_ids = fields.One2many("res.company", "resource_calendar_id", string="Companies")

    def write(self, vals):
        res = super().write(vals)
        if _HOURS & set(vals):
            self._renew_dispute_promises()
        return res

    def unlink(self):
        domain = self._get_dispute_domain()
        # Which cases were clocked by it is known no more once it is gone.
        case_ids = self.env["dispute.case"].sudo()._search(domain).get_result_ids()
        res = super().unlink()
        self.env["dispute.case"]._renew_promises_where(Domain("id", "in", case_ids))
        return res

    def _renew_dispute_promises(self):
        """Let the deadlines kept by these calendars follow them."""
        if self:
            self.env["dispute.case"]._renew_promises_where(self._get_dispute_domain())

    def _get_dispute_domain(self):
        """:return: domain of the cases with an open promise kept by these calendars, or whose working
        days they count
        """
        promised = Domain("sla_status_ids", "any", [("calendar_id", "in", self.ids), ("is_open", "=", True)])
        # Archived ones still count.
        Company = self.env["res.company"].sudo().with_context(active_test=False)
        Team = self.env["dispute.team"].sudo().with_context(active_test=False)
        teams = Team.search(Domain("calendar_id", "in", self.ids))
        others = Team.search(Domain("calendar_id", "not in", [False, *self.ids]))
        companies = Company.search(Domain("resource_calendar_id", "in", self.ids))
        counted = Domain("team_id", "in", teams.ids) | (
            Domain("company_id", "in", companies.ids) & Domain("team_id", "not in", others.ids)
        )
        return promised | counted

    def _filter_not_for_disputes(self):
        """Hours that a company or its people work by are not a matter of disputes alone."""
        return self.filtered(lambda calendar: calendar.dispute_resource_ids or calendar.dispute_company_ids)
