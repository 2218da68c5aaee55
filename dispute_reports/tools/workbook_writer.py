"""Tables of an XLSX workbook, written row by row with flat memory.

Knows nothing of disputes: the caller says which columns a sheet has and hands over the rows.
"""

import math
import re
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date

import xlsxwriter

# What Excel accepts.
SHEET_NAME_LENGTH = 31
SHEET_NAME_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
CELL_TEXT_LENGTH = 32767

#: Ordinal of the day that Excel numbers 0.
FIRST_DAY = date(1899, 12, 30).toordinal()
DATE_FORMAT = "yyyy-mm-dd"
MONTH_FORMAT = "yyyy-mm"
DEFAULT_WIDTHS = {
    "text": 28,
    "integer": 10,
    "days": 14,
    "hours": 14,
    "grade": 12,
    "percent": 12,
    "change": 12,
    "date": 12,
    "month": 12,
    "money": 18,
}


#: Characters, of 7 points at least, that a page takes from side to side.
PAGE_WIDTH = 230
#: So many rows and a chart are readable on one page, upright.
ROWS_ON_CHART_PAGE = 40


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its title and what its cells hold.

    ``kind`` is one of text, integer, days, hours, grade, percent, change, date, month and money. Text in a column
    of another kind stays text.
    """

    title: str
    kind: str = "text"
    width: int | None = None


@dataclass(frozen=True)
class Cell:
    """A value of another kind than its column's."""

    value: object
    kind: str


@dataclass(frozen=True)
class Chart:
    """A native chart of a table, set beneath it: bars, and lines on an axis of their own.

    :param title: its title
    :param category: number of the column with the labels; the first and last where there are several
    :param bars: numbers of the columns shown as bars
    :param lines: numbers of the columns shown as lines
    :param stacked: whether bars stand upon each other
    :param most: show the first so many rows
    """

    title: str
    category: int | tuple
    bars: tuple = ()
    lines: tuple = ()
    stacked: bool = False
    most: int = 20


# Told apart by those who see colours otherwise (Okabe and Ito).
CHART_COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7")


@dataclass(frozen=True)
class Currency:
    """The currency of the money in one row."""

    code: str
    decimals: int = 2

    @property
    def number_format(self):
        """For example ``#,##0.00 [$EUR]``: a real number that shows its currency."""
        fraction = "." + "0" * self.decimals if self.decimals else ""
        code = re.sub(r"[^A-Za-z0-9]", "", self.code)
        return f"#,##0{fraction} [${code}]"


#: Formats of titles; those of numbers stand to the right, as these do.
HEADERS = {"text": "header", "text_inside": "header_inside", "month": "header"}


def _stand_off(kinds):
    """:return: kinds of formats for the cells of a row: text beside a number stands off it"""
    return [
        "text_inside" if kind == "text" and before not in (None, "text") else kind
        for before, kind in zip((None, *kinds), kinds, strict=False)
    ]


