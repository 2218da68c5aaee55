import json

from odoo.tests import tagged
from odoo.tools import file_open

from .report_currencies_common import ReportCurrenciesCommon

DASHBOARD = "dispute_reports/data/files/dispute_dashboard.json"


@tagged("post_install", "-at_install")
class TestReportCurrencies(ReportCurrenciesCommon):
    """Amounts of companies that keep their books in different currencies are not just added up."""

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
