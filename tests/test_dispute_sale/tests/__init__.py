from . import test_automation
from . import test_collected_evidence
from . import test_comparison
from . import test_manager
