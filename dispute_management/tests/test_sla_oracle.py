from datetime import datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from odoo.tests import TransactionCase, tagged

from ..tools import sla_explanation
from ..tools.sla_clock import WorkingTime
from ..tools.sla_explanation import Turn
from .sla_oracle import DAY, DAYS, MINUTE, SPAN, STARTS, THOROUGH, ZONES, make_calendar


@tagged("post_install", "-at_install")
class TestSlaOracle(TransactionCase):
    """Deadlines by Odoo's calendars, against counting the minutes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Clock = cls.env["dispute.working.time"]

    @THOROUGH
    @given(
        st.sampled_from(ZONES),
        st.lists(st.dictionaries(st.integers(0, 6), DAY, min_size=1, max_size=6), min_size=1, max_size=2),
        st.lists(SPAN, max_size=3),
        st.lists(SPAN, max_size=4),
        st.sampled_from(STARTS),
        MINUTE,
        st.integers(1, 40 * 60),
    )
    def test_against_counting_minutes(self, zone, weeks, leaves, pauses, origin, start, allowed):
        with self.env.cr.savepoint() as savepoint:
            calendar, oracle = make_calendar(self.env, zone, weeks, leaves, pauses, origin)
            self._compare(calendar, oracle, start, allowed)
            savepoint.rollback()
        self.env.invalidate_all()

    def _compare(self, calendar, oracle, start, allowed):
        end = DAYS * 24 * 60
        begin, finish = (oracle.origin + timedelta(minutes=minute) for minute in (start, end))
        pauses = [
            tuple(oracle.origin + timedelta(minutes=minute) for minute in pause) for pause in oracle.pauses
        ]
        working = self.Clock._get_working_time(calendar, begin, finish)
        found = working.elapsed(pauses, begin, finish)
        self.assertEqual((found.run, found.paused, found.off), oracle.spent(start, end))
        self.assertEqual(found.run + found.paused + found.off, finish - begin)
        expected = oracle.deadline(start, allowed)
        [due] = self.Clock._get_deadlines([(calendar, begin, allowed / 60, pauses)])
        if expected is None:
            self.assertTrue(due is None or due > finish)
            return
        self.assertEqual(due, oracle.origin + timedelta(minutes=expected))
        # What runs until the deadline is what was allowed, and a minute earlier it is not.
        self.assertEqual(working.elapsed(pauses, begin, due).run, timedelta(minutes=allowed))
        earlier = working.elapsed(pauses, begin, due - timedelta(minutes=1)).run
        self.assertEqual(earlier, timedelta(minutes=allowed - 1))
        self._compare_explanation(working, calendar, oracle, pauses, start, expected)

    def _compare_explanation(self, working, calendar, oracle, pauses, start, end):
        begin, finish = (oracle.origin + timedelta(minutes=minute) for minute in (start, end))
        turns = []
        for index, (one, two) in enumerate(sorted(pauses)):
            if not index or one >= turns[-1].stop:
                turns.append(Turn(one, two, True, "customer"))
        # History knows one turn at a time: the oracle counts the same ones.
        oracle.pauses = [
            tuple(int((at - oracle.origin).total_seconds() // 60) for at in (turn.start, turn.stop))
            for turn in turns
        ]
        leaves = self.Clock._get_leaves(calendar, begin, finish)
        segments = sla_explanation.explain(working.spans, turns, leaves, begin, finish)
        totals = sla_explanation.add_up(segments)
        self.assertEqual((totals["run"], totals["paused"], totals["off"]), oracle.spent(start, end))
        instants = [begin, *(segment.stop for segment in segments)]
        self.assertEqual([segment.start for segment in segments], instants[:-1])
        self.assertEqual(instants[-1], finish)

    @THOROUGH
    @given(st.lists(SPAN, max_size=5), st.lists(SPAN, max_size=5), MINUTE, st.integers(1, 10**6))
    def test_deadline_and_elapsed_invert_each_other(self, spans, pauses, start, seconds):
        origin = datetime(2026, 1, 1)

        def at(minute):
            return origin + timedelta(minutes=minute)

        working = WorkingTime([(at(one), at(two)) for one, two in spans])
        pauses = [(at(one), at(two)) for one, two in pauses]
        due = working.deadline(pauses, at(start), timedelta(seconds=seconds))
        assume(due)
        self.assertEqual(working.elapsed(pauses, at(start), due).run, timedelta(seconds=seconds))

    def test_weeks_alternate_as_odoo_counts_them(self):
        Attendance = self.env["resource.calendar.attendance"]
        for day in range(0, 400, 3):
            date = (datetime(2026, 1, 1) + timedelta(days=day)).date()
            self.assertEqual(Attendance.get_week_type(date), ((date.toordinal() - 1) // 7) % 2)

    def test_a_day_of_24_hours_ends_at_midnight(self):
        calendar, _oracle = make_calendar(self.env, "UTC", [{0: [(0, 96)], 2: [(0, 96)]}], [], [], STARTS[0])
        monday = datetime(2026, 6, 1)
        for hours, expected in ((24, datetime(2026, 6, 2)), (25, datetime(2026, 6, 3, 1))):
            self.assertEqual(self.Clock._get_deadlines([(calendar, monday, hours, ())]), [expected])

    def test_holidays_of_another_company_do_not_count(self):
        calendar, _oracle = make_calendar(self.env, "UTC", [{0: [(32, 64)]}], [], [], STARTS[0])
        other = self.env["res.company"].create({"name": "Elsewhere"})
        holiday = {"name": "Theirs", "date_from": "2026-06-01 00:00:00", "date_to": "2026-06-01 23:59:59"}
        leave = self.env["resource.calendar.leaves"].with_company(other).create(holiday)
        self.assertEqual(leave.company_id, other)
        promise = (calendar, datetime(2026, 6, 1, 8), 8, ())
        self.assertEqual(self.Clock._get_deadlines([promise]), [datetime(2026, 6, 1, 16)])
        self.env["resource.calendar.leaves"].create({**holiday, "company_id": calendar.company_id.id})
        self.assertEqual(self.Clock._get_deadlines([promise]), [datetime(2026, 6, 8, 16)])

    def test_flexible_hours_are_the_same_whenever_they_are_asked_for(self):
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Flexible",
                "tz": "UTC",
                "schedule_type": "flexible",
                "hours_per_day": 8,
                "full_time_required_hours": 40,
            }
        )
        friday = datetime(2026, 6, 5, 8)
        [due] = self.Clock._get_deadlines([(calendar, friday, 10, ())])
        for days in (1, 3, 20):
            earlier = (calendar, friday - timedelta(days=days), 1, ())
            self.assertEqual(self.Clock._get_deadlines([(calendar, friday, 10, ()), earlier])[0], due)
