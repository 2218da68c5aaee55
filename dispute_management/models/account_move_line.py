from odoo import models

from .dispute_hold_mixin import HOLD


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def write(self, vals):
        res = super().write(vals)
        if "no_followup" in vals and self.env.context.get("dispute_hold") is not HOLD:
            self.move_id._dispute_taken_over()
        return res

    def _inverse_no_followup(self):
        # The hold writes all receivable lines of an invoice at once; there is nothing to
        # bring into line afterwards.
        if self.env.context.get("dispute_hold") is not HOLD:
            super()._inverse_no_followup()
