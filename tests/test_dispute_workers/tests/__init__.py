from . import test_answer_workers
from . import test_filing_workers
from . import test_number_workers
from . import test_settlement_workers
