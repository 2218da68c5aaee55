from odoo import fields, models


class DisputeCompanyRiskMixin(models.AbstractModel):
    """From which risk on a company warns of a dispute."""

    _name = "dispute.company.risk.mixin"
    _description = "Dispute Risk of a Company"

    dispute_risk_alert = fields.Integer(
        string="Warn of Disputes from a Risk of",
        default=70,
        tracking=True,
        help="Per cent. Cases from here on are marked, and escalation rules without a risk of their own fire.",
    )

    def write(self, vals):
        res = super().write(vals)
        if "dispute_risk_alert" in vals:
            # Whoever sets this, the rules that go by it look at open cases again.
            rules = self.env["dispute.escalation.rule"].sudo()
            rules.search([("trigger", "=", "risk"), ("risk", "=", 0)])._plan_cases()
        return res
