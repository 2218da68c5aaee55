"""The workbook of disputes against plain xlsxwriter, which is handed rows that are there already."""

import os
import tempfile
from functools import partial

import xlsxwriter

from odoo.addons.dispute_reports.tools.workbook_writer import WorkbookWriter

from .measure import Result, measure, with_memory

#: At least 0.8 times as many rows a second.
TARGET = 1 / 0.8
#: Ours holds some thousand rows and the names in them.
TARGET_MEMORY_MB = 30
#: All sheets, with all that is worked out for them, against the plain list alone.
TARGET_WHOLE = 2.0
RUNS = 3


def run(bench):
    """Yield milliseconds a row of the list of cases, peak memory in MB, and all sheets together."""
    bench.need_history()
    env = bench.get_reader()
    workbook = env["dispute.workbook"].create({"date_from": False, "comparison": "none"})
    columns = workbook._get_case_columns()
    domain = workbook._get_domain()
    rows = list(workbook._get_case_rows(domain))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "book.xlsx")
        work = {
            "ours": partial(_write_ours, workbook, path, columns, domain),
            "plain": partial(_write_plainly, path, columns, rows),
            "whole": partial(_write_whole, workbook, path),
        }
        seconds, memory = {}, {}
        for _run in range(RUNS):
            for name, write in work.items():
                cost, peak = with_memory(partial(measure, env, write))
                seconds[name] = min(seconds.get(name, cost.seconds), cost.seconds)
                memory[name] = max(memory.get(name, 0), peak)
                bench.say(f"{name}: {len(rows) / cost.seconds:.0f} rows/s, {peak:.0f} MB")
    size = len(rows)
    yield Result("workbook_cases_seconds", size, seconds["ours"], seconds["plain"], TARGET)
    yield Result("workbook_all_sheets_seconds", size, seconds["whole"], seconds["plain"], TARGET_WHOLE)
    # In MB above what was there before, whatever the number of cases.
    yield Result("workbook_peak_mb", size, memory["whole"], 1, TARGET_MEMORY_MB)
    yield Result("workbook_plain_peak_mb", size, memory["plain"], 1, TARGET_MEMORY_MB)


def _write_ours(workbook, path, columns, domain):
    with open(path, "wb") as stream, WorkbookWriter(stream) as writer:
        writer.add_table("Cases", columns, workbook._get_case_rows(domain))


def _write_whole(workbook, path):
    with open(path, "wb") as stream:
        workbook._write_workbook(stream)


def _write_plainly(path, columns, rows):
    """What somebody writes who has the rows and looks at nothing but the kinds of the columns."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    patterns = {
        "integer": "#,##0",
        "days": "#,##0.00",
        "date": "yyyy-mm-dd",
        "money": "#,##0.00 [$EUR]",
    }
    formats = {kind: book.add_format({"num_format": pattern}) for kind, pattern in patterns.items()}
    sheet = book.add_worksheet("Cases")
    for index, column in enumerate(columns):
        sheet.write_string(0, index, column.title)
    kinds = [column.kind for column in columns]
    for line, (values, _currency) in enumerate(rows, start=1):
        for index, (kind, value) in enumerate(zip(kinds, values, strict=True)):
            if value is None:
                continue
            if kind == "text":
                sheet.write_string(line, index, value)
            elif kind == "date":
                sheet.write_datetime(line, index, value, formats[kind])
            else:
                sheet.write_number(line, index, value, formats[kind])
    book.close()
