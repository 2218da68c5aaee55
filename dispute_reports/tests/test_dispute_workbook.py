import io
from datetime import date, datetime
from unittest.mock import patch

import openpyxl

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.dispute_reports.wizard import dispute_workbook_cases

from .common import DisputeReportCommon


@tagged("post_install", "-at_install")
class TestDisputeWorkbook(DisputeReportCommon):
    def _create_workbook(self, user=None, **values):
        return (
            self.env["dispute.workbook"]
            .with_user(user or self.viewer)
            .with_context(allowed_company_ids=self.company.ids)
            .create({"date_from": "2025-01-01", "date_to": "2025-12-31"} | values)
        )

    def _read(self, workbook):
        stream = io.BytesIO()
        workbook._write_workbook(stream)
        return openpyxl.load_workbook(stream)

    def _get_table(self, sheet):
        """:return: ``{first cell: {title: value}}`` of a sheet"""
        titles, *rows = sheet.iter_rows(values_only=True)
        return {row[0]: dict(zip(titles, row, strict=True)) for row in rows}

    def test_sheets(self):
        book = self._read(self._create_workbook())
        self.assertEqual(
            book.sheetnames,
            [
                "Summary",
                "Key figures",
                "Pareto",
                "Cycle times",
                "Ageing of disputes",
                "Receivables",
                "SLA",
                "Reasons",
                "Root causes",
                "Customers",
                "Countries",
                "Customer tags",
                "Months",
                "Stages",
                "Cases",
            ],
        )
        for sheet in book.worksheets[1:]:
            self.assertEqual(sheet.freeze_panes, "B2")
            self.assertTrue(sheet.auto_filter.ref)

    def test_figures_by_reason(self):
        table = self._get_table(self._read(self._create_workbook())["Reasons"])
        row = table[self.price.display_name]
        self.assertEqual(
            (
                row["Cases"],
                row["Closed"],
                row["Disputed"],
                row["Credited"],
                row["Cycle Time (mean days)"],
                row["Cycle Time (median days)"],
                row["Validity Rate"],
            ),
            (3, 3, 340, 100, 20, 20, 0.5),
        )
        self.assertAlmostEqual(row["Validity Rate by Amount"], 100 / 300, 6)
        # No closed case, so no cycle time: an empty cell and not a zero.
        self.assertIsNone(table[self.quantity.display_name]["Cycle Time (mean days)"])
        self.assertEqual((table["All cases"]["Cases"], table["All cases"]["Disputed"]), (4, 490))

    def _get_rows(self, sheet):
        titles, *rows = sheet.iter_rows(values_only=True)
        return [dict(zip(titles, row, strict=True)) for row in rows]

    def test_key_figures_are_those_of_the_model(self):
        workbook = self._create_workbook(date_from="2025-02-01", date_to="2025-02-28", comparison="previous")
        sheet = self._read(workbook)["Key figures"]
        rows = {row["Key figure"]: row for row in self._get_rows(sheet)}
        kpis = self.env["dispute.kpi"].with_user(self.viewer)
        values = kpis._get_values(self.company, date(2025, 2, 1), date(2025, 2, 28))
        before = kpis._get_values(self.company, date(2025, 1, 4), date(2025, 1, 31))
        for key, title, formula, _kind, _better in kpis._get_labels():
            with self.subTest(title):
                self.assertEqual(rows[title]["Formula"], formula)
                if values[key] is None:
                    self.assertIsNone(rows[title]["This period"])
                else:
                    # The clock went on between the two.
                    self.assertAlmostEqual(rows[title]["This period"], values[key], 1)
                if rows[title]["Compared with"] is not None:
                    self.assertEqual(rows[title]["Compared with"], before[key])
        self.assertEqual(rows["Disputes opened"]["Change"], None)
        number = [cell.value for cell in sheet["A"]].index("Amount opened") + 1
        self.assertEqual(sheet.cell(number, 3).number_format, "#,##0.00 [$USD]")
        number = [cell.value for cell in sheet["A"]].index("Validity Rate") + 1
        self.assertEqual(sheet.cell(number, 3).number_format, "0.0%")

    def test_compared_with_a_year_before(self):
        workbook = self._create_workbook(date_from="2026-02-01", date_to="2026-02-28", comparison="year")
        rows = {row["Key figure"]: row for row in self._get_rows(self._read(workbook)["Key figures"])}
        self.assertEqual(
            (rows["Disputes opened"]["This period"], rows["Disputes opened"]["Compared with"]), (0, 3)
        )
        self.assertEqual(rows["Disputes opened"]["Change"], -1)
        self.assertIsNone(rows["Open disputes now"]["Compared with"])

    def test_pareto(self):
        """Of causes that were found, as on the dashboard; the sheet of root causes has the others."""
        other = self.env["dispute.cause"].sudo().search([("id", "!=", self.cause.id)], limit=1)
        self.refused.sudo().cause_id = other
        self.env.flush_all()
        rows = self._get_rows(self._read(self._create_workbook())["Pareto"])
        self.assertEqual(
            [(row["Root Cause"], row["Cases"], row["Disputed"]) for row in rows],
            [(other.display_name, 1, 200), (self.cause.display_name, 2, 140)],
        )
        self.assertAlmostEqual(rows[0]["Share"], 200 / 340, 6)
        self.assertAlmostEqual(rows[0]["Together"], 200 / 340, 6)
        self.assertAlmostEqual(rows[1]["Together"], 1, 6)

    def test_cycle_times_ageing_and_promises(self):
        book = self._read(self._create_workbook())
        rows = {row["Closed in"]: row for row in self._get_rows(book["Cycle times"])}
        self.assertEqual(rows[datetime(2025, 2, 1)]["Mean days"], 15)
        self.assertEqual(rows[datetime(2025, 3, 1)]["Median days"], 30)
        ages = {row["Open for"]: row for row in self._get_rows(book["Ageing of disputes"])}
        self.assertEqual((ages["Over 90 days"]["Cases"], ages["Over 90 days"]["Open now"]), (1, 150))
        receivables = self._get_rows(book["Receivables"])
        self.assertEqual(sum(row["Disputed"] for row in receivables), 150)
        self.assertEqual(
            sum(row["Open now"] for row in receivables),
            sum(row["Disputed"] + row["Not in dispute"] for row in receivables),
        )
        promises = self._get_rows(book["SLA"])
        due = (
            self.env["dispute.sla.report"]
            .with_user(self.viewer)
            .search_count([("count_due", "=", 1), ("date_deadline", "<=", "2025-12-31")])
        )
        self.assertEqual(sum(row["Met"] + row["Failed"] for row in promises), due)

    def test_charts_and_print(self):
        book = self._read(self._create_workbook())
        for name in ("Pareto", "Cycle times", "Ageing of disputes", "Receivables", "SLA"):
            with self.subTest(name):
                self.assertEqual(len(book[name]._charts), 1)
        for name in ("Pareto", "Ageing of disputes", "Receivables"):
            (run,) = book[name]._charts[0].title.tx.rich.p[0].r
            self.assertTrue(run.t.endswith(f", in {self.company.currency_id.name}"), run.t)
        for sheet in book.worksheets:
            with self.subTest(sheet.title):
                self.assertEqual(sheet.page_setup.paperSize, 9)
                self.assertTrue(sheet.sheet_properties.pageSetUpPr.fitToPage)
                self.assertIn("&P", sheet.oddFooter.right.text)

    def test_figures_by_tag_do_not_add_up_to_the_total(self):
        table = self._get_table(self._read(self._create_workbook())["Customer tags"])
        self.assertEqual(
            [(name, row["Cases"]) for name, row in table.items()],
            [("Big", 4), ("New", 2), ("All cases", 4)],
        )

    def test_months_and_dates_are_dates(self):
        book = self._read(self._create_workbook())
        months = [row[0].value for row in book["Months"].iter_rows(min_row=2)]
        self.assertEqual(months, [datetime(2025, 2, 1), datetime(2025, 3, 1), "All cases"])
        self.assertTrue(book["Months"]["A2"].is_date)

    def test_largest_first(self):
        self.partner_b.country_id = False
        table = self._get_table(self._read(self._create_workbook())["Countries"])
        self.assertEqual(
            [(name, row["Disputed"]) for name, row in table.items()],
            [("Germany", 250), ("None", 240), ("All cases", 490)],
        )

    def test_amounts_are_numbers_in_their_currency(self):
        sheet = self._read(self._create_workbook())["Reasons"]
        titles = [cell.value for cell in sheet[1]]
        cell = sheet.cell(2, titles.index("Disputed") + 1)
        self.assertEqual(cell.data_type, "n")
        self.assertEqual(cell.number_format, "#,##0.00 [$USD]")

    def test_cases(self):
        table = self._get_table(self._read(self._create_workbook())["Cases"])
        self.assertEqual(set(table), set(self.cases.mapped("name")))
        row = table[self.credited.name]
        self.assertEqual(row["Opened on"], datetime(2025, 2, 1))
        self.assertEqual(row["Customer Tags"], "Big, New")
        self.assertEqual((row["Cycle time (days)"], row["Open for (days)"]), (10, None))
        self.assertIsNone(table[self.foreign.name]["Cycle time (days)"])

    def test_cases_are_read_in_pieces(self):
        self.patch(dispute_workbook_cases, "CASES_PER_READ", 1)
        table = self._get_table(self._read(self._create_workbook())["Cases"])
        self.assertEqual(set(table), set(self.cases.mapped("name")))

    def test_choice_of_cases(self):
        other_team = self.env["dispute.team"].sudo().create({"name": "Other"})
        for values, cases in [
            ({"date_from": "2025-02-04", "date_to": "2025-02-28"}, self.foreign),
            ({"date_from": False, "date_to": "2025-02-01"}, self.credited),
            ({"date_basis": "date_closed", "date_from": "2025-03-01"}, self.silent),
            ({"team_ids": [Command.set(self.team.ids)]}, self.cases),
            ({"team_ids": [Command.set(other_team.ids)]}, self.cases.browse()),
        ]:
            with self.subTest(values):
                table = self._get_table(self._read(self._create_workbook(**values))["Cases"])
                self.assertEqual(set(table), set(cases.mapped("name")) or {"Nothing in this period"})

    def test_nothing_to_tell(self):
        book = self._read(self._create_workbook(date_from="1999-01-01", date_to="1999-12-31"))
        texts = [cell.value for row in book["Summary"].iter_rows() for cell in row]
        self.assertIn("No cases in this period", texts)
        self.assertEqual(
            (book["Reasons"].max_row, book["Reasons"]["A2"].value), (2, "Nothing in this period")
        )

    def test_formulas_stay_text(self):
        self.partner_a.name = '=HYPERLINK("http://example.com","Click")'
        self.price.sudo().name = "+1+1"
        book = self._read(self._create_workbook())
        cells = [
            cell
            for sheet in book.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        ]
        self.assertFalse([cell for cell in cells if cell.data_type == "f" or cell.hyperlink])
        self.assertIn(self.partner_a.name, [cell.value for cell in cells])

    def test_period_the_wrong_way_round(self):
        with self.assertRaises(ValidationError):
            self._create_workbook(date_from="2025-02-02", date_to="2025-02-01")

    def test_defaults(self):
        workbook = self.env["dispute.workbook"].with_user(self.viewer).create({})
        self.assertEqual(workbook.company_ids, self.viewer.company_ids)
        self.assertEqual((workbook.date_from.month, workbook.date_from.day), (1, 1))
        self.assertEqual(workbook.date_to, date.today())
        url = workbook.action_download()["url"]
        self.assertEqual(url.partition("?")[0], f"/dispute_reports/workbook/{workbook.id}")


