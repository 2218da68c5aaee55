from datetime import datetime

from odoo.tests import freeze_time, tagged

from .sla_common import SlaCommon


@tagged("post_install", "-at_install")
class TestSlaMoments(SlaCommon):
    """When promises are due, and what is true of them meanwhile."""

    def test_moments_of_a_running_promise(self):
        status = self._open_case().sla_status_ids
        moments = status._get_moments((25, 75, 100, 150))
        self.assertEqual(
            [moments[status, percent] for percent in (25, 75, 100, 150)],
            [
                datetime(2026, 6, 1, 10),
                datetime(2026, 6, 1, 15),
                datetime(2026, 6, 1, 17),
                datetime(2026, 6, 2, 12),
            ],
        )

    def test_moments_count_pauses_and_stop_with_the_clock(self):
        case = self._open_case()
        status = case.sla_status_ids
        self._move(case, "waiting_customer", "2026-06-01 11:00:00")
        moments = status._get_moments((25, 75, 100))
        self.assertEqual(moments[status, 25], datetime(2026, 6, 1, 10))
        self.assertIsNone(moments[status, 75])
        self.assertIsNone(moments[status, 100])
        self._move(case, "checking", "2026-06-03 11:00:00")
        moments = status._get_moments((25, 75, 100))
        self.assertEqual(moments[status, 25], datetime(2026, 6, 1, 10))
        self.assertEqual(moments[status, 75], datetime(2026, 6, 3, 15))
        self.assertEqual(moments[status, 100], datetime(2026, 6, 3, 17))

    def test_no_moments_once_ended(self):
        case = self._open_case()
        with freeze_time("2026-06-01 09:00:00"):
            case.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)
        status = case.sla_status_ids
        self.assertEqual(status._get_moments((75,)), {(status, 75): None})

    def test_states(self):
        case = self._open_case()
        status = case.sla_status_ids
        self.assertEqual(self._read_state(status, "2026-06-01 17:00:00"), "running")
        self.assertEqual(self._read_state(status, "2026-06-01 17:00:01"), "breached")
        self._move(case, "waiting_customer", "2026-06-01 11:00:00")
        # A clock that stands still breaks no promise, however long the customer takes.
        self.assertEqual(self._read_state(status, "2026-06-30 11:00:00"), "paused")
        self._move(case, "checking", "2026-06-30 11:00:00")
        self.assertEqual(self._read_state(status, "2026-06-30 17:00:00"), "running")
        self.assertEqual(self._read_state(status, "2026-07-01 08:00:00"), "breached")
        # What was broken before the customer's turn stays broken.
        self._move(case, "waiting_customer", "2026-07-01 08:00:00")
        self.assertEqual(self._read_state(status, "2026-07-01 09:00:00"), "breached")
        with freeze_time("2026-07-02 08:00:00"):
            case.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)
        self.assertEqual(self._read_state(status, "2026-07-02 09:00:00"), "breached")

    def test_kept_promise_stays_kept(self):
        case = self._open_case()
        with freeze_time("2026-06-01 16:59:59"):
            case.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)
        self.assertEqual(self._read_state(case.sla_status_ids, "2026-08-01 09:00:00"), "reached")

    def test_colours_of_a_case(self):
        case = self._open_case()
        self.assertEqual(case.deadline_policy_id, self.policy)
        self.assertEqual(self._read_deadline_state(case, "2026-06-01 14:59:59"), "on_track")
        self.assertEqual(self._read_deadline_state(case, "2026-06-01 15:00:00"), "at_risk")
        self.assertEqual(self._read_deadline_state(case, "2026-06-01 17:00:01"), "breached")
        self.assertEqual(case.deadline_color, 1, "Red in the calendar.")
        self._move(case, "waiting_customer", "2026-06-01 11:00:00")
        self.assertEqual(self._read_deadline_state(case, "2026-06-30 11:00:00"), "on_track")
        self._move(case, "checking", "2026-06-30 11:00:00")
        self._move(case, "waiting_customer", "2026-06-30 16:00:00")
        self.assertEqual(self._read_deadline_state(case, "2026-07-30 11:00:00"), "at_risk")
        self._move(case, "checking", "2026-07-30 11:00:00")
        self._move(case, "waiting_customer", "2026-07-31 11:00:00")
        self.assertEqual(self._read_deadline_state(case, "2026-07-31 12:00:00"), "breached")
        with freeze_time("2026-07-31 12:00:00"):
            case.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)
        # Zammad #4353: a closed case is not flagged any more.
        self.assertFalse(self._read_deadline_state(case, "2026-08-31 12:00:00"))
        self.assertFalse(case.date_deadline or case.deadline_color)