class WorkbookWriter:
    """Writes tables into one workbook; use as a context manager.

    Text always goes in as text: a value such as ``=1+1`` shows as it is and is never
    evaluated, nor is a web address turned into a link.

    :param nothing: what a table without rows says
    """

    def __init__(self, stream, nothing=""):
        self._stream = stream
        self._nothing = nothing
        self._stack = ExitStack()
        self._book = None
        self._formats = {}
        self._row_formats = {}
        self._sheet_names = set()

    def __enter__(self):
        # Rows wait in files; in a folder of our own they go also when writing fails.
        folder = self._stack.enter_context(tempfile.TemporaryDirectory())
        self._book = xlsxwriter.Workbook(self._stream, {"constant_memory": True, "tmpdir": folder})
        return self

    def __exit__(self, exc_type, *exc_info):
        with self._stack:
            if exc_type is None:
                self._book.close()

    def add_table(self, name, columns, rows, total=None, charts=()):
        """Add a sheet with one table.

        :param str name: the sheet's name; made unique and acceptable to Excel
        :param columns: list of :class:`Column`
        :param rows: iterable of ``(values, currency)``, consumed once; ``None`` leaves a cell empty
        :param total: rows like the above, set in bold beneath the table
        :param charts: list of :class:`Chart` of the table
        :return: the number of rows written, totals aside
        """
        sheet_name = self._get_sheet_name(name)
        sheet = self._book.add_worksheet(sheet_name)
        widths = [column.width or DEFAULT_WIDTHS[column.kind] for column in columns]
        for index, width in enumerate(widths):
            sheet.set_column(index, index, width)
        # Up to three lines of a title.
        sheet.set_row(0, 46)
        kinds = [column.kind for column in columns]
        for index, (column, kind) in enumerate(zip(columns, _stand_off(kinds), strict=True)):
            sheet.write_string(0, index, column.title, self._get_format(HEADERS.get(kind, "header_number")))
        line = offset = 0
        for line, (values, currency) in enumerate(rows, start=1):
            self._write_row(sheet, line, kinds, values, currency)
        for offset, (values, currency) in enumerate(total or (), start=1):
            self._write_row(sheet, line + offset, kinds, values, currency, bold=True)
        if not line:
            sheet.write_string(1, 0, self._nothing, self._get_format("label"))
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, line, len(columns) - 1)
        self._set_pages(sheet, widths, bool(charts), line)
        self._set_print(sheet, name)
        for number, chart in enumerate(charts if line else ()):
            self._add_chart(sheet, sheet_name, columns, line, line + offset + 3 + 19 * number, chart)
        return line

    def _set_pages(self, sheet, widths, has_charts, rows):
        """Lay a table out on pages that can be read, however wide it is."""
        sheet.repeat_rows(0)
        if has_charts:
            # A chart isn't cut in two by the end of a page.
            sheet.set_portrait()
            sheet.fit_to_pages(1, 1 if rows <= ROWS_ON_CHART_PAGE else 0)
            return
        # What a row is of stands on each of the pages that lie side by side.
        sheet.repeat_columns(0)
        sheet.print_across()
        first, *others = widths
        sheet.set_landscape()
        sheet.fit_to_pages(max(1, math.ceil(sum(others) / (PAGE_WIDTH - first))), 0)

    def _set_print(self, sheet, name):
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.set_footer(f"&L{name.replace('&', '&&')}&R&P / &N")

    def _add_chart(self, sheet, sheet_name, columns, rows, at, chart):
        """Draw a chart at a row of the sheet that the table is on."""
        last = min(rows, chart.most)
        labels = chart.category if isinstance(chart.category, tuple) else (chart.category,) * 2

        def draw(kind, indexes, offset=0, **options):
            drawn = self._book.add_chart(kind)
            for place, index in enumerate(indexes):
                color = CHART_COLORS[(place + offset) % len(CHART_COLORS)]
                drawn.add_series(
                    {
                        "name": [sheet_name, 0, index],
                        "categories": [sheet_name, 1, labels[0], last, labels[1]],
                        "values": [sheet_name, 1, index, last, index],
                        "fill": {"color": color},
                        "line": {"color": color, "width": 2.25},
                        "marker": {"type": "circle", "size": 5, "fill": {"color": color}},
                        **options,
                    }
                )
            return drawn

        bars = {"type": "column", "subtype": "stacked"} if chart.stacked else {"type": "column"}
        drawn = draw(bars if chart.bars else {"type": "line"}, chart.bars or chart.lines)
        if chart.bars and chart.lines:
            lines = draw({"type": "line"}, chart.lines, len(chart.bars), y2_axis=True)
            is_percent = columns[chart.lines[0]].kind == "percent"
            lines.set_y2_axis(
                {
                    "num_format": self._get_axis_format(columns, chart.lines),
                    **({"min": 0, "max": 1} if is_percent else {}),
                }
            )
            drawn.combine(lines)
        drawn.set_title({"name": chart.title, "name_font": {"size": 12}, "overlay": False})
        drawn.set_legend({"position": "bottom"})
        drawn.set_size({"width": 760, "height": 360})
        # Said here: a chart of a file written row by row knows no formats of cells.
        drawn.set_y_axis(
            {
                "major_gridlines": {"visible": True, "line": {"color": "#DDDDDD"}},
                "num_format": self._get_axis_format(columns, chart.bars or chart.lines),
            }
        )
        if columns[labels[0]].kind == "month":
            drawn.set_x_axis({"num_format": MONTH_FORMAT})
        sheet.insert_chart(at, 0, drawn)

    @staticmethod
    def _get_axis_format(columns, indexes):
        return "0%" if columns[indexes[0]].kind == "percent" else "#,##0"

    def add_facts(self, name, title, facts):
        """Add a sheet of labelled values: ``(label, value, kind, currency)``, a label alone is a heading."""
        sheet = self._book.add_worksheet(self._get_sheet_name(name))
        sheet.set_column(0, 0, 36)
        sheet.set_column(1, 1, 44)
        sheet.write_string(0, 0, title, self._get_format("title"))
        for line, (label, value, kind, currency) in enumerate(facts, start=2):
            if kind is None:
                sheet.write_string(line, 0, label, self._get_format("heading"))
                continue
            sheet.write_string(line, 0, label, self._get_format("label"))
            kind = "text" if isinstance(value, str) else kind
            self._write_cell(sheet, line, 1, kind, value, self._get_format(kind, currency, align="left"))
        sheet.hide_gridlines(2)
        sheet.set_portrait()
        sheet.fit_to_pages(1, 0)
        self._set_print(sheet, name)

    def _write_row(self, sheet, line, kinds, values, currency, bold=False):
        formats = self._get_row_formats(kinds, currency, bold)
        for index, value in enumerate(values):
            # An empty cell need not be written, unless it has a line above.
            if value is None and not bold:
                continue
            kind, cell_format = kinds[index], formats[index]
            if isinstance(value, Cell):
                value, kind = value.value, value.kind
                cell_format = self._get_format(kind, currency, bold)
            if isinstance(value, str) and kind != "text":
                kind, cell_format = "text", self._get_format("text", None, bold)
            self._write_cell(sheet, line, index, kind, value, cell_format)

    def _write_cell(self, sheet, line, index, kind, value, cell_format):
        if value is None:
            sheet.write_blank(line, index, None, cell_format)
        elif kind == "text":
            sheet.write_string(line, index, str(value)[:CELL_TEXT_LENGTH], cell_format)
        elif kind in ("date", "month"):
            sheet.write_number(line, index, value.toordinal() - FIRST_DAY, cell_format)
        else:
            sheet.write_number(line, index, value, cell_format)

    def _get_row_formats(self, kinds, currency, bold):
        key = (*kinds, currency, bold)
        if key not in self._row_formats:
            self._row_formats[key] = [self._get_format(kind, currency, bold) for kind in _stand_off(kinds)]
        return self._row_formats[key]

    def _get_sheet_name(self, name):
        name = SHEET_NAME_FORBIDDEN.sub(" ", name).strip("' ")[:SHEET_NAME_LENGTH] or "Sheet"
        unique, number = name, 2
        while unique.lower() in self._sheet_names:
            suffix = f" {number}"
            unique = name[: SHEET_NAME_LENGTH - len(suffix)] + suffix
            number += 1
        self._sheet_names.add(unique.lower())
        return unique

    def _get_format(self, kind, currency=None, bold=False, align=None):
        if kind == "text" and not (bold or align):
            return None
        currency = currency if kind == "money" else None
        key = (kind, currency, bold, align)
        if key not in self._formats:
            properties = dict(self._get_properties(kind, currency))
            if bold:
                properties |= {"bold": True, "top": 1}
            if align:
                properties["align"] = align
            self._formats[key] = self._book.add_format(properties)
        return self._formats[key]

    @staticmethod
    def _get_properties(kind, currency):
        header = {"bold": True, "bg_color": "#EDEAF0", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
        # Off the number that may stand to the left of it.
        inside = {"indent": 1}
        return {
            "title": {"bold": True, "font_size": 16},
            "heading": {"bold": True, "font_size": 12, "top": 1},
            "label": {"font_color": "#555555"},
            "header": header,
            "header_inside": header | inside,
            "header_number": header | {"align": "right"},
            "text": {},
            "text_inside": inside,
            "integer": {"num_format": "#,##0"},
            "days": {"num_format": "#,##0.00"},
            "hours": {"num_format": "#,##0.0"},
            "grade": {"num_format": "0.00"},
            "change": {"num_format": "+0.0%;-0.0%;0.0%"},
            "percent": {"num_format": "0.0%"},
            "date": {"num_format": DATE_FORMAT, "align": "right"},
            "month": {"num_format": MONTH_FORMAT, "align": "left"},
            "money": {"num_format": currency.number_format if currency else "#,##0.00"},
        }[kind]
