"""Whole weeks, months and quarters. Pure: the day is an argument."""

from datetime import date, timedelta


def get_period_start(every, day):
    """:return: first day of the week, month or quarter that a day is in"""
    if every == "week":
        return day - timedelta(days=day.weekday())
    month = day.month if every == "month" else (day.month - 1) // 3 * 3 + 1
    return date(day.year, month, 1)


def get_last_period(every, day):
    """:return: first and last day of the whole period before the one that a day is in"""
    last = get_period_start(every, day) - timedelta(days=1)
    return get_period_start(every, last), last


def get_next_start(every, day):
    """:return: first day of the period after the one that a day is in"""
    # No period is longer than 92 days, and 32 days later it is the next month.
    start = get_period_start(every, day)
    later = start + timedelta(days={"week": 7, "month": 32, "quarter": 93}[every])
    return get_period_start(every, later)
