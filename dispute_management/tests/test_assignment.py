from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.assignment import assign_least_loaded, assign_round_robin


@tagged("post_install", "-at_install")
class TestAssignment(BaseCase):
    def test_in_turn(self):
        for people, last, count, expected in (
            ("abc", None, 4, "abca"),
            ("abc", "a", 2, "bc"),
            ("abc", "c", 2, "ab"),
            ("abc", "gone", 1, "a"),
            ("a", "a", 3, "aaa"),
            ("", None, 2, ""),
        ):
            with self.subTest(people=people, last=last):
                self.assertEqual(assign_round_robin(list(people), last, count), list(expected))

    def test_who_is_away_keeps_their_place(self):
        for last, away, count, expected in (
            ("a", "b", 3, "cac"),
            ("b", "b", 3, "cac"),
            ("c", "a", 2, "bc"),
            (None, "ab", 2, "cc"),
            ("a", "abc", 2, ""),
        ):
            with self.subTest(last=last, away=away):
                self.assertEqual(assign_round_robin(list("abc"), last, count, away), list(expected))

    def test_least_loaded(self):
        for loads, weights, expected in (
            ({"a": 2, "b": 0}, [1, 1, 1], "bba"),
            ({"a": 0, "b": 0}, [3, 1, 1, 1], "abbb"),
            ({}, [1], ""),
        ):
            with self.subTest(loads=loads):
                self.assertEqual(assign_least_loaded(loads, weights), list(expected))

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.dictionaries(st.integers(), st.integers(0, 20), min_size=1), st.lists(st.integers(1, 3)))
    def test_nobody_is_left_behind(self, loads, weights):
        chosen = assign_least_loaded(loads, weights)
        after = dict(loads)
        for person, weight in zip(chosen, weights, strict=True):
            # Whoever got a case had the least to do at that moment.
            self.assertEqual(after[person], min(after.values()))
            after[person] += weight
