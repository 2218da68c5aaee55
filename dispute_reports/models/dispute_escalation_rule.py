from odoo import models


class DisputeEscalationRule(models.Model):
    _inherit = "dispute.escalation.rule"

    def _get_reason_risk(self, case, occasion):
        reason = super()._get_reason_risk(case, occasion)
        # Who is told of the risk, is told why.
        because = (case.risk_reasons or "").splitlines()
        return f"{reason} ({', '.join(because)})" if because else reason
