from odoo import fields, models


class DisputeRiskBin(models.Model):
    """Cases held back of which about the same risk was foretold, and to how many it happened."""

    _name = "dispute.risk.bin"
    _description = "Dispute Early Warning: Foretold and Happened"
    _order = "risk_id, lower"

    risk_id = fields.Many2one("dispute.risk", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="risk_id.company_id", store=True)
    lower = fields.Float(string="Foretold from", readonly=True, digits=(16, 4))
    upper = fields.Float(string="to", readonly=True, digits=(16, 4))
    cases = fields.Integer(readonly=True)
    predicted = fields.Float(string="Foretold", readonly=True, digits=(16, 4), aggregator=None)
    happened = fields.Float(readonly=True, digits=(16, 4), aggregator=None)
