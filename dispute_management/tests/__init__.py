from . import test_case_intake
from . import test_case_stage
from . import test_case_amounts
from . import test_dunning_hold
from . import test_settlement
from . import test_amount_split
from . import test_sla_clock
from . import test_access
