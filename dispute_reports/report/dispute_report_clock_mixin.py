from datetime import datetime, time, timedelta

from odoo import api, fields, models, tools
from odoo.tools import SQL

EPOCH = datetime(1970, 1, 1)


class DisputeReportClockMixin(models.AbstractModel):
    """Working hours between two moments, told by the database.

    What was worked in a stage that a case has left is stored with it. Of what goes on still,
    the working times of a calendar come into the query as arrays with running totals, so
    that each row takes two look-ups. Only a query that asks for such hours carries them.
    """

    _name = "dispute.report.clock.mixin"
    _description = "Working Hours in Dispute Reports"

    @api.model
    def _sql_worked_hours(self, calendar: SQL, start: SQL, end: SQL, clocks=None) -> SQL:
        """Working hours from ``start`` to ``end``, not less than none.

        :param calendar: the id of the resource.calendar; NULL works round the clock
        :param clocks: those of :meth:`_get_clocks`, from who needs them several times
        """
        clocks = self._get_clocks() if clocks is None else clocks
        around_the_clock = SQL("EXTRACT(EPOCH FROM %s - %s) / 3600", end, start)
        if not clocks:
            return SQL("GREATEST(0, %s)::float8", around_the_clock)
        rows = SQL(", ").join(
            SQL(
                "(%s, %s::float8[], %s::float8[], %s::float8[])",
                calendar_id,
                *columns,
            )
            for calendar_id, columns in clocks.items()
        )
        return SQL(
            """GREATEST(0, CASE WHEN %(calendar)s IS NULL THEN %(around_the_clock)s ELSE (
                SELECT %(until_end)s - %(until_start)s
                  FROM (VALUES %(rows)s) clock(calendar_id, starts, stops, totals)
                 WHERE clock.calendar_id = %(calendar)s
            ) END)::float8""",
            calendar=calendar,
            around_the_clock=around_the_clock,
            until_end=self._sql_worked_until(end),
            until_start=self._sql_worked_until(start),
            rows=rows,
        )

    @api.model
    def _sql_worked_until(self, moment: SQL) -> SQL:
        at = SQL("EXTRACT(EPOCH FROM %s)::float8", moment)
        span = SQL("width_bucket(%s, clock.starts)", at)
        return SQL(
            "COALESCE(clock.totals[%(span)s] - GREATEST(0, clock.stops[%(span)s] - %(at)s) / 3600, 0)",
            span=span,
            at=at,
        )

    @api.model
    def _get_clocks(self):
        """The working times of all calendars that cases and promises go by, since the first case.

        :return: ``{calendar id: (starts, stops, running totals)}``: literals of arrays, which the
            planner folds into constants, of seconds of the epoch and hours
        """
        # The first of each company is the first of its index.
        rows = self.env.execute_query(
            SQL(
                """
                SELECT MIN(earliest.date_opened) FROM res_company company
                 CROSS JOIN LATERAL (
                    SELECT date_opened FROM dispute_case
                     WHERE company_id = company.id ORDER BY date_opened LIMIT 1
                 ) earliest
                """
            )
        )
        now = fields.Datetime.now()
        # Whole days, so that it is the same all day.
        first = datetime.combine(min(rows[0][0] or now, now), time.min)
        until = datetime.combine(now, time.min) + timedelta(days=1)
        # Calendars, and other people's teams, are readable by few; working hours are no secret.
        this = self.sudo().with_context(active_test=False)
        calendars = this.env["dispute.team"].search_fetch([], ["calendar_id"]).calendar_id
        calendars |= this.env["res.company"].search_fetch([], ["resource_calendar_id"]).resource_calendar_id
        calendars |= this.env["dispute.sla.policy"].search_fetch([], ["calendar_id"]).calendar_id
        if not calendars:
            return {}
        return self._compute_clocks(
            first, until, self.env.company.id, calendars._ids, self._get_calendar_state(calendars)
        )

    @api.model
    def _get_calendar_state(self, calendars):
        """:return: text that is another one as soon as anything of the calendars is"""
        for model in ("resource.calendar", "resource.calendar.attendance", "resource.calendar.leaves"):
            self.env[model].flush_model()
        ((state,),) = self.env.execute_query(
            SQL(
                """
                SELECT md5(string_agg(said, ' ' ORDER BY said)) FROM (
                    SELECT row(calendar.*)::text FROM resource_calendar calendar WHERE id = ANY(%(ids)s)
                     UNION ALL
                    SELECT row(hours.*)::text FROM resource_calendar_attendance hours
                     WHERE calendar_id = ANY(%(ids)s)
                     UNION ALL
                    SELECT row(away.*)::text FROM resource_calendar_leaves away WHERE resource_id IS NULL
                ) rows(said)
                """,
                ids=list(calendars._ids),
            )
        )
        return state

    @api.model
    @tools.ormcache("first", "until", "company_id", "calendar_ids", "state")
    def _compute_clocks(self, first, until, company_id, calendar_ids, state):
        # Calendars are readable by few; working hours are no secret.
        this = self.sudo().with_context(active_test=False)
        spans = [(calendar, first, until) for calendar in this.env["resource.calendar"].browse(calendar_ids)]
        clocks = {}
        for calendar, clock in this.env["dispute.working.time"]._get_working_times(spans).items():
            starts, stops, totals, total = [], [], [], 0.0
            for start, stop in clock.spans:
                total += (stop - start).total_seconds() / 3600
                starts.append((start - EPOCH).total_seconds())
                stops.append((stop - EPOCH).total_seconds())
                totals.append(total)
            columns = (starts, stops, totals) if starts else ([0.0], [0.0], [0.0])
            clocks[calendar.id] = tuple("{" + ",".join(map(repr, column)) + "}" for column in columns)
        return clocks
