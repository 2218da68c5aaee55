from collections import defaultdict
from datetime import timedelta

from pytz import utc

from odoo import api, fields, models

from ..tools import sla_clock

#: How far ahead a deadline is looked for before it counts as unreachable, in days.
_HORIZONS = (60, 400, 1500)


class DisputeWorkingTime(models.AbstractModel):
    """Facts for the clock: working intervals, loaded once per calendar and batch."""

    _name = "dispute.working.time"
    _description = "Dispute Working Time"

    @api.model
    def _get_working_spans(self, calendar, start, end):
        """Working time of a calendar, public holidays taken out.

        :param calendar: resource.calendar; empty means round the clock
        :param start: naive UTC datetime
        :param end: naive UTC datetime
        :return: list of ``(start, stop)``, naive UTC, in order
        """
        if not calendar:
            return [(start, end)]
        # Calendars are readable by few; working hours are no secret to the case.
        intervals = calendar.sudo()._work_intervals_batch(utc.localize(start), utc.localize(end))[False]
        return [
            (
                span_start.astimezone(utc).replace(tzinfo=None),
                span_stop.astimezone(utc).replace(tzinfo=None),
            )
            for span_start, span_stop, _attendances in intervals
        ]

    @api.model
    def _get_worked_hours(self, spans):
        """Working hours in each span.

        :param spans: list of ``(calendar, start, end)``
        :return: list of floats, working hours, in the same order
        """
        bounds = {}
        for calendar, start, end in spans:
            low, high = bounds.get(calendar, (start, end))
            bounds[calendar] = (min(low, start), max(high, end))
        working = {calendar: self._get_working_spans(calendar, *bound) for calendar, bound in bounds.items()}
        return [
            sla_clock.elapsed(working[calendar], (), start, end).run.total_seconds() / 3600
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
                working = self._get_working_spans(calendar, min(starts), max(starts) + timedelta(days=days))
                for index in indexes:
                    _calendar, start, hours, pauses = promises[index]
                    due = sla_clock.deadline(working, pauses, start, timedelta(hours=hours))
                    results[index] = due and due.replace(microsecond=0)
            pending = [index for index in pending if results[index] is None]
            if not pending:
                break
        return results

    @api.model
    def _get_local_date(self, calendar, at):
        """:return: the date of an instant (naive UTC) where the calendar is kept"""
        # Calendars are readable by few; their time zone is no secret.
        zone = self.with_context(tz=calendar.sudo().tz or "UTC")
        return fields.Datetime.context_timestamp(zone, at).date()
