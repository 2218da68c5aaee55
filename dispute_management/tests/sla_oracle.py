"""A clock that counts minutes, and the same calendar in Odoo for it to agree with."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from odoo.fields import Command

#: The same examples on every run: a test that fails, fails again.
THOROUGH = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ZONES = (
    "UTC",
    "Europe/Brussels",
    "America/New_York",
    "America/St_Johns",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Apia",
)
#: Weeks in which clocks change, in the north or in the south, and one in which none does.
STARTS = (datetime(2026, 3, 25), datetime(2026, 10, 22), datetime(2026, 4, 2), datetime(2026, 7, 1))
DAYS = 12
QUARTER = 15

#: Hours of work, by quarters. A shift may go on through the hour that a clock skips or repeats, but none
#: begins or ends from 1 to 5 o'clock: what half past two is when there is none, is anyone's guess.
DAY = st.lists(st.integers(0, 3) | st.integers(20, 96), min_size=2, max_size=4, unique=True).map(
    lambda marks: list(zip(sorted(marks)[::2], sorted(marks)[1::2], strict=False))
)
MINUTE = st.integers(0, (DAYS - 4) * 24 * 60)
SPAN = st.tuples(MINUTE, st.integers(1, 3 * 24 * 60)).map(lambda pair: (pair[0], pair[0] + pair[1]))


class Oracle:
    """Answers by walking through time minute by minute, and knows nothing of how the suite does it."""

    def __init__(self, zone, weeks, leaves, pauses, origin):
        self.zone, self.weeks, self.origin = ZoneInfo(zone), weeks, origin
        self.leaves, self.pauses = leaves, pauses

    def kind(self, minute):
        at = self.origin + timedelta(minutes=minute)
        local = at.replace(tzinfo=UTC).astimezone(self.zone)
        # Odoo's weeks go by the number of days since the first of January of year one.
        week = ((local.toordinal() - 1) // 7) % 2
        day = self.weeks[week % len(self.weeks)].get(local.weekday(), ())
        now = local.hour * 60 + local.minute
        if not any(start * QUARTER <= now < stop * QUARTER for start, stop in day):
            return "off"
        if any(start <= minute < stop for start, stop in self.leaves):
            return "off"
        return "paused" if any(start <= minute < stop for start, stop in self.pauses) else "run"

    def spent(self, start, end):
        kinds = [self.kind(minute) for minute in range(start, end)]
        return tuple(timedelta(minutes=kinds.count(kind)) for kind in ("run", "paused", "off"))

    def deadline(self, start, allowed, days=DAYS):
        for minute in range(start, days * 24 * 60):
            allowed -= self.kind(minute) == "run"
            if not allowed:
                return minute + 1
        return None


def make_calendar(env, zone, weeks, leaves, pauses, origin):
    """The same calendar in Odoo and for the oracle."""
    lines = [
        Command.create(
            {
                "name": "x",
                "dayofweek": str(day),
                "hour_from": start * QUARTER / 60,
                "hour_to": stop * QUARTER / 60,
                "week_type": str(week) if len(weeks) > 1 else False,
                "day_period": "morning",
            }
        )
        for week, days in enumerate(weeks)
        for day, spans in days.items()
        for start, stop in spans
    ]
    calendar = env["resource.calendar"].create(
        {
            "name": "Random",
            "tz": zone,
            "two_weeks_calendar": len(weeks) > 1,
            "attendance_ids": [Command.clear(), *lines],
        }
    )
    for leave in leaves:
        make_leave(calendar, leave, origin)
    return calendar, Oracle(zone, weeks, leaves, pauses, origin)


def make_leave(calendar, span, origin):
    """A day off of the calendar, or of its company."""
    start, stop = span
    return calendar.env["resource.calendar.leaves"].create(
        {
            "name": "Day off",
            "calendar_id": calendar.id if start % 2 else False,
            "company_id": calendar.company_id.id,
            "date_from": origin + timedelta(minutes=start),
            "date_to": origin + timedelta(minutes=stop),
        }
    )
