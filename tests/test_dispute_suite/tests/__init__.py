from . import test_demo
from . import test_house_rules
from . import test_ledger
from . import test_query_budget
from . import test_money_journey
from . import test_uninstall
from . import test_api
from . import test_import
