"""What a corrective action changed: cases a month before it began and after it was done.

A month is 30.4375 days, the mean of four years. The time between beginning and end counts for
neither side.
"""

from dataclasses import dataclass
from datetime import date, timedelta

MONTH_DAYS = 365.25 / 12
#: So many months are looked at on each side.
MONTHS = 3
#: After fewer days, a rate a month would be a guess.
MIN_DAYS = 14


@dataclass(frozen=True)
class Window:
    """Days from `start` to `end`, both included."""

    start: date
    end: date

    @property
    def months(self) -> float:
        """How many months that is."""
        return ((self.end - self.start).days + 1) / MONTH_DAYS

    def get_rate(self, amounts) -> float:
        """What happened a month.

        :param amounts: pairs of a day and an amount or number
        """
        return sum(amount for day, amount in amounts if self.start <= day <= self.end) / self.months


def get_windows(started: date, done: date | None, today: date) -> tuple[Window, Window | None]:
    """The days before an action and those after it.

    :param done: when it was done; None: not yet
    :return: `Window` before, and after or None while that is too short to tell
    """
    length = timedelta(days=round(MONTHS * MONTH_DAYS))
    before = Window(started - length, started - timedelta(days=1))
    if not done:
        return before, None
    end = min(done + length, today)
    return before, Window(done + timedelta(days=1), end) if (end - done).days >= MIN_DAYS else None


def get_change(before: float | None, after: float | None) -> float | None:
    """:return: the change as a share of what was before; None where there is none to compare"""
    return (after - before) / before if before and after is not None else None
