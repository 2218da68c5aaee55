from markupsafe import Markup

from odoo import api, models


class MailActivity(models.Model):
    """To-dos on a case tell whom to call, where the customer asked to be called."""

    _inherit = "mail.activity"

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        on_cases = activities.filtered(lambda activity: activity.res_model == "dispute.case")
        if on_cases:
            # Whoever plans something on a case is told how its customer is reached.
            cases = self.env["dispute.case"].sudo().browse(on_cases.mapped("res_id"))
            called = {case.id: case._get_call_note() for case in cases.filtered("contact_method")}
            for activity in on_cases.filtered(lambda activity: called.get(activity.res_id)):
                note = Markup("<p>%s</p>") % called[activity.res_id]
                activity.sudo().note = (activity.note or Markup()) + note
        return activities
