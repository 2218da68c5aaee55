from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from odoo.addons.dispute_reports.tools.control_limits import MIN_COUNT, get_limits

#: The same examples on every run: a test that fails, fails again.
THOROUGH = settings(max_examples=200, deadline=None, derandomize=True, database=None)


class TestControlLimits(BaseCase):
    def test_table(self):
        for label, total, weeks, usual, unusual in [
            ("one a week: two, or even five, is chance", 26, 26, [0, 1, 2, 5], [6]),
            ("never before", 0, 26, [0, 1, 2], [3]),
            ("hardly ever before", 2, 26, [0, 1, 2], [3]),
            ("eight weeks say less than twenty-six", 8, 8, [0, 6], [7]),
            ("five a week", 130, 26, [0, 5, 13], [14]),
            # 20 + 3 × 4.47 is 33.4; of a mean that is only estimated, 35 is still chance.
            ("twenty a week: also too few", 520, 26, [7, 20, 35], [6, 36]),
            ("a hundred a week: mean ± 30, and a little", 2600, 26, [70, 100, 130], [69, 133]),
        ]:
            limits = get_limits(total, weeks)
            self.assertAlmostEqual(limits.mean, total / weeks)
            for count in usual:
                with self.subTest(label, count=count):
                    self.assertFalse(limits.is_outside(count))
            for count in unusual:
                with self.subTest(label, count=count):
                    self.assertTrue(limits.is_outside(count))

    def test_silent_while_few_weeks_are_known(self):
        for weeks in range(8):
            self.assertIsNone(get_limits(50, weeks))
        self.assertIsNotNone(get_limits(50, 8))

    @THOROUGH
    @given(st.integers(0, 3000), st.integers(8, 60))
    def test_always(self, total, weeks):
        limits = get_limits(total, weeks)
        mean, deviation = total / weeks, (total / weeks) ** 0.5
        self.assertTrue(0 <= limits.lower <= mean <= limits.upper)
        # Whatever is outside is also more than three deviations away, and a pattern.
        self.assertGreater(limits.upper + 1, mean + 3 * deviation)
        self.assertGreaterEqual(limits.upper + 1, MIN_COUNT)
        if limits.lower:
            self.assertLess(limits.lower - 1, mean - 3 * deviation)
        # More cases before never make more cases now unusual, nor do fewer weeks.
        self.assertGreaterEqual(get_limits(total + 1, weeks).upper, limits.upper)
        self.assertGreaterEqual(get_limits(total + 1, weeks).lower, limits.lower)
