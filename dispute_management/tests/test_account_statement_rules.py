from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.dispute_management.tools.account_statement import (
    KINDS,
    Movement,
    get_default_period,
    get_kind,
    tell_movements,
)

DAY = date(2026, 1, 30)


@tagged("post_install", "-at_install")
class TestAccountStatementRules(BaseCase):
    def test_default_period(self):
        for today, first in [
            (date(2026, 3, 31), date(2026, 1, 1)),
            (date(2026, 1, 1), date(2025, 11, 1)),
            (date(2026, 2, 28), date(2025, 12, 1)),
        ]:
            self.assertEqual(get_default_period(today), (first, today))

    def test_kinds(self):
        for move_type, is_payment, amount, kind in [
            ("out_invoice", False, 100, "invoice"),
            ("out_invoice", True, 100, "invoice"),
            ("out_refund", False, -100, "credit"),
            ("entry", True, -100, "payment"),
            ("entry", True, 100, "refund"),
            ("entry", False, -100, "other"),
        ]:
            self.assertEqual(get_kind(move_type, is_payment, amount), kind)

    def test_balance_runs(self):
        movements = [Movement(DAY + timedelta(1), "payment", -60), Movement(DAY, "invoice", 100, "INV/1")]
        told, is_summed_up = tell_movements(5, movements)
        self.assertFalse(is_summed_up)
        self.assertEqual([(item.kind, item.balance) for item in told], [("invoice", 105), ("payment", 45)])

    def test_too_many_are_summed_up_by_month(self):
        movements = [Movement(DAY + timedelta(days), "invoice", 1) for days in range(4)]
        movements += [Movement(DAY, "payment", -1, "P/1")]
        told, is_summed_up = tell_movements(0, movements, most=4)
        self.assertTrue(is_summed_up)
        self.assertEqual(
            [(item.date, item.kind, item.count, item.amount, item.balance) for item in told],
            [
                (date(2026, 1, 31), "invoice", 2, 2, 2),
                (date(2026, 1, 31), "payment", 1, -1, 1),
                (date(2026, 2, 2), "invoice", 2, 2, 3),
            ],
        )

    @settings(deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.integers(-(10**6), 10**6),
        st.lists(
            st.builds(
                Movement,
                st.dates(date(2025, 12, 1), date(2026, 3, 31)),
                st.sampled_from(KINDS),
                st.integers(-(10**6), 10**6),
            ),
            max_size=20,
        ),
        st.integers(0, 20),
    )
    def test_nothing_is_lost(self, opening, movements, most):
        told, _is_summed_up = tell_movements(opening, movements, most)
        closing = opening + sum(item.amount for item in movements)
        self.assertEqual(told[-1].balance if told else opening, closing)
        self.assertEqual(sum(item.count for item in told), len(movements))
        self.assertEqual(sorted(told, key=lambda item: item.date), told)
