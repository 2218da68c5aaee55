from odoo import models


class MailTrackingValue(models.Model):
    _inherit = "mail.tracking.value"

    def write(self, vals):
        # To find the message; the check asks with the user's own rights.
        self.sudo().mail_message_id.sudo(self.env.su)._check_dispute_evidence()
        return super().write(vals)

    def unlink(self):
        # To find the message; the check asks with the user's own rights.
        self.sudo().mail_message_id.sudo(self.env.su)._check_dispute_evidence()
        return super().unlink()
