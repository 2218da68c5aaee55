import json

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import file_open

from .common import DisputeReportCommon

DASHBOARD = "dispute_reports/data/files/dispute_dashboard.json"


@tagged("post_install", "-at_install")
class TestReportCurrencies(DisputeReportCommon):
    """Amounts of companies that keep their books in different currencies are not just added up.

    To the cases of the common class, of 490.00 USD, comes one of 5,000 JPY in Tokyo. A dollar is
    a hundred yen.
    """

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

    def test_sums_are_in_the_currency_of_the_company_worked_in(self):
        specs = ["amount_disputed:sum", "amount_disputed:sum_currency"]
        for company, total in [(self.company, 490 + 50), (self.tokyo, 49000 + 5000)]:
            with self.subTest(company.name):
                ((plain, converted),) = self._get(company)._read_group([], [], specs)
                self.assertEqual((plain, converted), (490 + 5000, total))
        by_company = dict(self._get(self.tokyo)._read_group([], ["company_id"], ["amount_disputed:sum"]))
        self.assertEqual(by_company, {self.company: 490, self.tokyo: 5000})

    def test_rates_of_amounts(self):
        # Of what was closed and decided, 100 + 200 USD and 5,000 JPY, the customer was right with 100 USD.
        for company in self.company + self.tokyo:
            with self.subTest(company.name):
                ((rate, count),) = self._get(company)._read_group(
                    [], [], ["valid_amount_rate:avg", "count_decided:sum"]
                )
                self.assertAlmostEqual(rate, 100 / (300 + 50), 6)
                self.assertEqual(count, 3)
        ((alone,),) = self._get(self.company)._read_group(
            [("company_id", "=", self.company.id)], [], ["valid_amount_rate:avg"]
        )
        self.assertAlmostEqual(alone, 100 / 300, 6)

    def test_a_dashboard_shows_one_currency(self):
        with file_open(DASHBOARD) as file:
            pivots = json.load(file)["pivots"].values()
        asked = 0
        for pivot in pivots:
            specs = [measure["id"] for measure in pivot["measures"]]
            spec = next((spec for spec in specs if spec.startswith("amount_")), None)
            if not spec:
                continue
            asked += 1
            report = self._get(self.tokyo, pivot["model"])
            currency = report._fields[spec.partition(":")[0]].get_currency_field(report)
            sums = dict(report._read_group(pivot["domain"], [currency], [spec]))
            expected = sums.get(self.yen, 0) + 100 * sums.get(self.company.currency_id, 0)
            with self.subTest(pivot["name"]):
                (((row),),) = report.with_context(**pivot["context"]).formatted_read_grouping_sets(
                    pivot["domain"], [[]], specs
                )
                self.assertAlmostEqual(row[spec] or 0, expected, 2)
        self.assertEqual(asked, 7)

    def test_who_asks_for_currencies_gets_them(self):
        """A pivot that is opened from a card shows each amount in its own."""
        specs = ["amount_disputed:sum", "company_currency_id:array_agg_distinct"]
        report = self._get(self.tokyo, dispute_one_currency=True)
        ((row,),) = report.formatted_read_grouping_sets([("company_id", "=", self.company.id)], [[]], specs)
        self.assertEqual(row["amount_disputed:sum"], 490)
