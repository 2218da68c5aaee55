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
        """:raise UserError: when these note what happened to a dispute, which is kept: tracked changes,
        and what the suite logged, as where a case was merged or split
        """
        if self.env.su:
            return
        # What was tracked is readable by few; that there is something, tells what to keep.
        noted = self.filtered(lambda message: message.model == "dispute.case").sudo()
        if any(message.message_type == "notification" or message.tracking_value_ids for message in noted):
            raise UserError(self.env._("What was changed on a dispute stays on record."))
