"""Creating cases in batches against creating tasks, which have the same mixins.

First with their promises, opened over the past; then as cases come in: routed by a rule to whoever
has least to do, with the activity plan of their first stage.
"""

from contextlib import contextmanager
from datetime import datetime

from odoo.fields import Command

from .measure import NOTHING, Result, measure
from .population import batched

TARGET = 0.67  # one and a half times as fast
ROUTED = 1000


def run(bench):
    """Yield the results; the cases and tasks stay for the measures that follow."""
    yield from fill(bench)
    population = bench.population
    now = datetime.now().replace(microsecond=0)
    with _routing_and_plan(population):
        yield from _compare(
            bench,
            "create_routed_cases_with_plan",
            min(ROUTED, population.size),
            user_id=False,
            source="import",
            date_opened=now,
        )


def fill(bench):
    """Yield the results of making as many cases and tasks as the measures that follow are to have."""
    population = bench.population
    env = population.env
    # The first batch of each warms up and is not counted.
    warm_up = population.take_invoices(10)
    measure(env, lambda: population.create_cases(warm_up))
    measure(env, lambda: population.create_tasks(range(10)))
    yield from _compare(bench, "create_cases", population.size)


def _compare(bench, name, size, **values):
    population, env = bench.population, bench.population.env
    cases = tasks = NOTHING
    for number, invoice_ids in enumerate(batched(population.take_invoices(size))):
        bench.say(f"{name} {number * 100}/{size}")
        cases += measure(env, lambda ids=invoice_ids: population.create_cases(ids, **values))
        env.cr.commit()
        tasks += measure(env, lambda ids=invoice_ids: population.create_tasks(ids))
        env.cr.commit()
    yield Result(f"{name}_seconds", size, cases.seconds, tasks.seconds, TARGET)
    yield Result(f"{name}_queries_each", size, cases.queries / size, tasks.queries / size, TARGET)


@contextmanager
def _routing_and_plan(population):
    """Send cases to a team of the clerk by a rule, and start a plan for their owner."""
    env = population.env(su=True)
    team = env["dispute.team"].create(
        {
            "name": "Routed",
            "member_ids": [Command.set([population.env.uid])],
            "assignment_method": "least_loaded",
        }
    )
    rule = env["dispute.routing.rule"].create({"name": "Routed", "team_id": team.id, "amount_min": 1})
    with population.planned("new"):
        yield
    rule.active = False
    env.cr.commit()
