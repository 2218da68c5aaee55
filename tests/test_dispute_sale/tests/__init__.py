from . import test_comparison
from . import test_collected_evidence
