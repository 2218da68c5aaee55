"""How things are timed, and how a result is told."""

import gc
import json
import statistics
import time
from dataclasses import asdict, dataclass

RUNS = 5


@dataclass(frozen=True)
class Result:
    """``ratio`` is ours by reference; it is ok up to the target."""

    name: str
    n: int
    ours: float
    reference: float
    target: float

    def to_json(self):
        ratio = self.ours / self.reference if self.reference else float(bool(self.ours))
        values = asdict(self) | {
            "ours": round(self.ours, 4),
            "reference": round(self.reference, 4),
            "ratio": round(ratio, 3),
            "ok": ratio <= self.target,
        }
        order = ("name", "n", "ours", "reference", "ratio", "target", "ok")
        return json.dumps({key: values[key] for key in order})


@dataclass(frozen=True)
class Cost:
    seconds: float
    queries: int

    def __add__(self, other):
        return Cost(self.seconds + other.seconds, self.queries + other.queries)


NOTHING = Cost(0, 0)


def measure(env, work):
    """What ``work()`` costs, with nothing in the ORM's cache at the start and all written at the end."""
    env.flush_all()
    env.invalidate_all()
    # The collector would hit one side or the other by chance.
    gc.collect()
    gc.disable()
    try:
        queries, started = env.cr.sql_log_count, time.perf_counter()
        work()
        env.flush_all()
        return Cost(time.perf_counter() - started, env.cr.sql_log_count - queries)
    finally:
        gc.enable()


def compare(ours, reference, runs=RUNS):
    """Costs of two ways to do the same, run in turns after one run to warm up.

    Who begins a turn alternates as well, so that a busy machine favours neither.

    :param ours: callable that answers a :class:`Cost`; the same for ``reference``
    :return: two costs, each of the median seconds and queries
    """
    ours(), reference()
    turns = []
    for run in range(runs):
        if run % 2:
            other = reference()
            turns.append((ours(), other))
        else:
            turns.append((ours(), reference()))
    return tuple(
        Cost(
            statistics.median(cost.seconds for cost in costs),
            statistics.median(cost.queries for cost in costs),
        )
        for costs in zip(*turns, strict=True)
    )


def with_memory(work):
    """:return: what the work returns, and by how many MB it raised the peak of this process"""
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
    before = _get_memory("VmRSS")
    result = work()
    return result, _get_memory("VmHWM") - before


def _get_memory(name):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name)) / 1024
