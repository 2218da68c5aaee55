"""How every measure, and every key figure, is worked out from the rows of a report."""

from datetime import timedelta
from statistics import median


def mean(values):
    values = [value for value in values if value is not None]
    return sum(values) / len(values) if values else None


def percentile(share, values):
    """The value that this share of the values has at most; between two, in proportion."""
    values = sorted(value for value in values if value is not None)
    if not values:
        return None
    if share == 0.5:
        return median(values)
    place = share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])


def total(name):
    return lambda rows: sum(row[name] or 0 for row in rows)


def ratio(part, whole):
    def of(rows):
        # Sums of cents, of which nothing is left, are nothing.
        out_of = round(total(whole)(rows), 6)
        return total(part)(rows) / out_of if out_of else None

    return of


def average(name):
    return lambda rows: mean([row[name] for row in rows])


def spread(name):
    return {
        name: average(name),
        f"{name}_median": lambda rows: percentile(0.5, [row[name] for row in rows]),
        f"{name}_p90": lambda rows: percentile(0.9, [row[name] for row in rows]),
    }


def a_case(name):
    def of(rows):
        cases = {row["case_count"] for row in rows}
        return total(name)(rows) / len(cases) if cases else None

    return of


#: Every measure that is no sum, by report.
FIGURES = {
    "dispute.report": {
        "is_valid": ratio("count_valid", "count_decided"),
        "valid_amount_rate": ratio("amount_valid", "amount_decided"),
        "recovery_rate": ratio("amount_recovered", "amount_recoverable"),
        "credit_rate": ratio("amount_given_back", "amount_closed"),
        "write_off_rate": ratio("amount_lost", "amount_closed"),
        "reopen_rate": ratio("count_reopened", "count_ever_closed"),
        "escalation_rate": ratio("count_escalated", "count"),
        "repeat_rate": ratio("count_repeat", "count"),
        "rating": ratio("rating_sum", "rating_count"),
        **spread("cycle_days"),
        **spread("cycle_working_days"),
        **spread("first_response_hours"),
        "handling_days": average("handling_days"),
        "open_days": average("open_days"),
        "open_working_days": average("open_working_days"),
    },
    "dispute.line.report": {
        "is_valid": ratio("amount_valid", "amount_decided"),
        "credit_rate": ratio("amount_given_back", "amount_closed"),
    },
    "dispute.stage.report": {
        "case_count": lambda rows: len({row["case_count"] for row in rows}),
        "hours_per_case": a_case("hours"),
        "working_hours_per_case": a_case("working_hours"),
        **{name: rule for name, rule in spread("hours").items() if name != "hours"},
    },
    "dispute.sla.report": {
        "attainment": ratio("count_met", "count_due"),
        **{name: average(name) for name in ("hours_allowed", "hours_used", "hours_paused")},
        **spread("hours_late"),
    },
    "dispute.settlement.report": {
        "approval_rate": ratio("count_approved", "count_decided"),
        "acceptance_rate": ratio("count_accepted", "count_answered"),
        **spread("turnaround_days"),
        "execution_days": average("execution_days"),
    },
    "dispute.invoice.report": {
        "dispute_rate": ratio("count_disputed", "count"),
        "dispute_rate_amount": ratio("amount_disputed", "amount_invoiced"),
    },
    "dispute.receivable": {
        "days_overdue": lambda rows: max((row["days_overdue"] for row in rows), default=None)
    },
}


def work_out_kpis(rows, start, end, today):
    """The key figures of one company, as `capabilities` defines them.

    :param rows: ``{report: [row]}`` of the company
    :param start: first day of the period
    :param end: last day of it
    :return: ``{key: value}``
    """

    def within(report, basis):
        return [row for row in rows[report] if row[basis] and start <= row[basis] <= end]

    def figures(report, found, *names):
        return {name: FIGURES[report][name](found) for name in names}

    opened, closed = within("dispute.report", "date_opened"), within("dispute.report", "date_closed")
    still_open = [row for row in rows["dispute.report"] if not row["is_closed"]]
    promises, invoices = (
        within("dispute.sla.report", "date_deadline"),
        within("dispute.invoice.report", "invoice_date"),
    )
    executed = within("dispute.settlement.report", "date_executed")
    decided = within("dispute.settlement.report", "date_decided")
    of_late = [
        row for row in rows["dispute.report"] if today - timedelta(days=89) <= row["date_opened"] <= today
    ]
    owed = total("amount_disputed")(rows["dispute.receivable"])
    a_day = total("amount_disputed")(of_late) / 90
    return {
        "opened": len(opened),
        "amount_opened": total("amount_disputed")(opened),
        "closed": len(closed),
        "amount_closed": total("amount_disputed")(closed),
        "amount_cost": total("amount_cost")(closed),
        "open": len(still_open),
        "amount_open": total("amount_open")(still_open),
        "amount_expected": total("amount_expected")(still_open),
        **figures("dispute.invoice.report", invoices, "dispute_rate", "dispute_rate_amount"),
        **figures(
            "dispute.report",
            closed,
            *("is_valid", "valid_amount_rate", "recovery_rate", "credit_rate", "write_off_rate", "rating"),
            *(
                name
                for name in FIGURES["dispute.report"]
                if name.startswith("cycle_") or name == "handling_days"
            ),
        ),
        **figures(
            "dispute.report",
            opened,
            *("reopen_rate", "escalation_rate", "repeat_rate"),
            *(name for name in FIGURES["dispute.report"] if name.startswith("first_response")),
        ),
        **figures("dispute.report", still_open, "open_days", "open_working_days"),
        **figures("dispute.sla.report", promises, "attainment"),
        **figures("dispute.settlement.report", decided, "approval_rate"),
        **figures(
            "dispute.settlement.report",
            executed,
            *("turnaround_days", "turnaround_days_median", "turnaround_days_p90"),
        ),
        "ddo": owed / a_day if a_day else None,
        "disputed_share": ratio("amount_disputed", "amount_residual")(rows["dispute.receivable"]),
    }
