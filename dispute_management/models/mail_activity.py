from odoo import models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def write(self, vals):
        self._check_dispute_access(vals)
        return super().write(vals)

    def _check_dispute_access(self, vals):
        """An activity lets whoever holds it read a case, so no one may carry one there.

        :raise AccessError: when an activity is moved to a case that the user can't read
        """
        if self.env.su or not {"res_id", "res_model", "res_model_id"} & set(vals):
            return
        # Only to name the model that the user names by its id.
        model = vals.get("res_model") or self.env["ir.model"].sudo().browse(vals.get("res_model_id")).model
        for activity in self:
            if (model or activity.res_model) == "dispute.case":
                self.env["dispute.case"].browse(vals.get("res_id") or activity.res_id).check_access("read")
