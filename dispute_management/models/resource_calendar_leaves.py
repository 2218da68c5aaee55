from odoo import api, models
from odoo.fields import Domain


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._get_dispute_calendars()._renew_dispute_promises()
        return leaves

    def write(self, vals):
        calendars = self._get_dispute_calendars()
        res = super().write(vals)
        (calendars | self._get_dispute_calendars())._renew_dispute_promises()
        return res

    def unlink(self):
        calendars = self._get_dispute_calendars()
        res = super().unlink()
        calendars.exists()._renew_dispute_promises()
        return res

    def _get_dispute_calendars(self):
        """:return: resource.calendar whose hours these days off change: those of one person change none"""
        public = self.filtered(lambda leave: not leave.resource_id)
        everywhere = public.filtered(lambda leave: not leave.calendar_id)
        calendars = public.calendar_id
        if everywhere:
            companies = everywhere.company_id.ids
            # Deadlines follow for all, whoever enters the holiday.
            calendars |= (
                self.env["resource.calendar"]
                .sudo()
                .with_context(active_test=False)
                .search(Domain("company_id", "in", [False, *companies]))
            )
        return calendars
