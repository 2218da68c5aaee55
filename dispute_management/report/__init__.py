from . import dispute_case_file
