from . import (
    test_dispute_report,
    test_dispute_report_access,
    test_dispute_report_tour,
    test_dispute_workbook,
    test_workbook_writer,
)
