from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import freeze_time, tagged

from .sla_common import SlaCommon
from .sla_oracle import DAY, SPAN, STARTS, THOROUGH, ZONES, make_calendar, make_leave

#: What may happen to a case, after so many minutes.
GAP = st.integers(1, 36 * 60)
EVENTS = st.lists(
    st.tuples(
        GAP,
        st.sampled_from(
            ("customer", "us", "third", "reply", "close", "leave", "priority", "policy", "hours")
        ),
        GAP,
    ),
    max_size=6,
)
#: How far the oracle looks ahead, in days.
AHEAD = 40
STAGES = {"customer": "waiting_customer", "us": "checking", "third": "waiting_third_party"}


@tagged("post_install", "-at_install")
class TestSlaHistories(SlaCommon):
    """Cases that go their way, and calendars and policies that change meanwhile, against counting minutes."""

    @THOROUGH
    @given(
        st.sampled_from(ZONES),
        st.lists(st.dictionaries(st.integers(0, 6), DAY, min_size=1, max_size=6), min_size=1, max_size=2),
        st.lists(SPAN, max_size=2),
        st.sampled_from(STARTS),
        st.integers(0, 3 * 24 * 60),
        st.integers(1, 30 * 60),
        EVENTS,
    )
    def test_against_counting_minutes(self, zone, weeks, leaves, origin, start, allowed, events):
        with self.env.cr.savepoint() as savepoint:
            self._follow(zone, weeks, leaves, origin, start, allowed, events)
            savepoint.rollback()
        self.env.invalidate_all()
        self.registry.clear_cache()

    def _follow(self, zone, weeks, leaves, origin, start, allowed, events):
        calendar, oracle = make_calendar(self.env, zone, weeks, leaves, [], origin)
        self.calendar_made, self.oracle, self.allowed = calendar, oracle, {"0": allowed, "2": allowed + 90}
        self.policy.write({"calendar_id": calendar.id, "duration": allowed / 60})
        self.urgent = self._create_policy(
            name="Urgent", sequence=-9, priority="2", calendar_id=calendar.id, duration=(allowed + 90) / 60
        )
        self.minute, self.paused_since = start, None
        self.case = self._open_case(self._at(start))
        for gap, event, length in events:
            self.minute += gap
            with freeze_time(self._at(self.minute)):
                getattr(self, f"_do_{event}")(length)
            self._compare(start)

    def _at(self, minute):
        return self.oracle.origin + timedelta(minutes=minute)

    def _turn(self, is_customer):
        if self.paused_since is not None:
            self.oracle.pauses.append((self.paused_since, self.minute))
        self.paused_since = self.minute if is_customer else None

    def _do_customer(self, _length, event="customer"):
        stage = self._stage(STAGES[event])
        # Who stands there already goes nowhere: an answer stays given.
        if self.case.stage_id != stage:
            self.case.with_user(self.clerk).stage_id = stage
            self._turn(event == "customer")

    def _do_us(self, length):
        self._do_customer(length, "us")

    def _do_third(self, length):
        self._do_customer(length, "third")

    def _do_reply(self, _length):
        self.case.message_post(
            body="Here it is",
            author_id=self.partner_a.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        self._turn(False)

    def _do_close(self, length):
        self.case.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)
        self._turn(True)
        self.minute += length
        with freeze_time(self._at(self.minute)):
            self.case.with_user(self.clerk).action_reopen()
            self._turn(False)
            self.assertEqual(self.case.waiting_on, "us")

    def _do_leave(self, length):
        span = (self.minute - length, self.minute + length)
        make_leave(self.calendar_made, span, self.oracle.origin)
        self.oracle.leaves = [*self.oracle.leaves, span]

    def _do_priority(self, _length):
        self.case.with_user(self.clerk).priority = "0" if self.case.priority == "2" else "2"

    def _do_policy(self, length):
        self.allowed = {"0": length, "2": length + 30}
        self.policy.duration = length / 60
        self.urgent.write({"duration": (length + 30) / 60})

    def _do_hours(self, _length):
        """Shorten the working week."""
        weeks = self.oracle.weeks
        day = min(day for week in weeks for day in week)
        if all(len(week) > 1 for week in weeks):
            for week in weeks:
                week.pop(day, None)
            self.calendar_made.attendance_ids.filtered(lambda line: line.dayofweek == str(day)).unlink()

    def _compare(self, start):
        status, now = self.case.sla_status_ids, self._at(self.minute)
        self.assertEqual(len(status), 1)
        self.assertEqual(status.date_started, self._at(start))
        pauses = list(self.oracle.pauses)
        if self.paused_since is not None:
            self.oracle.pauses.append((self.paused_since, self.minute))
        spent = self.oracle.spent(start, self.minute)
        expected = self.oracle.deadline(start, self.allowed[self.case.priority], AHEAD)
        self.oracle.pauses = pauses
        with freeze_time(now):
            status.invalidate_recordset()
            run, paused, off = (time.total_seconds() / 3600 for time in spent)
            self.assertAlmostEqual(status.used_hours, run, 6)
            self.assertAlmostEqual(status.paused_hours, paused, 6)
            explanation = status._get_explanation()
            rows = [row for row in explanation["rows"] if not row["is_ahead"]]
            for kind, hours in (("run", run), ("paused", paused), ("off", off)):
                self.assertAlmostEqual(sum(row["hours"] for row in rows if row["kind"] == kind), hours, 6)
            is_paused = self.paused_since is not None
            self.assertEqual(bool(status.date_paused), is_paused)
        if expected is None:
            self.assertTrue(not status.deadline or status.deadline > self._at(AHEAD * 24 * 60))
        elif not is_paused or self._at(expected) < status.date_paused:
            self.assertEqual(status.deadline, self._at(expected))
            self.assertEqual(status.exceeded_hours > 0, self.allowed[self.case.priority] < run * 60)
