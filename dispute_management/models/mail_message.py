from odoo import models
from odoo.exceptions import UserError


class MailMessage(models.Model):
    _inherit = "mail.message"

    def write(self, vals):
        if not {"body", "author_id", "date", "model", "res_id", "tracking_value_ids"}.isdisjoint(vals):
            self._check_dispute_evidence()
        return super().write(vals)

    def unlink(self):
        self._check_dispute_evidence()
        return super().unlink()

    def _check_dispute_evidence(self):
        """:raise UserError: when these are the tracked changes of a dispute, which are kept"""
        if self.env.su:
            return
        # What was tracked is readable by few; that there is something, tells what to keep.
        if any(message.model == "dispute.case" and message.sudo().tracking_value_ids for message in self):
            raise UserError(self.env._("What was changed on a dispute stays on record."))
