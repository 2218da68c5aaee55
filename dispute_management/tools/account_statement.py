"""The account of a customer over a period: what moved it, and the balance after. Pure."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta

#: More movements than that are told by month and kind: nobody reads them one by one.
MOST_MOVEMENTS = 400

#: Kinds of movements, in the order in which they are told of one day or month.
KINDS = ("invoice", "credit", "payment", "refund", "other", "transfer")

#: Days a statement may be of: earlier and later ones are slips of the pen.
FIRST_DAY, LAST_DAY = date(1980, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True)
class Movement:
    """Something that changed what a customer owes.

    :param amount: what it adds, in smallest units of the currency
    :param document: number of the document, none of several
    :param key: what the caller recognises the document by
    :param count: how many documents it stands for
    """

    date: date
    kind: str
    amount: int
    document: str = ""
    key: object = None
    date_due: date | None = None
    count: int = 1
    balance: int = 0


def get_default_period(today):
    """:return: first and last day: this month so far, and the two before it"""
    month = today.replace(day=1)
    for _month in range(2):
        month = (month - timedelta(days=1)).replace(day=1)
    return month, today


def get_kind(move_type, is_payment, amount):
    """:return: kind of a movement, by what its document is and whether it adds to what is owed"""
    if move_type in ("out_invoice", "out_receipt"):
        return "invoice"
    if move_type == "out_refund":
        return "credit"
    if is_payment:
        return "refund" if amount > 0 else "payment"
    return "other"


def tell_movements(opening, movements, most=MOST_MOVEMENTS):
    """Put movements in order and tell the balance after each; too many are told by month and kind.

    :param opening: balance before the first, in smallest units
    :return: list of `Movement` with their balances, and whether they were summed up
    """
    is_summed_up = len(movements) > most
    if is_summed_up:
        movements = _sum_up(movements)
    told, balance = [], opening
    for movement in sorted(
        movements, key=lambda item: (item.date, KINDS.index(item.kind), item.document, str(item.key))
    ):
        balance += movement.amount
        told.append(replace(movement, balance=balance))
    return told, is_summed_up


def _sum_up(movements):
    groups, last = defaultdict(list), {}
    for movement in movements:
        month = movement.date.replace(day=1)
        groups[month, movement.kind].append(movement)
        # The last day of the month on which anything moved, so that no day outside the period is told.
        last[month] = max(last.get(month, movement.date), movement.date)
    return [
        Movement(
            date=last[month],
            kind=kind,
            amount=sum(item.amount for item in items),
            count=sum(item.count for item in items),
        )
        for (month, kind), items in groups.items()
    ]
