"""Moving cases one stage against moving tasks one stage: history, activities, clock and tracking included."""

from .measure import NOTHING, Result, measure
from .population import batched

MOVED = 1000
TARGET = 0.67  # one and a half times as fast


def run(bench):
    """Yield the results; a thousand open cases and tasks end up a stage further."""
    bench.need_cases()
    env = bench.population.env
    new = env.ref("dispute_management.dispute_stage_new")
    checking = env.ref("dispute_management.dispute_stage_checking")
    cases = env["dispute.case"].search([("stage_id", "=", new.id)], limit=MOVED)
    tasks = env["project.task"].search([], limit=len(cases))
    doing = tasks.project_id.type_ids[1]
    ours = theirs = NOTHING
    with bench.population.planned("checking"):
        for case_ids, task_ids in zip(batched(cases.ids), batched(tasks.ids), strict=True):
            ours += measure(env, lambda ids=case_ids: _move(env["dispute.case"].browse(ids), checking))
            env.cr.commit()
            theirs += measure(env, lambda ids=task_ids: _move(env["project.task"].browse(ids), doing))
            env.cr.commit()
    size = len(cases)
    yield Result("move_cases_seconds", size, ours.seconds, theirs.seconds, TARGET)
    yield Result("move_cases_queries_each", size, ours.queries / size, theirs.queries / size, TARGET)


def _move(records, stage):
    records.write({"stage_id": stage.id})
    # Tracking is written when the transaction ends.
    records.env.cr.flush()
