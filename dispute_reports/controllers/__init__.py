from . import dispute_workbook, export
