from odoo import api, fields, models
from odoo.fields import Domain


class ResCompany(models.Model):
    _inherit = "res.company"

    dispute_writeoff_account_id = fields.Many2one(
        "account.account",
        string="Dispute Write-off Account",
        check_company=True,
        domain="[('account_type', 'in', ('expense', 'expense_direct_cost', 'income', 'income_other'))]",
        help="Where settlements book what is written off.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_dispute_sequences()
        return companies

    def _create_dispute_sequences(self):
        """Give companies that have none their own yearly numbering of cases, DSP/2026/00042.

        :return: the ir.sequence records made
        """
        # Part of setting up a company: whoever may do that gets its sequence.
        sequences = self.env["ir.sequence"].sudo()
        numbered = sequences.search(
            Domain("code", "=", "dispute.case") & Domain("company_id", "in", self.ids)
        ).company_id
        return sequences.create(
            [
                {
                    "name": self.env._("Disputes of %s", company.name),
                    "code": "dispute.case",
                    "company_id": company.id,
                    "prefix": "DSP/%(range_year)s/",
                    "padding": 5,
                    "use_date_range": True,
                }
                for company in self - numbered
            ]
        )
