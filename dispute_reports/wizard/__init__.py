from . import (
    dispute_as_of,
    dispute_as_of_figure,
    dispute_as_of_line,
    dispute_settings,
    dispute_workbook_cases,
    dispute_workbook_figures,
    dispute_workbook_job_mixin,
    dispute_workbook,
)
