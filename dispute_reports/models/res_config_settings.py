from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dispute_delay_rate = fields.Float(related="company_id.dispute_delay_rate", readonly=False)
