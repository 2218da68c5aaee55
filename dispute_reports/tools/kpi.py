"""The key figures of disputes: what each is, of which rows and days, and which way is better.

A figure is an aggregate of a report; title and formula are those of the report's field, so that
a pivot, the workbook, the digest and the dashboard tell the same.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kpi:
    """A key figure.

    :param key: what it is referred to as
    :param model: the report that it is an aggregate of
    :param measure: the aggregate, as `_read_group` takes it
    :param kind: integer, money, days, hours, percent or grade
    :param basis: the day by which a row belongs to a period; none: as things stand now
    :param domain: conditions on the rows
    :param better: 1 where more is better, -1 where less is, 0 where nobody can tell
    """

    key: str
    model: str
    measure: str
    kind: str
    basis: str | None = None
    domain: tuple = ()
    better: int = 0

    @property
    def field(self):
        """The field of the report that the figure is of; counts are of the field ``count``."""
        name = self.measure.partition(":")[0]
        return "count" if name == "__count" else name


CASE, SLA = "dispute.report", "dispute.sla.report"
SETTLEMENT, INVOICE, RECEIVABLE = "dispute.settlement.report", "dispute.invoice.report", "dispute.receivable"
OPEN, CLOSED = (("is_closed", "=", False),), (("is_closed", "=", True),)


def _spread(model, name, kind, basis, domain=()):
    """Mean, median and P90 of a time; shorter is better."""
    return tuple(
        Kpi(f"{name}{suffix}", model, f"{name}{suffix}:avg", kind, basis, domain, -1)
        for suffix in ("", "_median", "_p90")
    )


KPIS = (
    Kpi("opened", CASE, "__count", "integer", "date_opened", better=-1),
    Kpi("amount_opened", CASE, "amount_disputed:sum", "money", "date_opened", better=-1),
    Kpi("closed", CASE, "__count", "integer", "date_closed", CLOSED, 1),
    Kpi("amount_closed", CASE, "amount_disputed:sum", "money", "date_closed", CLOSED),
    Kpi("dispute_rate", INVOICE, "dispute_rate:avg", "percent", "invoice_date", better=-1),
    Kpi("dispute_rate_amount", INVOICE, "dispute_rate_amount:avg", "percent", "invoice_date", better=-1),
    *_spread(CASE, "cycle_days", "days", "date_closed"),
    *_spread(CASE, "cycle_working_days", "days", "date_closed"),
    Kpi("handling_days", CASE, "handling_days:avg", "days", "date_closed", better=-1),
    *_spread(CASE, "first_response_hours", "hours", "date_opened"),
    Kpi("attainment", SLA, "attainment:avg", "percent", "date_deadline", better=1),
    Kpi("is_valid", CASE, "is_valid:avg", "percent", "date_closed"),
    Kpi("valid_amount_rate", CASE, "valid_amount_rate:avg", "percent", "date_closed"),
    Kpi("recovery_rate", CASE, "recovery_rate:avg", "percent", "date_closed", better=1),
    Kpi("credit_rate", CASE, "credit_rate:avg", "percent", "date_closed"),
    Kpi("write_off_rate", CASE, "write_off_rate:avg", "percent", "date_closed", better=-1),
    Kpi("amount_cost", CASE, "amount_cost:sum", "money", "date_closed", CLOSED, -1),
    Kpi("reopen_rate", CASE, "reopen_rate:avg", "percent", "date_opened", better=-1),
    Kpi("escalation_rate", CASE, "escalation_rate:avg", "percent", "date_opened", better=-1),
    Kpi("repeat_rate", CASE, "repeat_rate:avg", "percent", "date_opened", better=-1),
    Kpi("rating", CASE, "rating:avg", "grade", "date_closed", better=1),
    *_spread(SETTLEMENT, "turnaround_days", "days", "date_executed"),
    Kpi("approval_rate", SETTLEMENT, "approval_rate:avg", "percent", "date_decided"),
    Kpi("open", CASE, "__count", "integer", domain=OPEN, better=-1),
    Kpi("amount_open", CASE, "amount_open:sum", "money", domain=OPEN, better=-1),
    Kpi("amount_expected", CASE, "amount_expected:sum", "money", domain=OPEN, better=-1),
    Kpi("open_days", CASE, "open_days:avg", "days", domain=OPEN, better=-1),
    Kpi("open_working_days", CASE, "open_working_days:avg", "days", domain=OPEN, better=-1),
)


def days_disputes_outstanding(owed, opened, days=90):
    """How many days' worth of newly opened disputes are open: open / (opened a day).

    :param owed: open disputed amount on unpaid invoices
    :param opened: amount opened in the last so many days
    :return: days, or None when nothing was opened
    """
    return owed / (opened / days) if opened else None


def share(part, whole):
    """:return: part / whole, or None of nothing"""
    return part / whole if whole else None
