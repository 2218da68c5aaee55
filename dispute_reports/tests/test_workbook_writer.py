import io
import os
import re
import tempfile
import zipfile
from datetime import date, datetime
from unittest.mock import patch

import openpyxl

from odoo.tests import BaseCase, tagged

from odoo.addons.dispute_reports.tools.workbook_writer import Chart, Column, Currency, WorkbookWriter

EURO, YEN = Currency("EUR"), Currency("JPY", 0)


@tagged("post_install", "-at_install")
class TestWorkbookWriter(BaseCase):
    def _write(self, *tables, nothing="", **options):
        stream = io.BytesIO()
        with WorkbookWriter(stream, nothing) as writer:
            for name, columns, rows in tables:
                writer.add_table(name, columns, rows, **options)
        return openpyxl.load_workbook(stream)

    def test_kinds(self):
        columns = [Column(kind, kind) for kind in ("text", "integer", "days", "percent", "date", "money")]
        rows = [(["a", 1, 2.5, 0.25, date(2025, 1, 2), 3.5], EURO), ([None] * 5 + [4], YEN)]
        sheet = self._write(("Sheet", columns, rows))["Sheet"]
        self.assertEqual([cell.value for cell in sheet[2]], ["a", 1, 2.5, 0.25, datetime(2025, 1, 2), 3.5])
        self.assertEqual(
            [cell.number_format for cell in sheet[2]],
            ["General", "#,##0", "#,##0.00", "0.0%", "yyyy-mm-dd", "#,##0.00 [$EUR]"],
        )
        self.assertEqual([cell.value for cell in sheet[3]], [None] * 5 + [4])
        self.assertEqual(sheet["F3"].number_format, "#,##0 [$JPY]")

    def test_an_empty_table_says_so(self):
        tables = ("Empty", [Column("A")], []), ("Full", [Column("A")], [(["a"], None)])
        book = self._write(*tables, nothing="Nothing here")
        self.assertEqual([book[name]["A2"].value for name in ("Empty", "Full")], ["Nothing here", "a"])
        self.assertEqual(book["Empty"].freeze_panes, "B2")

    def test_titles_stand_over_their_columns(self):
        """And text off the number that stands to the left of it."""
        kinds, values = ["month", "integer", "text", "date"], [date(2025, 1, 1), 1, "a", date(2025, 1, 2)]
        rows = [(values, EURO)]
        sheet = self._write(("Sheet", [Column(kind, kind) for kind in kinds], rows), total=rows)["Sheet"]
        titles, *lines = [
            [(cell.alignment.horizontal, cell.alignment.indent) for cell in row] for row in sheet.iter_rows()
        ]
        self.assertEqual(titles, [(None, 0), ("right", 0), ("left", 1), ("right", 0)])
        # Of itself a number stands right.
        self.assertEqual(lines, [[("left", 0), (None, 0), ("left", 1), ("right", 0)]] * 2)

    def test_text_is_never_evaluated(self):
        texts = ["=1+1", "+1", "-1", "@SUM(A1)", "http://example.com", "{=1}", "\t=1", "0012"]
        sheet = self._write(("Sheet", [Column("Text")], [([text], EURO) for text in texts]))["Sheet"]
        cells = [row[0] for row in sheet.iter_rows(min_row=2)]
        self.assertEqual([cell.value for cell in cells], texts)
        self.assertEqual({cell.data_type for cell in cells}, {"s"})
        self.assertFalse([cell for cell in cells if cell.hyperlink])

    def test_text_in_other_columns(self):
        rows = [([date(2025, 1, 1)], None), (["never"], None)]
        sheet = self._write(("Sheet", [Column("Month", "month")], rows))["Sheet"]
        self.assertEqual([sheet["A2"].value, sheet["A3"].value], [datetime(2025, 1, 1), "never"])
        self.assertEqual(sheet["A2"].number_format, "yyyy-mm")

    def test_long_text_is_cut(self):
        sheet = self._write(("Sheet", [Column("Text")], [(["x" * 40_000], EURO)]))["Sheet"]
        self.assertEqual(len(sheet["A2"].value), 32_767)

    def test_names_of_sheets(self):
        names = ["A/B: [c]?", "a" * 40, "A" * 40, "", "'quoted'"]
        book = self._write(*((name, [Column("T")], []) for name in names))
        self.assertEqual(book.sheetnames, ["A B   c", "a" * 31, "A" * 29 + " 2", "Sheet", "quoted"])

    def test_total(self):
        sheet = self._write(
            ("Sheet", [Column("T"), Column("N", "integer")], [(["a", 1], None)]),
            total=[(["all", 1], None)],
        )["Sheet"]
        self.assertEqual([cell.value for cell in sheet[3]], ["all", 1])
        self.assertTrue(sheet["A3"].font.bold)
        # Filtering and sorting leave the total alone.
        self.assertEqual(sheet.auto_filter.ref, "A1:B2")

    def test_axes_of_charts(self):
        """A chart of a file written row by row knows no formats of cells."""
        columns = [Column("Month", "month"), Column("Cases", "integer"), Column("Share", "percent")]
        rows = [([date(2025, 1, 1), 3, 0.5], None)]
        stream = io.BytesIO()
        with WorkbookWriter(stream) as writer:
            writer.add_table("Sheet", columns, rows, charts=[Chart("Cases", (0, 1), (1,), (2,))])
        with zipfile.ZipFile(stream) as book:
            chart = book.read("xl/charts/chart1.xml").decode()
        formats = re.findall(r'<c:numFmt formatCode="([^"]+)"', chart)
        self.assertEqual(formats[:2], ["yyyy-mm", "#,##0"])
        self.assertIn("0%", formats)
        self.assertIn("<c:f>Sheet!$A$2:$B$2</c:f>", chart)

    def test_wide_tables_are_printed_readably(self):
        """Side by side on several pages, each with the first column, rather than very small on one."""
        for number, pages in [(1, 1), (5, 1), (12, 2), (25, 3)]:
            columns = [Column("Name", width=30), *(Column("Money", "money") for _each in range(number))]
            sheet = self._write(("Sheet", columns, []))["Sheet"]
            with self.subTest(columns=number):
                self.assertEqual((sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight), (pages, 0))
                self.assertEqual((sheet.print_title_cols, sheet.print_title_rows), ("$A:$A", "$1:$1"))
                self.assertEqual(sheet.page_setup.orientation, "landscape")

    def test_failure_leaves_nothing(self):
        stream = io.BytesIO()
        with (
            tempfile.TemporaryDirectory() as folder,
            patch.object(tempfile, "tempdir", folder),
            self.assertRaisesRegex(ZeroDivisionError, "broken"),
        ):
            try:
                with WorkbookWriter(stream) as writer:
                    writer.add_table("Sheet", [Column("T")], [(["a"], None)])
                    raise ZeroDivisionError("broken")
            finally:
                self.assertFalse(os.listdir(folder))
        self.assertFalse(stream.getvalue())

    def test_currency_codes_can_not_break_out_of_the_format(self):
        self.assertEqual(Currency('X]"0', 3).number_format, "#,##0.000 [$X0]")
