from . import test_comparison
