from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.dispute_management.tools.receivable_ageing import get_overdue_key, share_disputed


@tagged("post_install", "-at_install")
class TestReceivableAgeing(BaseCase):
    def test_keys(self):
        for days, key in [
            (-400, "not_due"),
            (0, "not_due"),
            (1, "1_30"),
            (30, "1_30"),
            (31, "31_60"),
            (60, "31_60"),
            (61, "61_90"),
            (90, "61_90"),
            (91, "over_90"),
        ]:
            self.assertEqual(get_overdue_key(days), key, days)

    def test_what_is_due_last_is_disputed_first(self):
        self.assertEqual(share_disputed([("a", 60), ("b", 10), ("a", 40)], {"a": 70}), [60, 0, 10])

    def test_credits_are_not_disputed(self):
        self.assertEqual(share_disputed([("a", -60), ("a", 40)], {"a": 50}), [0, 40])

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(st.tuples(st.sampled_from("abc"), st.integers(-1000, 1000)), max_size=9),
        st.dictionaries(st.sampled_from("abc"), st.integers(0, 2000)),
    )
    def test_as_much_as_there_is(self, items, owed):
        shares = share_disputed(items, owed)
        for share, (_document, amount) in zip(shares, items, strict=True):
            self.assertTrue(0 <= share <= max(amount, 0))
        for document in "abc":
            there = sum(max(amount, 0) for key, amount in items if key == document)
            shared = sum(
                share for share, (key, _amount) in zip(shares, items, strict=True) if key == document
            )
            self.assertEqual(shared, min(there, owed.get(document, 0)))