@tagged("post_install", "-at_install")
class TestDisputeWorkbookDownload(DisputeReportCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in (cls.viewer, cls.clerk, cls.outsider):
            user.password = f"{user.login}-password"
        cls.workbook = (
            cls.env["dispute.workbook"]
            .with_user(cls.viewer)
            .create({"date_from": "2025-01-01", "date_to": "2025-12-31"})
        )

    def _download(self, user, workbook_id=None):
        self.authenticate(user.login, f"{user.login}-password")
        return self.url_open(f"/dispute_reports/workbook/{workbook_id or self.workbook.id}")

    def test_download(self):
        response = self._download(self.viewer)
        self.assertEqual(response.status_code, 200)
        self.assertIn("disputes_2025-01-01_2025-12-31.xlsx", response.headers["Content-Disposition"])
        book = openpyxl.load_workbook(io.BytesIO(response.content))
        self.assertEqual(book["Cases"].max_row, 5)

    def test_a_replica_that_knows_of_it_is_enough(self):
        """One that lags behind would tell of what was asked for before."""
        modes = []
        original = type(self.workbook)._write_workbook

        def write(workbook, *args, **kwargs):
            modes.append(workbook.env.cr.readonly)
            return original(workbook, *args, **kwargs)

        self.authenticate(self.viewer.login, f"{self.viewer.login}-password")
        with patch.object(type(self.workbook), "_write_workbook", write):
            url = self.workbook.action_download()["url"]
            self.env.flush_all()
            self.assertEqual(self.url_open(url).status_code, 200)
            self.assertEqual(self.url_open(url.partition("?")[0]).status_code, 200)
            # Asked for once more, a moment later.
            self.env.cr.execute("UPDATE dispute_workbook SET write_date = write_date + INTERVAL '1 second'")
            self.env.invalidate_all()
            self.assertEqual(self.url_open(url).status_code, 200)
        self.assertEqual(modes, [True, False, False])

    def test_refused(self):
        portal = new_test_user(
            self.env,
            login="dispute_portal",
            password="dispute_portal-password",
            groups="base.group_portal",
        )
        for user in (self.clerk, self.outsider, portal):
            with self.subTest(user.login):
                self.assertEqual(self._download(user).status_code, 404)

    def test_rights_are_those_of_now(self):
        group = self.env.ref("dispute_management.group_dispute_viewer")
        self.viewer.sudo().group_ids = [Command.unlink(group.id)]
        self.assertEqual(self._download(self.viewer).status_code, 404)

    def test_unknown_workbook(self):
        self.assertEqual(self._download(self.viewer, self.workbook.id + 1000).status_code, 404)

    def test_nobody_logged_in(self):
        response = self.url_open(f"/dispute_reports/workbook/{self.workbook.id}", allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login", response.headers["Location"])
