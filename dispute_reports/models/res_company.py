from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    dispute_delay_rate = fields.Float(
        string="Cost of Late Money",
        digits=(16, 2),
        help="Yearly rate in percent that the dispute reports take as the cost of money that came late.",
    )

    _dispute_delay_rate_range = models.Constraint(
        "CHECK(dispute_delay_rate IS NULL OR dispute_delay_rate BETWEEN 0 AND 100)",
        "The yearly cost of late money is between 0 % and 100 %.",
    )
