from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..tools.proportion import reduce_to

#: The same examples on every run: a test that fails, fails again.
THOROUGH = settings(max_examples=300, deadline=None, derandomize=True, database=None)


class TestProportion(BaseCase):
    """Amounts reduced in proportion add up to what was asked for, to the unit."""

    def test_table(self):
        for total, amounts, share, expected in (
            (100, [200], Fraction(1, 2), [100]),
            (2, [1, 1, 1], Fraction(2, 3), [0, 1, 1]),
            (1, [1, 1, 1], Fraction(1, 3), [1, 0, 0]),
            # Who lost most by rounding takes what is left, wherever it stands.
            (3, [100, 121], Fraction(3, 221), [1, 2]),
            (50, [8264, 1736], Fraction(50, 10000), [41, 9]),
            # What goes up and down cancels.
            (0, [500, -500], Fraction(1, 3), [167, -167]),
            (0, [], Fraction(1, 3), []),
            # All of it may be where rounding can't be seen.
            (1, [0, 0], Fraction(0), [1, 0]),
        ):
            with self.subTest(total=total, amounts=amounts):
                self.assertEqual(reduce_to(total, amounts, share), expected)

    @THOROUGH
    @given(st.lists(st.integers(-5000, 5000), min_size=1), st.fractions(0, 1))
    def test_any_amounts(self, amounts, share):
        total = round(sum(amounts) * share)
        reduced = reduce_to(total, amounts, share)
        self.assertEqual(sum(reduced), total)
        for before, after in zip(amounts, reduced, strict=True):
            self.assertLess(abs(after - before * share), 1)
            self.assertFalse(before * after < 0, "A price or tax never turns around.")
