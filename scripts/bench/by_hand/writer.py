"""Writes a query on :mod:`.tables` for what a view asks of a report."""

import re
from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import fields
from odoo.tools import SQL
from odoo.tools.date_utils import parse_date

from .tables import TABLES


class ByHand:
    """SQL for one company.

    :param env: with the company; its working hours come into the query as they do into the reports
    """

    def __init__(self, env):
        self._env = env
        self._zone = env.company.resource_calendar_id.tz or "UTC"
        now = f"'{fields.Datetime.now()}'::timestamp"
        self._words = {
            "now": now,
            "opened": self._local("c.date_opened"),
            "closed": self._local("c.date_closed"),
        }
        calendar = f"COALESCE(t.calendar_id, {env.company.resource_calendar_id.id})"
        self._words["worked_in_stage"] = self._worked(calendar, "h.date_entered", now)
        until = f"COALESCE(p.date_paused, {now})"
        turn = self._worked("p.calendar_id", "GREATEST(t.date_entered, p.deadline)", "t.date_left")
        self._words["late_still"] = f"""({self._worked("p.calendar_id", "p.deadline", until)} - COALESCE((
            SELECT SUM({turn}) FROM dispute_stage_history t JOIN dispute_stage k ON k.id = t.stage_id
             WHERE t.case_id = p.case_id AND t.date_left > p.deadline
               AND (t.waiting_on = 'customer' OR k.kind IN ('resolved', 'rejected', 'withdrawn'))), 0))"""

    def _local(self, moment):
        return f"({moment} AT TIME ZONE 'UTC' AT TIME ZONE '{self._zone}')::date"

    def _worked(self, calendar, start, end):
        hours = self._env["dispute.report"]._sql_worked_hours(SQL(calendar), SQL(start), SQL(end))
        return self._env.cr.mogrify(hours).decode()

    def write(self, model, domain, grouping_sets, aggregates):
        """:return: SQL for groups of a report, as `_read_grouping_sets` is asked for them"""
        table = TABLES[model]
        groups = {spec: table.groups[spec] for groupby in grouping_sets for spec in groupby}
        measures = [table.measures[spec] for spec in aggregates]
        conditions = [table.where, f"{table.company} = {self._env.company.id}"]
        conditions += [self._get_condition(table, *leaf) for leaf in domain]
        used = " ".join([*groups.values(), *measures, *conditions])
        used = self._fill(used)
        joins, asked = [], used
        for alias, join in table.joins.items():
            if re.search(rf"\b{alias}\.", asked):
                joins.append(join)
        # A join of which another is a part comes with it.
        sets = ", ".join("(" + ", ".join(groups[spec] for spec in groupby) + ")" for groupby in grouping_sets)
        grouping = f"GROUP BY GROUPING SETS ({sets})" if len(grouping_sets) > 1 else f"GROUP BY {sets}"
        return self._fill(
            f"SELECT {', '.join([*groups.values(), *measures])} FROM {table.source} {' '.join(joins)}"
            f" WHERE {' AND '.join(conditions)} {grouping}"
        )

    def _fill(self, text):
        return text.format(**self._words)

    def _get_condition(self, table, name, operator, value):
        if name in table.instants:
            # The instants at which days start and end where the company works.
            day = parse_date(value, self._env) if value.startswith("today") else fields.Date.to_date(value)
            day += timedelta(days=operator == "<=")
            start = timezone(self._zone).localize(datetime.combine(day, time.min)).astimezone(utc)
            sign = "<" if operator == "<=" else operator
            return f"{table.instants[name]} {sign} '{start.replace(tzinfo=None)}'"
        column = table.conditions[name]
        if isinstance(value, bool):
            if column == "c.is_closed":
                return column if value == (operator == "=") else f"NOT {column}"
            return f"{column} IS {'NOT ' if operator == '!=' else ''}NULL"
        return f"{column} {operator} '{value}'"
