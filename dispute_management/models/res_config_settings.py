from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dispute_writeoff_account_id = fields.Many2one(
        related="company_id.dispute_writeoff_account_id", readonly=False
    )
