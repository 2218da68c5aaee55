from odoo.fields import Command

from .common import DisputeReportCommon


class ReportCurrenciesCommon(DisputeReportCommon):
    """To the cases of the common class, of 490.00 USD, comes one of 5,000 JPY in Tokyo. A dollar is a hundred yen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.yen = cls.env.ref("base.JPY")
        cls.yen.active = True
        rates = cls.env["res.currency.rate"]
        rates.search([("currency_id", "in", (cls.yen + cls.company.currency_id).ids)]).unlink()
        data = cls.setup_other_company(name="Tokyo", currency_id=cls.yen.id)
        cls.tokyo = data["company"]
        for company in cls.company + cls.tokyo:
            rates.create(
                {
                    "currency_id": cls.yen.id,
                    "company_id": company.id,
                    "name": "1900-01-01",
                    "rate": 100,
                }
            )
        cls.env.user.company_ids |= cls.tokyo
        invoice = cls._create_invoice_one_line(
            price_unit=5000,
            partner_id=cls.partner_a.id,
            journal_id=data["default_journal_sale"].id,
            company_id=cls.tokyo.id,
            currency_id=cls.yen.id,
            tax_ids=[Command.clear()],
            post=True,
        )
        root = cls.env.ref("base.user_root")
        cls.abroad = cls._create_case({invoice: 5000}, user=root, reason_id=cls.price.id)
        cls.abroad.sudo()._close(cls._resolution("REJ"), cause=cls.cause)
        cls.viewer.sudo().company_ids += cls.tokyo
        cls.env.flush_all()

    def _get(self, company, model="dispute.report", **context):
        companies = company + (self.company + self.tokyo - company)
        model = self.env[model].with_user(self.viewer)
        return model.with_context(allowed_company_ids=companies.ids, **context)
