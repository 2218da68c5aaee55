"""Grouping ``dispute.report`` against the same figures in SQL written by hand."""

from .measure import Result, compare, measure

TARGET = 2.0
MEASURES = ["__count", "amount_disputed:sum", "amount_credited:sum", "cycle_days:avg", "is_valid:avg"]

# What somebody who knows the company's time zone would write.
BY_HAND = """
    SELECT {groupby},
           COUNT(*),
           SUM(c.amount_disputed_company),
           SUM(c.amount_credited_company),
           AVG({closed} - {opened} - COALESCE(c.closed_days, 0)) FILTER (WHERE c.is_closed),
           AVG(CASE WHEN c.is_valid THEN 1 ELSE 0 END) FILTER (WHERE c.is_closed AND r.is_decided)
      FROM dispute_case c
 LEFT JOIN dispute_resolution r ON r.id = c.resolution_id
     WHERE c.company_id = %(company)s AND r.code IS DISTINCT FROM 'MRG'
  GROUP BY 1
  ORDER BY 1
"""


def run(bench):
    """Yield the seconds of each grouping."""
    bench.need_cases()
    env = bench.population.env
    zone = env.company.resource_calendar_id.tz or "UTC"
    opened, closed = (
        f"(c.{name} AT TIME ZONE 'UTC' AT TIME ZONE '{zone}')::date"
        for name in ("date_opened", "date_closed")
    )
    for name, spec, groupby in (
        ("reason", "reason_id", "c.reason_id"),
        ("month", "date_opened:month", f"date_trunc('month', {opened})"),
    ):
        query = BY_HAND.format(groupby=groupby, opened=opened, closed=closed)
        ours, reference = compare(
            lambda spec=spec: measure(env, lambda: _read_groups(env, spec)),
            lambda query=query: measure(env, lambda: _read_by_hand(env, query)),
        )
        _check_same(_read_groups(env, spec), _read_by_hand(env, query))
        yield Result(
            f"group_report_by_{name}", bench.population.size, ours.seconds, reference.seconds, TARGET
        )


def _read_groups(env, spec):
    # Without the labels that a client would have looked up: the SQL has none either.
    return env["dispute.report"]._read_group([], [spec], MEASURES)


def _read_by_hand(env, query):
    env.cr.execute(query, {"company": env.company.id})
    return env.cr.fetchall()


def _check_same(groups, rows):
    """A fast wrong figure is worth nothing."""
    ours = sorted(tuple(round(float(value or 0), 4) for value in group[1:]) for group in groups)
    by_hand = sorted(tuple(round(float(value or 0), 4) for value in row[1:]) for row in rows)
    if ours != by_hand:
        raise AssertionError(f"the report differs from the SQL: {ours[:3]} ... {by_hand[:3]} ...")
