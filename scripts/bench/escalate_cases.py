"""The escalation cron over many open cases with two promises each, of which none, some or many are due.

Compared with the least that anybody would do by hand: find the late promises in SQL, and plan as
many activities with Odoo's own ``activity_schedule``.
"""

from datetime import datetime, timedelta

from .measure import Result, measure, with_memory
from .population import batched

#: Open cases for each case that the other measures make.
FACTOR = 10
PROMISES = 2
DUE_SHARES = (0, 0.01, 0.1)
BATCH = 1000
TARGET_NONE_DUE = 0.2  # seconds
TARGET_SECONDS = 3.0
TARGET_MEMORY = 1.5
TARGET_PLAN = 3.0

LATE = """
    SELECT DISTINCT s.case_id
      FROM dispute_sla_status s
      JOIN dispute_case c ON c.id = s.case_id
     WHERE s.deadline <= now() AT TIME ZONE 'UTC'
       AND s.date_reached IS NULL
       AND s.is_cancelled IS NOT TRUE
       AND c.is_closed IS NOT TRUE
       AND c.date_escalation IS NOT NULL
"""


def run(bench):
    """Yield the results. Last of all measures: it leaves its many cases behind."""
    env = bench.env
    size = bench.population.size * FACTOR
    _prepare_rule(env)
    bench.say(f"{size} open cases")
    case_ids = _multiply(env, size)
    yield from _run_plan(bench, case_ids)
    peaks, fired = {}, 0
    for share in DUE_SHARES:
        due = int(size * share)
        bench.say(f"{due} due of {size}")
        _make_due(env, case_ids[:due])
        rest = case_ids[due : 2 * due]
        case_ids = case_ids[2 * due :]
        ours, peaks[due] = with_memory(lambda: measure(env, lambda: _escalate(env)))
        fired += due
        _check_fired(env, fired)
        _make_late(env, rest)
        theirs = measure(env, lambda: _do_by_hand(env))
        env.cr.commit()
        _make_timely(env, rest)
        if due:
            yield Result(
                f"escalate_{due}_of_{size}_seconds", due, ours.seconds, theirs.seconds, TARGET_SECONDS
            )
            yield Result(
                f"escalate_{due}_of_{size}_queries_each",
                due,
                ours.queries / due,
                theirs.queries / due,
                TARGET_SECONDS,
            )
        else:
            # Seconds as they are: with nothing due there is nothing to compare with.
            yield Result(f"escalate_none_of_{size}_seconds", size, ours.seconds, 1.0, TARGET_NONE_DUE)
    some, many = sorted(peaks)[1:]
    yield Result("escalate_memory_mb", many, peaks[many], max(peaks[some], 1.0), TARGET_MEMORY)


def _run_plan(bench, case_ids):
    """A rule switched on: all open cases planned anew, against Odoo computing their deadline anew."""
    env = bench.env
    ours = measure(env, env["dispute.escalation.run"]._cron_plan)
    theirs = measure(env, lambda: _compute_deadlines(env, case_ids))
    yield Result("plan_escalations_seconds", len(case_ids), ours.seconds, theirs.seconds, TARGET_PLAN)


def _compute_deadlines(env, case_ids):
    Case = env["dispute.case"]
    for ids in batched(case_ids, BATCH):
        env.add_to_compute(Case._fields["date_deadline"], Case.browse(ids))
        env.flush_all()
        env.cr.commit()
        env.invalidate_all()


def _prepare_rule(env):
    rules = env["dispute.escalation.rule"].search([])
    rules.is_on = False
    rules.create(
        {
            "name": "Bench",
            "trigger": "sla_breach",
            "is_on": True,
            "include_past": True,
            "alert_owner": True,
            "activity_type_id": env.ref("mail.mail_activity_data_todo").id,
        }
    )
    env.cr.commit()


def _multiply(env, size):
    """One case made by Odoo, copied in SQL with its history and two of its promises."""
    case = env["dispute.case"].create({"source": "mail", "user_id": env.ref("base.user_admin").id})
    env.flush_all()
    later = datetime.now() + timedelta(days=30)
    ids = _copy(env, "dispute_case", case.id, size, name="'BENCH/' || n", access_token="NULL")
    for status in case.sla_status_ids[:PROMISES]:
        _copy_to(env, "dispute_sla_status", status.id, ids, deadline=f"'{later:%Y-%m-%d %H:%M:%S}'")
    _copy_to(env, "dispute_stage_history", case.stage_history_ids.id, ids)
    env.cr.execute("ANALYZE")
    env.cr.commit()
    env.invalidate_all()
    return ids


def _get_columns(env, table, **changes):
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name != 'id'",
        [table],
    )
    columns = [row[0] for row in env.cr.fetchall()]
    return ", ".join(columns), ", ".join(changes.get(column, f"t.{column}") for column in columns)


def _copy(env, table, record_id, count, **changes):
    names, values = _get_columns(env, table, **changes)
    env.cr.execute(
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} t, generate_series(1, %s) n"
        " WHERE t.id = %s RETURNING id",
        [count, record_id],
    )
    return [row[0] for row in env.cr.fetchall()]


def _copy_to(env, table, record_id, case_ids, **changes):
    names, values = _get_columns(env, table, case_id="n", **changes)
    env.cr.execute(
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} t, unnest(%s) n WHERE t.id = %s",
        [case_ids, record_id],
    )


def _make_late(env, case_ids):
    """Break one promise of each, unnoticed by the cron."""
    env.cr.execute(
        "UPDATE dispute_sla_status SET deadline = now() AT TIME ZONE 'UTC' - interval '1 hour'"
        " WHERE id IN (SELECT min(id) FROM dispute_sla_status WHERE case_id = ANY(%s) GROUP BY case_id)",
        [case_ids],
    )
    env.cr.commit()
    env.invalidate_all()


def _make_timely(env, case_ids):
    env.cr.execute(
        "UPDATE dispute_sla_status SET deadline = now() AT TIME ZONE 'UTC' + interval '30 days'"
        " WHERE case_id = ANY(%s)",
        [case_ids],
    )
    env.cr.commit()
    env.invalidate_all()


def _make_due(env, case_ids):
    """Break one promise of each, as the clock would."""
    _make_late(env, case_ids)
    env.cr.execute(
        "UPDATE dispute_case SET date_escalation = now() AT TIME ZONE 'UTC' - interval '1 hour'"
        " WHERE id = ANY(%s)",
        [case_ids],
    )
    env.cr.execute("ANALYZE")
    env.cr.commit()


def _escalate(env):
    env["dispute.escalation.run"]._cron_escalate()


def _check_fired(env, expected):
    """A fast run that does nothing is worth nothing."""
    found = env["dispute.escalation.log"].search_count([])
    if found != expected:
        raise AssertionError(f"{found} fired, not {expected}")


def _do_by_hand(env):
    env.cr.execute(LATE)
    cases = env["dispute.case"].browse(row[0] for row in env.cr.fetchall())
    for ids in batched(cases.ids, BATCH):
        # Without a mail each, as ours.
        cases.browse(ids).with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_todo", user_id=env.ref("base.user_admin").id, summary="Late"
        )
        env.flush_all()
        env.cr.commit()
        env.invalidate_all()
