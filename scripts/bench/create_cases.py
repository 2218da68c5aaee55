"""Creating cases in batches against creating tasks, which have the same mixins."""

from .measure import NOTHING, Result, measure
from .population import batched

TARGET = 0.67  # one and a half times as fast


def run(bench):
    """Yield the results; the cases and tasks stay for the measures that follow."""
    population = bench.population
    env = population.env
    # The first batch of each warms up and is not counted.
    warm_up = population.take_invoices(10)
    measure(env, lambda: population.create_cases(warm_up))
    measure(env, lambda: population.create_tasks(range(10)))
    cases = tasks = NOTHING
    for number, invoice_ids in enumerate(batched(population.take_invoices(population.size))):
        bench.say(f"cases {number * 100}/{population.size}")
        cases += measure(env, lambda ids=invoice_ids: population.create_cases(ids))
        env.cr.commit()
        tasks += measure(env, lambda ids=invoice_ids: population.create_tasks(ids))
        env.cr.commit()
    size = population.size
    yield Result("create_cases_seconds", size, cases.seconds, tasks.seconds, TARGET)
    yield Result("create_cases_queries_each", size, cases.queries / size, tasks.queries / size, TARGET)
