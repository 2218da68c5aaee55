from . import (
    test_as_of,
    test_case_times_and_rates,
    test_dashboard,
    test_dispute_report,
    test_dispute_report_access,
    test_dispute_report_tour,
    test_dispute_workbook,
    test_kpi,
    test_report_models,
    test_workbook_writer,
)
