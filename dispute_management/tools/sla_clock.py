"""The clock of a promise: working time, less the time in which it was the customer's turn.

Intervals are ``(start, stop)`` pairs of naive UTC datetimes. Only the overlap of a
pause and working time counts as paused, so that for every span of time
run + paused + off-hours = elapsed.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from operator import itemgetter

from odoo.tools.intervals import Intervals

Span = tuple[datetime, datetime]


def in_order(spans: Iterable[Span]) -> list[Span]:
    """Put spans in order and join those that overlap or touch, as `deadline` wants them."""
    return [(start, stop) for start, stop, _records in _intervals(spans)]


@dataclass(frozen=True)
class Elapsed:
    """How a span of time was spent."""

    run: timedelta
    paused: timedelta
    off: timedelta


def _intervals(spans: Iterable[Span]) -> Intervals:
    return Intervals([(start, stop, set()) for start, stop in spans])


def _length(intervals: Intervals) -> timedelta:
    return sum((stop - start for start, stop, _records in intervals), timedelta())


def elapsed(working: Iterable[Span], pauses: Iterable[Span], start: datetime, end: datetime) -> Elapsed:
    """Tell how the time from start to end was spent.

    :param working: working time that covers at least start to end
    :param pauses: spans in which the clock stood still
    """
    span = _intervals([(start, end)])
    work = _intervals(working) & span
    paused = work & _intervals(pauses)
    worked = _length(work)
    return Elapsed(worked - _length(paused), _length(paused), (end - start) - worked)


def deadline(
    working: Sequence[Span], pauses: Sequence[Span], start: datetime, allowed: timedelta
) -> datetime | None:
    """The instant at which the allowed working time is used up.

    :param working: working time from start on, as far as it is known, `in_order`
    :param pauses: spans in which the clock stood still
    :param start: when the promise began
    :param allowed: the working time promised
    :return: None when the working time given does not suffice
    """
    left = allowed
    # The span that start falls into, if it does, is the one before those that begin later.
    first = max(0, bisect_right(working, start, key=itemgetter(0)) - 1)
    for span in islice(working, first, None):
        for span_start, span_stop in _subtract(span, pauses):
            begin = max(span_start, start)
            if span_stop - begin >= left:
                return begin + left
            left -= max(span_stop - begin, timedelta())
    return None


def _subtract(span: Span, pauses: Sequence[Span]) -> Iterable[Span]:
    if not pauses:
        return (span,)
    running = _intervals([span]) - _intervals(pauses)
    return [(start, stop) for start, stop, _records in running]
