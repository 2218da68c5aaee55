"""How the time of a promise was spent, span by span: what ran, what was paused, what was off."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .sla_clock import Span


@dataclass(frozen=True)
class Turn:
    """A time in which it was somebody's turn."""

    start: datetime
    stop: datetime
    pauses: bool
    why: str


@dataclass(frozen=True)
class Segment:
    """A span of one kind: ``run``, ``paused`` or ``off``."""

    start: datetime
    stop: datetime
    kind: str
    why: str

    @property
    def length(self) -> timedelta:
        return self.stop - self.start


def explain(
    working: Sequence[Span],
    turns: Sequence[Turn],
    leaves: Sequence[tuple[datetime, datetime, str]],
    start: datetime,
    end: datetime,
    cuts: Sequence[datetime] = (),
) -> list[Segment]:
    """Tell how every moment from start to end was spent, and why.

    :param working: working time that covers start to end, in order, without overlap
    :param turns: whose turn it was, in order, without overlap
    :param leaves: named days off
    :param cuts: instants at which a new segment begins whatever happened then
    :return: segments in order, without gap or overlap; their lengths add up to end - start
    """
    bounds = {start, end, *cuts}
    for spans in (working, ((turn.start, turn.stop) for turn in turns), (leave[:2] for leave in leaves)):
        bounds.update(at for span in spans for at in span)
    instants = sorted(at for at in bounds if start <= at <= end)
    starts = [span[0] for span in working]
    turn_starts = [turn.start for turn in turns]
    segments: list[Segment] = []
    for begin, stop in zip(instants, instants[1:], strict=False):
        turn = _at(turns, turn_starts, begin)
        span = _at(working, starts, begin)
        if span is None or span[1] <= begin:
            kind, why = "off", next((name for one, two, name in leaves if one <= begin < two), "")
        elif turn is not None and begin < turn.stop:
            kind, why = ("paused" if turn.pauses else "run"), turn.why
        else:
            kind, why = "run", ""
        last = segments[-1] if segments else None
        if last and (last.kind, last.why) == (kind, why) and begin not in cuts:
            segments[-1] = replace(last, stop=stop)
        else:
            segments.append(Segment(begin, stop, kind, why))
    return segments


def add_up(segments: Sequence[Segment]) -> dict[str, timedelta]:
    """:return: ``{kind: time}`` of all kinds"""
    totals = dict.fromkeys(("run", "paused", "off"), timedelta())
    for segment in segments:
        totals[segment.kind] += segment.length
    return totals


def _at(items, starts, at):
    """The item that begins at an instant or last before it."""
    index = bisect_right(starts, at) - 1
    return items[index] if index >= 0 else None
