from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.counter_offer import Share, spread


@tagged("post_install", "-at_install")
class TestCounterOffer(BaseCase):
    """What a counter-offer makes of an offer."""

    def test_table(self):
        for shares, wanted, expected in (
            ([("a", 40, 100)], 60, {"a": 60}),
            ([("a", 40, 100)], 40, {"a": 40}),
            ([("a", 40, 100)], 100, {"a": 100}),
            ([("a", 40, 50), ("b", 0, 50)], 70, {"a": 50, "b": 20}),
            ([("a", 50, 50), ("b", 10, 50)], 61, {"a": 50, "b": 11}),
        ):
            with self.subTest(shares=shares, wanted=wanted):
                self.assertEqual(spread([Share(*share) for share in shares], wanted), expected)

    def test_what_no_shares_make(self):
        for wanted in (39, 101):
            with self.subTest(wanted=wanted), self.assertRaises(ValueError):
                spread([Share("a", 40, 100)], wanted)

    @settings(suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=1), st.data())
    def test_it_totals_what_is_wanted(self, pairs, data):
        shares = [Share(index, min(pair), max(pair)) for index, pair in enumerate(pairs)]
        least, most = sum(share.given for share in shares), sum(share.open for share in shares)
        wanted = data.draw(st.integers(least, most))
        amounts = spread(shares, wanted)
        self.assertEqual(sum(amounts.values()), wanted)
        for share in shares:
            self.assertTrue(share.given <= amounts[share.key] <= share.open)
