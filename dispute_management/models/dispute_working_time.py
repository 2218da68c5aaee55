from bisect import bisect_left, bisect_right
from collections import defaultdict
from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.sla_clock import WorkingTime

#: How far ahead a deadline is looked for before it counts as unreachable, in days.
_HORIZONS = (60, 400, 1500)
#: Odoo ends a day of 24 hours this much early.
_TICK = timedelta(microseconds=1)


class DisputeWorkingTime(models.AbstractModel):
    """Facts for the clock: working intervals, loaded once per calendar and batch."""

    _name = "dispute.working.time"
    _description = "Dispute Working Time"

    @api.model
    def _get_working_time(self, calendar, start, end):
        """Working time of a calendar, public holidays taken out.

        :param calendar: resource.calendar; empty means round the clock
        :param start: naive UTC datetime
        :param end: naive UTC datetime
        :return: `WorkingTime` that covers at least start to end
        """
        if not calendar:
            return WorkingTime([(start, end)])
        # Calendars are readable by few; working hours are no secret to the case.
        calendar = calendar.sudo()
        intervals = calendar._work_intervals_batch(
            *self._get_weeks(calendar, start, end), domain=list(self._get_leave_domain(calendar))
        )[False]
        return WorkingTime(self._get_spans(intervals))

    @api.model
    def _get_leaves(self, calendar, start, end):
        """Public holidays of a calendar and other days off that are all its people's.

        :return: list of ``(start, stop, name)``, naive UTC
        """
        if not calendar:
            return []
        # Calendars are readable by few; public holidays are no secret.
        calendar = calendar.sudo()
        intervals = calendar._leave_intervals_batch(
            utc.localize(start), utc.localize(end), domain=list(self._get_leave_domain(calendar))
        )[False]
        names = [leaves[:1].name or calendar.name for _start, _stop, leaves in intervals]
        return [(*span, name) for span, name in zip(self._get_spans(intervals), names, strict=True)]

    @api.model
    def _get_leave_domain(self, calendar):
        """Days off that hold for a calendar: one without a calendar holds for those of its company."""
        domain = Domain("time_type", "=", "leave")
        if calendar.company_id:
            domain &= Domain("company_id", "in", [False, calendar.company_id.id])
        return domain

    @api.model
    def _get_weeks(self, calendar, start, end):
        """:return: whole weeks around a span, since flexible hours are shared out over a week"""
        zone = timezone(calendar.tz or "UTC")
        bounds = []
        for at, days in ((start, 0), (end, 7)):
            day = utc.localize(at).astimezone(zone).date()
            monday = day - timedelta(days=day.weekday() - days)
            bounds.append(zone.localize(datetime.combine(monday, time.min)))
        return bounds

    @api.model
    def _get_spans(self, intervals):
        """:return: list of ``(start, stop)``, naive UTC, of Odoo's intervals in local time"""
        spans = []
        for start, stop, _records in intervals:
            stop = stop.astimezone(utc).replace(tzinfo=None)
            if stop.microsecond:
                stop += _TICK
            spans.append((start.astimezone(utc).replace(tzinfo=None), stop))
        return spans

    @api.model
    def _get_working_times(self, spans):
        """Working time around several spans, loaded once a calendar.

        :param spans: list of ``(calendar, start, end)``
        :return: ``{calendar: WorkingTime}``
        """
        bounds = {}
        for calendar, start, end in spans:
            low, high = bounds.get(calendar, (start, end))
            bounds[calendar] = (min(low, start), max(high, end))
        return {calendar: self._get_working_time(calendar, *bound) for calendar, bound in bounds.items()}

    @api.model
    def _get_worked_hours(self, spans):
        """Working hours in each span.

        :param spans: list of ``(calendar, start, end)``
        :return: list of floats, working hours, in the same order
        """
        working = self._get_working_times(spans)
        return [
            working[calendar].elapsed((), start, end).run.total_seconds() / 3600
            for calendar, start, end in spans
        ]

    @api.model
    def _get_deadlines(self, promises):
        """When each promise is due.

        :param promises: list of ``(calendar, start, hours, pauses)``; hours are working
            hours, pauses a list of ``(start, stop)``
        :return: list of naive UTC datetimes, None where the hours never fit
        """
        results = [None] * len(promises)
        pending = range(len(promises))
        for days in _HORIZONS:
            by_calendar = defaultdict(list)
            for index in pending:
                by_calendar[promises[index][0]].append(index)
            for calendar, indexes in by_calendar.items():
                starts = [promises[index][1] for index in indexes]
                lasts = [stop for index in indexes for _start, stop in promises[index][3]]
                working = self._get_working_time(
                    calendar, min(starts), max(starts + lasts) + timedelta(days=days)
                )
                for index in indexes:
                    _calendar, start, hours, pauses = promises[index]
                    due = working.deadline(pauses, start, timedelta(hours=hours))
                    results[index] = due and due.replace(microsecond=0)
            pending = [index for index in pending if results[index] is None]
            if not pending:
                break
        return results

    @api.model
    def _get_working_dates(self, asked):
        """The day on which so many working days are over; the first one is after the day asked from.

        :param asked: list of ``(calendar, date, days)``
        :return: list of dates, in the same order; where a calendar has no working days, all days count
        """
        results = [
            date if days <= 0 else None if calendar else date + timedelta(days=days)
            for calendar, date, days in asked
        ]
        by_calendar = defaultdict(list)
        for index, (calendar, _date, _days) in enumerate(asked):
            if results[index] is None:
                by_calendar[calendar].append(index)
        for calendar, indexes in by_calendar.items():
            first = min(asked[index][1] for index in indexes)
            last = max(asked[index][1] for index in indexes)
            most = max(asked[index][2] for index in indexes)
            for horizon in _HORIZONS:
                start = datetime.combine(first, time.min)
                end = datetime.combine(last, time.max) + timedelta(days=most + horizon)
                dates = self._get_dates_worked(calendar, start, end)
                if len(dates) - bisect_right(dates, last) >= most:
                    break
            for index in indexes:
                _calendar, date, days = asked[index]
                following = dates[bisect_right(dates, date) :]
                results[index] = (
                    following[days - 1] if len(following) >= days else date + timedelta(days=days)
                )
        return results

    @api.model
    def _get_dates_worked(self, calendar, start, end):
        """:return: sorted list of the dates with working time, where the calendar is kept"""
        dates = set()
        for opened, closed in self._get_working_time(calendar, start, end).spans:
            day = self._get_local_date(calendar, opened)
            last = self._get_local_date(calendar, closed - _TICK)
            while day <= last:
                dates.add(day)
                day += timedelta(days=1)
        return sorted(dates)

    @api.model
    def _get_day_starts(self, shifts):
        """When work starts on days that are so many working days away.

        :param shifts: list of ``(calendar, at, days)``: a naive UTC datetime, and working days
            after the day it falls on, negative before it, 0 for that day itself
        :return: list of naive UTC datetimes, in the same order
        """
        spans = [
            (calendar, at - timedelta(14 + 3 * abs(days)), at + timedelta(14 + 3 * abs(days)))
            for calendar, at, days in shifts
        ]
        starts = {
            calendar: self._get_starts(calendar, working)
            for calendar, working in self._get_working_times(spans).items()
        }
        results = []
        for calendar, at, days in shifts:
            day, known = self._get_local_date(calendar, at), starts[calendar]
            dates = sorted(known)
            index = bisect_right(dates, day) + days - 1 if days > 0 else bisect_left(dates, day) + days
            found = 0 <= index < len(dates)
            results.append(known[dates[index]] if found else at + timedelta(days=days))
        return results

    @api.model
    def _get_starts(self, calendar, working):
        """:return: ``{date where the calendar is kept: when work starts, naive UTC}``"""
        starts = {}
        for start, _stop in working.spans if calendar else ():
            starts.setdefault(self._get_local_date(calendar, start), start)
        return starts

    @api.model
    def _get_local_date(self, calendar, at):
        """:return: the date of an instant (naive UTC) where the calendar is kept"""
        # Calendars are readable by few; their time zone is no secret.
        zone = self.with_context(tz=calendar.sudo().tz or "UTC")
        return fields.Datetime.context_timestamp(zone, at).date()
