from odoo import api, models


class ResourceCalendarAttendance(models.Model):
    _name = "resource.calendar.attendance"
    _inherit = ["resource.calendar.attendance", "dispute.right.mixin"]

    @api.model_create_multi
    def create(self, vals_list):
        attendances = super().create(vals_list)
        attendances.calendar_id._renew_dispute_promises()
        return attendances

    def write(self, vals):
        calendars = self.calendar_id
        res = super().write(vals)
        (calendars | self.calendar_id)._renew_dispute_promises()
        return res

    def unlink(self):
        calendars = self.calendar_id
        res = super().unlink()
        calendars.exists()._renew_dispute_promises()
        return res

    def _filter_not_for_disputes(self):
        bound = self.calendar_id._filter_not_for_disputes()
        return self.filtered(lambda attendance: attendance.calendar_id in bound)
