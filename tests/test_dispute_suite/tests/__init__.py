from . import test_house_rules
