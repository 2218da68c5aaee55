"""Dates as a browser sends them. Pure."""

import re
from datetime import date

from odoo.addons.dispute_management.tools.account_statement import FIRST_DAY, LAST_DAY

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)


def parse_day(value):
    """:return: the date written as ``value``, none when it is no day a statement can be of"""
    match = _DAY.fullmatch(value) if isinstance(value, str) else None
    try:
        day = date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
    return day if day and FIRST_DAY <= day <= LAST_DAY else None


def parse_period(first, last, default):
    """:return: first and last day; what was left out is that of the default; none when they are no period"""
    days = [parse_day(value) if value else day for value, day in zip((first, last), default, strict=True)]
    return tuple(days) if all(days) and days[0] <= days[1] else None
