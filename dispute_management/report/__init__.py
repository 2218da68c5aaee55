from . import dispute_case_file
from . import dispute_statement
from . import dispute_receivable
