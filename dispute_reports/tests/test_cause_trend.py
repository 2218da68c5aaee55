from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from odoo.addons.dispute_reports.tools.cause_trend import MONTH_DAYS, Window, get_change, get_windows

#: The same examples on every run: a test that fails, fails again.
THOROUGH = settings(max_examples=200, deadline=None, derandomize=True, database=None)

START = date(2026, 4, 1)


class TestCauseTrend(BaseCase):
    def test_windows(self):
        before = Window(date(2025, 12, 31), date(2026, 3, 31))
        for label, done, today, after in [
            ("not done", None, date(2026, 12, 1), None),
            ("too early to tell", date(2026, 5, 1), date(2026, 5, 14), None),
            ("two weeks", date(2026, 5, 1), date(2026, 5, 15), Window(date(2026, 5, 2), date(2026, 5, 15))),
            (
                "at most three months",
                date(2026, 5, 1),
                date(2027, 1, 1),
                Window(date(2026, 5, 2), date(2026, 7, 31)),
            ),
            ("done at once", START, date(2026, 5, 1), Window(date(2026, 4, 2), date(2026, 5, 1))),
        ]:
            with self.subTest(label):
                self.assertEqual(get_windows(START, done, today), (before, after))

    def test_rate(self):
        window = Window(date(2026, 1, 1), date(2026, 3, 31))
        self.assertAlmostEqual(window.months, 90 / MONTH_DAYS)
        rows = [
            (date(2025, 12, 31), 100),
            (date(2026, 1, 1), 5),
            (date(2026, 3, 31), 4),
            (date(2026, 4, 1), 100),
        ]
        self.assertAlmostEqual(window.get_rate(rows), 9 / (90 / MONTH_DAYS))
        self.assertEqual(window.get_rate([]), 0)

    def test_change(self):
        for before, after, expected in [
            (4, 1, -0.75),
            (2, 3, 0.5),
            (0, 3, None),
            (2, None, None),
            (2, 0, -1),
        ]:
            self.assertEqual(get_change(before, after), expected)

    @THOROUGH
    @given(st.integers(0, 400), st.integers(0, 400))
    def test_sides_never_touch_the_work(self, took, since):
        done = START + timedelta(days=took)
        before, after = get_windows(START, done, done + timedelta(days=since))
        self.assertLess(before.end, START)
        self.assertEqual(bool(after), since >= 14)
        if after:
            self.assertGreater(after.start, done)
            self.assertLessEqual(after.end, done + timedelta(days=since))
            self.assertLessEqual(after.months, before.months + 1e-9)
