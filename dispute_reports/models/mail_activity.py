from odoo import models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        # Gathered first: a to-do that is done may be gone.
        kind = self.env.ref("dispute_reports.mail_activity_type_corrective_action")
        done = self.filtered(lambda activity: activity.active and activity.activity_type_id == kind)
        actions = self.env["dispute.corrective.action"].browse(done.mapped("res_id"))
        res = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if actions:
            actions._set_done()
        return res
