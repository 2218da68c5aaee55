"""Deadlines of cases against Odoo's ``plan_hours``, called once a case."""

import random
from datetime import datetime, timedelta

from .measure import Result, measure

TARGET = 0.02  # fifty times as fast
# As many as the reference is asked for; it takes as long for each.
SAMPLE = 500
DAYS = 720


def run(bench):
    """Yield the result; nothing is written."""
    env = bench.population.env
    calendar = env.company.resource_calendar_id.sudo()
    chance = random.Random(19)
    opened = datetime.now().replace(microsecond=0)
    count = bench.population.size
    promises = []
    for _case in range(count):
        start = opened - timedelta(minutes=chance.randrange(DAYS * 24 * 60))
        promises.append((calendar, start, chance.choice((8, 40, 80, 160)), ()))
    clock = env["dispute.working.time"]
    measure(env, lambda: clock._get_deadlines(promises[:10]))
    ours = measure(env, lambda: clock._get_deadlines(promises))
    sample = promises[:SAMPLE]
    theirs = measure(
        env,
        lambda: [
            calendar.plan_hours(hours, start, compute_leaves=True)
            for calendar, start, hours, _pauses in sample
        ],
    )
    yield Result("deadlines_seconds", count, ours.seconds, theirs.seconds * count / len(sample), TARGET)
