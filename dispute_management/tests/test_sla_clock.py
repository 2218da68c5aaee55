from datetime import datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..tools import sla_clock
from ..tools.sla_clock import elapsed, in_order

#: The same examples on every run: a test that fails, fails again.
THOROUGH = settings(max_examples=300, deadline=None, derandomize=True, database=None)

ZERO = datetime(2026, 3, 27)
MINUTES = 240

#: Spans of minutes, overlapping, touching and empty ones among them.
SPANS = st.lists(
    st.tuples(st.integers(0, MINUTES), st.integers(0, 60)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    max_size=6,
)


def at(minute):
    return ZERO + timedelta(minutes=minute)


def spans(minutes):
    return [(at(start), at(stop)) for start, stop in minutes]


def deadline(working, pauses, start, allowed):
    return sla_clock.deadline(in_order(working), pauses, start, allowed)


def covers(minutes, minute):
    return any(start <= minute < stop for start, stop in minutes)


def count(working, pauses, start, end):
    """The same question answered minute by minute: (run, paused, off)."""
    run = paused = off = 0
    for minute in range(start, end):
        if not covers(working, minute):
            off += 1
        elif covers(pauses, minute):
            paused += 1
        else:
            run += 1
    return run, paused, off


class TestSlaClock(BaseCase):
    """The clock of promises, against tables and against counting minutes."""

    def assertElapsed(self, found, run, paused, off):
        self.assertEqual(
            (found.run, found.paused, found.off),
            tuple(timedelta(minutes=minutes) for minutes in (run, paused, off)),
        )

    def test_elapsed_examples(self):
        office = [(60, 120), (150, 210)]
        cases = [
            ("all of it at work", office, [], (60, 120), (60, 0, 0)),
            ("nights are off", office, [], (0, 240), (120, 0, 120)),
            ("starts and ends at work", office, [], (90, 160), (40, 0, 30)),
            ("a pause at work", office, [(70, 80)], (0, 240), (110, 10, 120)),
            ("a pause at night pauses nothing", office, [(0, 60)], (0, 240), (120, 0, 120)),
            ("a pause over the break", office, [(110, 160)], (0, 240), (100, 20, 120)),
            (
                "pauses that overlap count once",
                office,
                [(60, 90), (80, 100)],
                (0, 240),
                (80, 40, 120),
            ),
            ("a pause of no length", office, [(80, 80)], (0, 240), (120, 0, 120)),
            ("a pause before the start", office, [(60, 90)], (80, 120), (30, 10, 0)),
            ("working time that overlaps", [(0, 60), (30, 90)], [], (0, 100), (90, 0, 10)),
            ("no working time", [], [(0, 9)], (0, 100), (0, 0, 100)),
            ("no time at all", office, [], (70, 70), (0, 0, 0)),
        ]
        for title, working, pauses, (start, end), expected in cases:
            with self.subTest(title):
                found = elapsed(spans(working), spans(pauses), at(start), at(end))
                self.assertElapsed(found, *expected)

    def test_deadline_examples(self):
        office = [(60, 120), (150, 210)]
        cases = [
            ("within the morning", office, [], 60, 30, 90),
            ("used up when the morning ends", office, [], 60, 60, 120),
            ("goes on after the break", office, [], 60, 61, 151),
            ("begins when work begins", office, [], 0, 10, 70),
            ("begins amid work", office, [], 100, 30, 160),
            ("moved by a pause", office, [(70, 80)], 60, 30, 100),
            ("not moved by a pause at night", office, [(0, 60)], 0, 10, 70),
            ("not moved by a pause that follows it", office, [(95, 110)], 60, 30, 90),
            ("started in the break", office, [], 130, 60, 210),
            ("does not fit", office, [], 60, 121, None),
            ("nobody ever works", [], [], 0, 1, None),
            ("always paused", office, [(0, 240)], 0, 1, None),
        ]
        for title, working, pauses, start, allowed, expected in cases:
            with self.subTest(title):
                found = deadline(spans(working), spans(pauses), at(start), timedelta(minutes=allowed))
                self.assertEqual(found, expected if expected is None else at(expected))

    @THOROUGH
    @given(SPANS, SPANS, st.integers(0, 300), st.integers(0, 300))
    def test_elapsed_agrees_with_counting_minutes(self, working, pauses, one, other):
        start, end = sorted((one, other))
        found = elapsed(spans(working), spans(pauses), at(start), at(end))
        self.assertElapsed(found, *count(working, pauses, start, end))
        self.assertEqual(found.run + found.paused + found.off, at(end) - at(start))

    @THOROUGH
    @given(SPANS, SPANS, st.integers(0, 200), st.integers(1, 200))
    def test_deadline_agrees_with_counting_minutes(self, working, pauses, start, allowed):
        expected, run = None, 0
        for minute in range(start, 400):
            run += count(working, pauses, minute, minute + 1)[0]
            if run == allowed:
                expected = at(minute + 1)
                break
        found = deadline(spans(working), spans(pauses), at(start), timedelta(minutes=allowed))
        self.assertEqual(found, expected)

    @THOROUGH
    @given(SPANS, SPANS, st.integers(0, 200), st.integers(1, 12000))
    def test_deadline_and_elapsed_invert_each_other(self, working, pauses, start, seconds):
        allowed = timedelta(seconds=seconds)
        working, pauses = spans(working), spans(pauses)
        due = deadline(working, pauses, at(start), allowed)
        assume(due)
        self.assertEqual(elapsed(working, pauses, at(start), due).run, allowed)
        # And not a second earlier.
        earlier = elapsed(working, pauses, at(start), due - timedelta(seconds=1)).run
        self.assertEqual(earlier, allowed - timedelta(seconds=1))

    @THOROUGH
    @given(SPANS, SPANS, st.lists(st.integers(0, 300), min_size=2, max_size=6))
    def test_spans_in_a_row_add_up_to_the_whole(self, working, pauses, instants):
        working, pauses = spans(working), spans(pauses)
        instants = [at(minute) for minute in sorted(instants)]
        whole = elapsed(working, pauses, instants[0], instants[-1])
        pieces = [
            elapsed(working, pauses, start, end) for start, end in zip(instants, instants[1:], strict=False)
        ]
        for name in ("run", "paused", "off"):
            total = sum((getattr(piece, name) for piece in pieces), timedelta())
            self.assertEqual(total, getattr(whole, name))

    @THOROUGH
    @given(SPANS, SPANS, st.integers(0, 100), st.integers(1, 100), SPANS)
    def test_a_pause_never_brings_a_deadline_forward(self, working, pauses, start, allowed, more):
        allowed = timedelta(minutes=allowed)
        before = deadline(spans(working), spans(pauses), at(start), allowed)
        after = deadline(spans(working), spans(pauses + more), at(start), allowed)
        if after:
            self.assertLessEqual(before, after)

    @THOROUGH
    @given(SPANS, SPANS, st.integers(0, 100))
    def test_order_of_the_spans_does_not_matter(self, working, pauses, start):
        there = elapsed(spans(working), spans(pauses), at(start), at(300))
        back = elapsed(spans(working[::-1]), spans(pauses[::-1]), at(start), at(300))
        self.assertEqual(there, back)
