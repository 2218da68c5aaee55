"""Choosing owners of many new cases against giving as many tasks to one person.

Half of the team is on leave and the rest has left but for the clerk who assigns, so that both
sides end with the same assignee, who is told nothing of what they do themselves.
"""

from datetime import datetime, timedelta

from odoo.fields import Command
from odoo.tools import SQL

from .measure import NOTHING, Result, measure
from .population import batched

ASSIGNED = 5000
#: Cases a run: what a list gives away in one go.
RUN = 1000
TARGET = 0.67  # one and a half times as fast
METHODS = ("round_robin", "least_loaded")
COLLEAGUES = 4


def run(bench):
    """Yield the results of each method; the clerk owns the cases and tasks before and after."""
    bench.need_cases()
    env = bench.population.env
    team = _make_team(bench)
    size = min(ASSIGNED, bench.population.size)
    cases = env["dispute.case"].search([("is_closed", "=", False)], limit=size)
    tasks = env["project.task"].search([], limit=len(cases))
    for method in METHODS:
        team.assignment_method = method
        _take_away(cases, tasks)
        ours = theirs = NOTHING
        for case_ids, task_ids in zip(batched(cases.ids, RUN), batched(tasks.ids, RUN), strict=True):
            ours += measure(env, lambda ids=case_ids: _assign(env["dispute.case"].browse(ids), team))
            env.cr.commit()
            theirs += measure(env, lambda ids=task_ids: _give(env["project.task"].browse(ids)))
            env.cr.commit()
        if set(cases.user_id.ids) != {env.uid}:
            raise AssertionError("somebody on leave was given a case")
        size = len(cases)
        yield Result(f"assign_cases_{method}_seconds", size, ours.seconds, theirs.seconds, TARGET)
        yield Result(
            f"assign_cases_{method}_queries_each", size, ours.queries / size, theirs.queries / size, TARGET
        )


def _assign(cases, team):
    cases._assign(team.with_env(cases.env))
    cases.env.cr.flush()


def _give(tasks):
    tasks.write({"user_ids": [Command.set([tasks.env.uid])]})
    tasks.env.cr.flush()


def _take_away(cases, tasks):
    """Leave cases and tasks to nobody."""
    # Written to, an open case would be given an owner at once.
    cases.env.cr.execute(SQL("UPDATE dispute_case SET user_id = NULL WHERE id IN %s", tuple(cases.ids)))
    for ids in batched(tasks.ids, RUN):
        tasks.browse(ids).sudo().with_context(tracking_disable=True).write({"user_ids": [Command.clear()]})
    cases.env.cr.commit()
    cases.env.invalidate_all()


def _make_team(bench):
    """A team of the clerk and of colleagues who are on leave or have left."""
    env = bench.population.env(su=True)
    colleagues = env["res.users"].create(
        [{"name": f"Colleague {number}", "login": f"bench {number}"} for number in range(COLLEAGUES)]
    )
    away = colleagues[: COLLEAGUES // 2]
    (colleagues - away).active = False
    now = datetime.now().replace(microsecond=0)
    resources = env["resource.resource"].create(
        [{"name": user.name, "user_id": user.id, "company_id": env.company.id} for user in away]
    )
    env["resource.calendar.leaves"].create(
        [
            {
                "name": "Holiday",
                "resource_id": resource.id,
                "calendar_id": resource.calendar_id.id,
                "date_from": now - timedelta(days=1),
                "date_to": now + timedelta(days=30),
            }
            for resource in resources
        ]
    )
    team = env["dispute.team"].create(
        {"name": "Bench", "member_ids": [Command.set([*colleagues.ids, bench.population.env.uid])]}
    )
    env.cr.commit()
    return team
