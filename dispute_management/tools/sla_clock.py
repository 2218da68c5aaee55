"""The clock of a promise: working time, less the time in which it was the customer's turn.

Intervals are ``(start, stop)`` pairs of naive UTC datetimes. Only the overlap of a
pause and working time counts as paused, so that for every span of time
run + paused + off-hours = elapsed.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from odoo.tools.intervals import Intervals

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Elapsed:
    """How a span of time was spent."""

    run: timedelta
    paused: timedelta
    off: timedelta


class WorkingTime:
    """Working time with its running total: each question takes a few look-ups.

    :param spans: in any order; those that overlap or touch are joined
    """

    def __init__(self, spans: Iterable[Span]):
        self.spans = in_order(spans)
        self._starts = [start for start, _stop in self.spans]
        #: Working time until the end of each span.
        self._totals = list(accumulate(stop - start for start, stop in self.spans))

    def worked_until(self, at: datetime) -> timedelta:
        """Working time from the first span to an instant."""
        index = bisect_right(self._starts, at) - 1
        if index < 0:
            return timedelta()
        _start, stop = self.spans[index]
        return self._totals[index] - max(stop - at, timedelta())

    def elapsed(self, pauses: Iterable[Span], start: datetime, end: datetime) -> Elapsed:
        """Tell how the time from start to end was spent; see the function of this name."""
        worked = self.worked_until(end) - self.worked_until(start)
        paused = timedelta()
        for pause_start, pause_stop in in_order(pauses):
            begin, stop = max(pause_start, start), min(pause_stop, end)
            if begin < stop:
                paused += self.worked_until(stop) - self.worked_until(begin)
        return Elapsed(worked - paused, paused, (end - start) - worked)

    def deadline(self, pauses: Iterable[Span], start: datetime, allowed: timedelta) -> datetime | None:
        """The instant at which the time allowed is used up; see the function of this name."""
        target = self.worked_until(start) + allowed
        for pause_start, pause_stop in in_order(pauses):
            if pause_stop <= start:
                continue
            before = self.worked_until(max(pause_start, start))
            if before >= target:
                break
            target += self.worked_until(pause_stop) - before
        index = bisect_left(self._totals, target)
        if index == len(self._totals):
            return None
        return max(start, self.spans[index][1] - (self._totals[index] - target))


def in_order(spans: Iterable[Span]) -> list[Span]:
    """Put spans in order and join those that overlap or touch; those of no length are left out."""
    return [(start, stop) for start, stop, _records in Intervals([(*span, set()) for span in spans])]


def elapsed(working: Iterable[Span], pauses: Iterable[Span], start: datetime, end: datetime) -> Elapsed:
    """Tell how the time from start to end was spent.

    :param working: working time that covers at least start to end
    :param pauses: spans in which the clock stood still
    """
    return WorkingTime(working).elapsed(pauses, start, end)


def deadline(
    working: Sequence[Span], pauses: Sequence[Span], start: datetime, allowed: timedelta
) -> datetime | None:
    """The instant at which the allowed working time is used up.

    :param working: working time from start on, as far as it is known
    :param pauses: spans in which the clock stood still
    :param start: when the promise began
    :param allowed: the working time promised
    :return: None when the working time given does not suffice
    """
    return WorkingTime(working).deadline(pauses, start, allowed)
