"""From a number of cases to a database full of them."""

import sys
import time

from odoo.tools import SQL

from .bulk import unchecked, unindexed
from .cast import make_casts
from .histories import HISTORIES, play
from .multiply import Multiplier
from .plan import Plan
from .template import Template

#: Invoices that nobody disputes, for each case.
QUIET_SHARE = 1
#: From so many cases on, indexes are made at the end.
MANY = 20_000


def make(env, cases, seed=1, histories=0, quietly=False):
    """Play histories, and copy them until there are so many cases; all of it or nothing.

    :param cases: how many cases to have in the end, those played among them
    :param seed: the same number makes the same data on the same day
    :param histories: how many are played; some hundreds when not given
    :param quietly: without telling how far it is
    :return: ``{table: rows copied}``
    """
    started = time.perf_counter()

    def progress(text):
        if quietly:
            return
        print(f"  {time.perf_counter() - started:5.0f} s  {text}", file=sys.stderr, flush=True)

    played = min(cases, histories or HISTORIES)
    casts = make_casts(env)
    template = Template(env)
    template.mark()
    play(
        env, casts, seed, played, lambda done, of: progress(f"playing {played} disputes: step {done} of {of}")
    )
    env.flush_all()
    env.cr.precommit.run()
    _settle_down(env)
    counts = {}
    copies = cases - env["dispute.case"].search_count([("id", ">", template.get_mark("dispute_case"))])
    if copies > 0:
        template.collect()
        plan = Plan(env, template)
        plan.start()
        for cast in casts:
            plan.make_customers(cast, max(30, cases // 60))
        plan.describe()
        plan.make_copies(seed, copies, round(copies * QUIET_SHARE))
        progress("names")
        template.build(plan.find_names())
        plan.make_names()
        zones = {cast.company.resource_calendar_id.tz or "UTC" for cast in casts}
        counts = _multiply(env, template, zones, copies, progress)
        _move_sequences(env)
        _drop_plan(env, template)
    progress("statistics")
    env.invalidate_all()
    env.cr.execute("ANALYZE")
    return counts


def _settle_down(env):
    """Nothing that happened in the past is mailed now."""
    env["mail.mail"].search([]).unlink()
    env["mail.notification"].search([("notification_status", "!=", "sent")]).notification_status = "sent"
    env["dispute.settlement"].search([("is_statement_due", "=", True)]).is_statement_due = False
    env.flush_all()


def _multiply(env, template, zones, copies, progress):
    cr, counts = env.cr, {}
    multiplier = Multiplier(env, template, zones)
    multiplier.prepare()
    names = [*template.tables, *template.rels] if copies >= MANY else []
    with unchecked(cr), unindexed(cr, names, progress):
        for table in template.tables.values():
            counts[table.name] = multiplier.insert(table)
            progress(f"{table.name}: {counts[table.name]} rows")
        for name, ends in template.rels.items():
            counts[name] = multiplier.insert_rel(name, ends)
    return counts


def _move_sequences(env):
    """Number the next case of each company and year after the last."""
    env.cr.execute(
        r"""
        SELECT company_id, substring(name FROM '/(\d{4})/'), MAX(substring(name FROM '\d+$')::int)
          FROM dispute_case WHERE name ~ '^[^/]+/\d{4}/\d+$' GROUP BY 1, 2
        """
    )
    for company_id, year, number in env.cr.fetchall():
        sequence = env["ir.sequence"].search(
            [("code", "=", "dispute.case"), ("company_id", "=", company_id)], limit=1
        )
        in_year = sequence.date_range_ids.filtered(lambda item, year=year: str(item.date_from.year) == year)
        in_year = in_year or sequence._create_date_range_seq(f"{year}-06-01")
        in_year.number_next_actual = number + 1
    env.flush_all()


def _drop_plan(env, template):
    names = ["data_customer", "data_comp", "data_copy", "data_slot", "data_number", "data_name", "data_row"]
    names += [f"data_t_{name}" for name in template.tables]
    env.cr.execute(SQL("DROP TABLE %s", SQL(", ").join(map(SQL.identifier, names))))
