from . import dispute_workbook
