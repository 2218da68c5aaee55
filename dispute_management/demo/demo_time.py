from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: Working hours in which things happen in the demo, local time.
_FIRST_HOUR, _LAST_HOUR = 9, 17


class DemoTime:
    """Working days counted back from now, so that the demo is always of these months.

    :param now: naive UTC datetime; nothing in the demo is later
    :param zone: name of the time zone in which people work
    """

    def __init__(self, now, zone):
        self.now = now.replace(microsecond=0)
        self._zone = ZoneInfo(zone or "UTC")
        self.today = now.replace(tzinfo=UTC).astimezone(self._zone).date()

    def get_day(self, working_days_ago):
        """:return: the date so many working days ago; 0 is today, or the last working day"""
        day = self._skip_weekend(self.today)
        weeks, days = divmod(working_days_ago, 5)
        day -= timedelta(weeks=weeks)
        for _index in range(days):
            day = self._skip_weekend(day - timedelta(days=1))
        return day

    def get_moment(self, working_days_ago, minutes, after=None):
        """An instant in the working hours of a day.

        :param minutes: since the working day began
        :param after: what it follows; never earlier than that
        :return: naive UTC datetime, two hours ago at the latest
        """
        minutes %= (_LAST_HOUR - _FIRST_HOUR) * 60
        local = datetime.combine(self.get_day(working_days_ago), time(_FIRST_HOUR), tzinfo=self._zone)
        at = (local + timedelta(minutes=minutes)).astimezone(UTC).replace(tzinfo=None)
        if after:
            at = max(at, after + timedelta(minutes=25))
        # What just happened would be mailed to customers.
        return min(at, self.now - timedelta(hours=2))

    def get_date(self, at):
        """:return: the local date of a naive UTC datetime"""
        return at.replace(tzinfo=UTC).astimezone(self._zone).date()

    def shift(self, day, days):
        """:return: the working day some calendar days from a day"""
        day += timedelta(days=days)
        return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)

    @staticmethod
    def _skip_weekend(day):
        return day - timedelta(days=max(0, day.weekday() - 4))
