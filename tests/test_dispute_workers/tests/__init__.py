from . import test_settlement_workers
