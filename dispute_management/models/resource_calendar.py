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

    dispute_only = fields.Boolean(
        string="For disputes only",
        compute="_compute_dispute_only",
        search="_search_dispute_only",
        help="Neither a company nor any of its people work by these hours.",
    )

    def _compute_dispute_only(self):
        shared = self._get_dispute_shared()
        for calendar in self:
            calendar.dispute_only = calendar._origin not in shared

    def _search_dispute_only(self, operator, value):
        if operator != "in":
            return NotImplemented
        shared = Domain("id", "in", self._get_dispute_shared().ids)
        return Domain.OR(~shared if wanted else shared for wanted in value)

    def _get_dispute_shared(self):
        """:return: resource.calendar by which a company or its people work"""
        # All of them count, also archived ones and what the user may not see.
        env = self.sudo().with_context(active_test=False).env
        people = env["resource.resource"]._read_group([("calendar_id", "!=", False)], ["calendar_id"])
        companies = env["res.company"].search([]).resource_calendar_id
        return companies.union(*(calendar for (calendar,) in people))

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
        return self.filtered(lambda calendar: not calendar.dispute_only)
