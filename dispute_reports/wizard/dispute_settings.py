from odoo import fields, models


class DisputeSettings(models.TransientModel):
    _inherit = "dispute.settings"

    dispute_delay_rate = fields.Float(
        string="Cost of late money",
        digits=(16, 2),
        # A setting of disputes, on a company that who sets it up need not be able to read.
        default=lambda self: self.env.company.sudo().dispute_delay_rate,
        help="Yearly rate in percent; the reports count it for the days that disputed money came late.",
    )

    def action_save(self):
        """Write the settings on the company, that of the reports too."""
        res = super().action_save()
        # Checked above; of all that a company is, only this field is written.
        self.company_id.sudo().dispute_delay_rate = self.dispute_delay_rate
        return res
