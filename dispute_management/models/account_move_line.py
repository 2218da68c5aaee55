from odoo import api, models

from .dispute_hold_mixin import HOLD


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def write(self, vals):
        res = super().write(vals)
        if "no_followup" in vals and self.env.context.get("dispute_hold") is not HOLD:
            self.move_id._dispute_taken_over()
        return res

    @api.model
    def _prepare_reconciliation_plan(self, plan, amls_values_map, shadowed_aml_values=None):
        # A settlement matches no more of an invoice than was decided.
        limits = self.env.context.get("dispute_match_limit") or {}
        for line, values in amls_values_map.items():
            if line.id in limits:
                values["amount_residual"], values["amount_residual_currency"] = limits[line.id]
        return super()._prepare_reconciliation_plan(plan, amls_values_map, shadowed_aml_values)

    def _inverse_no_followup(self):
        # The hold writes all receivable lines of an invoice at once; there is nothing to
        # bring into line afterwards.
        if self.env.context.get("dispute_hold") is not HOLD:
            super()._inverse_no_followup()
