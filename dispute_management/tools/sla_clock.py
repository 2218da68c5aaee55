"""The clock of a promise: working time, less the time in which it was the customer's turn.

Intervals are ``(start, stop)`` pairs of naive UTC datetimes. Only the overlap of a
pause and working time counts as paused, so that for every span of time
run + paused + off-hours = elapsed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from odoo.tools.intervals import Intervals

Span = tuple[datetime, datetime]


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
    working: Iterable[Span],
    pauses: Iterable[Span],
    start: datetime,
    allowed: timedelta,
) -> datetime | None:
    """The instant at which the allowed working time is used up.

    :param working: working time from start on, as far as it is known
    :param pauses: spans in which the clock stood still
    :param start: when the promise began
    :param allowed: the working time promised
    :return: None when the working time given does not suffice
    """
    left = allowed
    running = _intervals(working) & _intervals([(start, datetime.max)])
    for span_start, span_stop, _records in running - _intervals(pauses):
        if span_stop - span_start >= left:
            return span_start + left
        left -= span_stop - span_start
    return None
