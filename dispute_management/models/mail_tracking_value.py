from odoo import models


class MailTrackingValue(models.Model):
    _inherit = "mail.tracking.value"

    def write(self, vals):
        self.sudo().mail_message_id.sudo(self.env.su)._check_dispute_evidence()
        return super().write(vals)

    def unlink(self):
        self.sudo().mail_message_id.sudo(self.env.su)._check_dispute_evidence()
        return super().unlink()
