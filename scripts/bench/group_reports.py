"""The standard pivots and graphs, and all of the dashboard, against the same figures in SQL by hand."""

from datetime import date

from .by_hand import ByHand
from .measure import RUNS, Result, compare, measure
from .report_views import get_dashboard_requests, get_standard_requests, with_period

TARGET = 1.5
#: Seconds from which on a few runs tell.
LONG = 0.1
MANY_RUNS = 25


def run(bench):
    """Yield the seconds of each, and of the dashboard's requests one after another."""
    bench.need_history()
    env = bench.get_reader()
    size = env["dispute.case"].search_count([])
    requests = get_standard_requests(env)
    for request in [*requests, *(with_period(one, env) for one in requests)]:
        yield _compare(env, size, request.name, [request])
    yield _compare(env, size, "dashboard", get_dashboard_requests(env))


def _compare(env, size, name, requests):
    hand = ByHand(env)
    queries = [hand.write(one.model, one.domain, one.grouping_sets, one.aggregates) for one in requests]
    for request, query in zip(requests, queries, strict=True):
        _check_same(request, request.get_rows(request.read(env)), _fetch(env, query))

    def read():
        for request in requests:
            request.read(env)

    def read_by_hand():
        for query in queries:
            _fetch(env, query)

    # A median of few runs of some milliseconds is chance.
    runs = RUNS if measure(env, read_by_hand).seconds > LONG else MANY_RUNS
    ours, reference = compare(lambda: measure(env, read), lambda: measure(env, read_by_hand), runs)
    return Result(name, size, ours.seconds, reference.seconds, TARGET)


def _fetch(env, query):
    env.cr.execute(query)
    return env.cr.fetchall()


def _check_same(request, ours, by_hand):
    """A fast wrong figure is worth nothing."""
    ours, by_hand = (sorted(map(_normalize, rows), key=repr) for rows in (ours, by_hand))
    if len(ours) != len(by_hand) or any(map(_differ, ours, by_hand)):
        different = [pair for pair in zip(ours, by_hand, strict=False) if _differ(*pair)][:3]
        raise AssertionError(
            f"{request.name} differs from the SQL: {different} ({len(ours)}, {len(by_hand)})"
        )


def _normalize(row):
    values = []
    for value in row:
        if isinstance(value, date):
            value = str(value)[:10]
        values.append(value if isinstance(value, str) else round(float(value or 0), 2))
    return values


def _differ(one, other):
    return any(
        # Some seconds pass between the two, and time goes on in what is still open.
        abs(a - b) > max(0.02, 1e-5 * abs(a)) if isinstance(a, float) and isinstance(b, float) else a != b
        for a, b in zip(one, other, strict=True)
    )
