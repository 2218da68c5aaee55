import csv
import io
import json
from datetime import datetime

import openpyxl

from odoo import http
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .report_currencies_common import ReportCurrenciesCommon


@tagged("post_install", "-at_install")
class TestReportExport(ReportCurrenciesCommon, HttpCase):
    """Odoo's own export of a list tells what the list shows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.viewer.sudo().group_ids = [Command.link(cls.env.ref("base.group_allow_export").id)]

    def _export(self, names, companies, extension="xlsx", **options):
        """:return: rows of values, texts in a CSV file"""
        self.authenticate(self.viewer.login, f"{self.viewer.login}-password")
        options = {
            "model": "dispute.report",
            "fields": [
                {"name": name, "label": name, "type": self.env["dispute.report"]._fields[name].type}
                for name in names
            ],
            "ids": False,
            "domain": [],
            "groupby": [],
            "context": {"allowed_company_ids": companies.ids},
            "import_compat": False,
        } | options
        response = self.url_open(
            f"/web/export/{extension}",
            data={"data": json.dumps(options), "csrf_token": http.Request.csrf_token(self)},
        )
        self.assertEqual(response.status_code, 200)
        if extension == "csv":
            rows = csv.reader(io.StringIO(response.content.decode()))
        else:
            rows = openpyxl.load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True)
        return {row[0].strip(): row for row in rows}

    def test_groups(self):
        names = ["name", "date_opened", "amount_disputed", "cycle_days", "valid_amount_rate"]
        rows = self._export(names, self.company, groupby=["reason_id"])
        self.assertEqual(rows[f"{self.price.display_name} (3)"][2:], (340, 20, 100 / 300))
        # No mean and no rate where nothing was closed.
        self.assertEqual(rows[f"{self.quantity.display_name} (1)"][2:], (150, None, None))
        self.assertIn(datetime(2025, 2, 1), rows[self.credited.name])

    def test_groups_of_several_currencies(self):
        """Their sums are in the currency of the company worked in, as in the list; of one currency, in that."""
        rows = self._export(["name", "amount_disputed"], self.company + self.tokyo, groupby=["reason_id"])
        self.assertEqual(rows[f"{self.price.display_name} (4)"][1], 340 + 50)
        self.assertEqual(rows[f"{self.quantity.display_name} (1)"][1], 150)
        self.assertEqual(rows[self.abroad.name][1], 5000)
        rows = self._export(
            ["name", "amount_disputed"], self.company + self.tokyo, groupby=["company_id", "reason_id"]
        )
        self.assertEqual(rows[f"{self.tokyo.name} (1)"][1], 5000)

    def test_what_a_row_has_no_figure_of_is_empty(self):
        """Else the mean of a column would take cases that are open for cases that took no time."""
        names = ["name", "cycle_days", "cycle_days_p90", "is_valid", "rating"]
        rows = self._export(names, self.company)
        self.assertEqual(rows[self.foreign.name][1:], (None,) * 4)
        self.assertEqual(rows[self.refused.name][1:], (20, 20, 0, None))
        rows = self._export(names, self.company, "csv")
        self.assertEqual(rows[self.foreign.name][1:], [""] * 4)
        self.assertEqual(rows[self.refused.name][1:], ["20.0", "20.0", "0.0", ""])
        report = self._get_report()
        found = report.search_read(
            [("case_id", "in", (self.foreign + self.refused).ids)], names, order="is_closed"
        )
        self.assertEqual([(row["cycle_days"], row["is_valid"]) for row in found], [(False, False), (20, 0)])
        self.assertIs(found[0]["is_valid"], False)
