"""What a writer of SQL knows of each report: tables, joins, conditions and aggregates.

Words in braces are filled in by :mod:`.writer`: ``zone`` and ``now``, ``opened`` and ``closed``
(the local days of a case), and what working hours come to.
"""

from dataclasses import dataclass, field

CASE_JOINS = {
    "r": "LEFT JOIN dispute_resolution r ON r.id = c.resolution_id",
    "ca": "LEFT JOIN dispute_cause ca ON ca.id = c.cause_id",
}
NOT_MERGED = "r.code IS DISTINCT FROM 'MRG'"
DECIDED = "c.is_closed AND r.is_decided"
CYCLE = "{closed} - {opened} - COALESCE(c.closed_days, 0)"
AGE = "{now}::date - {opened} - COALESCE(c.closed_days, 0)"
CASE_GROUPS = {
    **{name: f"c.{name}" for name in ("reason_id", "cause_id", "partner_id", "team_id", "company_id")},
    "department_id": "ca.department_id",
    "date_opened:month": "date_trunc('month', {opened})::date",
}
CASE_CONDITIONS = {
    "is_closed": "c.is_closed",
    **{name: f"c.{name}" for name in ("reason_id", "cause_id", "partner_id", "team_id")},
}


@dataclass(frozen=True)
class Table:
    """One report.

    :param source: what follows FROM, with the company's alias first
    :param company: column of the company
    :param where: what holds of all rows
    :param joins: ``{alias: JOIN}``, left out where nothing of it is asked for
    :param groups: ``{groupby: expression}``
    :param measures: ``{aggregate: expression}``
    :param instants: ``{day: column of the instant}``, for conditions
    :param conditions: ``{field: expression}``
    """

    source: str
    company: str = "c.company_id"
    where: str = NOT_MERGED
    joins: dict = field(default_factory=dict)
    groups: dict = field(default_factory=dict)
    measures: dict = field(default_factory=dict)
    instants: dict = field(default_factory=dict)
    conditions: dict = field(default_factory=dict)


def _times(name, hours, condition="TRUE"):
    """Mean, median and P90."""
    return {
        f"{name}:avg": f"AVG({hours}) FILTER (WHERE {condition})",
        f"{name}_median:avg": f"PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY {hours}) FILTER (WHERE {condition})",
        f"{name}_p90:avg": f"PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY {hours}) FILTER (WHERE {condition})",
    }


CASES = Table(
    "dispute_case c",
    joins=CASE_JOINS
    | {
        "x": """LEFT JOIN (
            SELECT c.company_id, c.reason_id,
                   SUM(c.amount_credited_company + c.amount_refunded_company)::float8
                       / NULLIF(SUM(c.amount_disputed_company), 0) AS rate
              FROM dispute_case c LEFT JOIN dispute_resolution r ON r.id = c.resolution_id
             WHERE c.is_closed AND r.code IS DISTINCT FROM 'MRG' GROUP BY 1, 2
        ) x ON x.company_id = c.company_id AND x.reason_id = c.reason_id"""
    },
    groups=CASE_GROUPS
    | {
        "stage_kind": "c.stage_kind",
        "age": f"""CASE WHEN c.is_closed THEN NULL WHEN {AGE} <= 7 THEN '1_0_7' WHEN {AGE} <= 14 THEN '2_8_14'
            WHEN {AGE} <= 30 THEN '3_15_30' WHEN {AGE} <= 60 THEN '4_31_60' WHEN {AGE} <= 90 THEN '5_61_90'
            ELSE '6_over_90' END""",
    },
    measures={
        "count:sum": "COUNT(*)",
        **{
            f"amount_{name}:sum": f"SUM(c.amount_{name}_company)"
            for name in ("disputed", "open", "credited", "written_off", "paid_after")
        },
        **_times("cycle_days", CYCLE, "c.is_closed"),
        "is_valid:avg": f"AVG(CASE WHEN c.is_valid THEN 1 ELSE 0 END) FILTER (WHERE {DECIDED})",
        "credit_rate:avg": """SUM(c.amount_credited_company + c.amount_refunded_company) FILTER (WHERE c.is_closed)
            / NULLIF(SUM(c.amount_disputed_company) FILTER (WHERE c.is_closed), 0)""",
        "open_days:avg": f"AVG({AGE}) FILTER (WHERE NOT c.is_closed)",
        "amount_expected:sum": "SUM(ROUND((c.amount_open_company * COALESCE(x.rate, 0))::numeric, 2))",
    },
    instants={"date_opened": "c.date_opened", "date_closed": "c.date_closed"},
    conditions=CASE_CONDITIONS,
)

CLAIM = """(l.amount_open_company + l.amount_credited_company + l.amount_refunded_company + l.amount_rebilled_company
    + l.amount_applied_company + l.amount_written_off_company + l.amount_rejected_company
    + l.amount_paid_after_company)"""
LINES = Table(
    "dispute_case c JOIN dispute_line l ON l.case_id = c.id",
    joins=CASE_JOINS | {"i": "LEFT JOIN account_move_line i ON i.id = l.move_line_id"},
    groups=CASE_GROUPS | {"product_id": "i.product_id"},
    measures={
        "count:sum": "COUNT(*)",
        "amount_disputed:sum": f"SUM({CLAIM})",
        "amount_credited:sum": "SUM(l.amount_credited_company)",
        "is_valid:avg": f"""SUM({CLAIM}) FILTER (WHERE {DECIDED} AND c.is_valid)
            / NULLIF(SUM({CLAIM}) FILTER (WHERE {DECIDED}), 0)""",
    },
    instants={"date_opened": "c.date_opened"},
    conditions=CASE_CONDITIONS,
)

HOURS = "EXTRACT(EPOCH FROM COALESCE(h.date_left, {now}) - h.date_entered)::float8 / 3600"
WORKED = "CASE WHEN h.date_left IS NULL THEN {worked_in_stage} ELSE h.working_hours END"
STAYS = Table(
    "dispute_stage_history h JOIN dispute_stage s ON s.id = h.stage_id JOIN dispute_case c ON c.id = h.case_id",
    where=f"{NOT_MERGED} AND s.kind NOT IN ('resolved', 'rejected', 'withdrawn')",
    joins=CASE_JOINS | {"t": "LEFT JOIN dispute_team t ON t.id = c.team_id"},
    groups=CASE_GROUPS | {"stage_id": "h.stage_id", "waiting_on": "h.waiting_on"},
    measures={
        "hours:sum": f"SUM({HOURS})",
        "working_hours:sum": f"SUM({WORKED})",
        "case_count:count_distinct": "COUNT(DISTINCT h.case_id)",
        "hours_per_case:avg": f"SUM({HOURS}) / COUNT(DISTINCT h.case_id)",
        "working_hours_per_case:avg": f"SUM({WORKED}) / COUNT(DISTINCT h.case_id)",
        "hours_p90:avg": f"PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY {HOURS})",
    },
    instants={"date_entered": "h.date_entered", "date_opened": "c.date_opened"},
    conditions=CASE_CONDITIONS,
)

MET = "p.date_reached IS NOT NULL AND p.is_late IS NOT TRUE"
FAILED = """(p.is_late IS TRUE OR p.date_reached IS NULL AND p.date_paused IS NULL
    AND p.deadline < {now})"""
PROMISES = Table(
    "dispute_sla_status p JOIN dispute_case c ON c.id = p.case_id",
    where=f"{NOT_MERGED} AND p.is_cancelled IS NOT TRUE",
    joins=CASE_JOINS,
    groups=CASE_GROUPS | {"target": "p.target"},
    measures={
        "count_met:sum": f"COUNT(*) FILTER (WHERE {MET})",
        "count_failed:sum": f"COUNT(*) FILTER (WHERE {FAILED})",
        "count_due:sum": f"COUNT(*) FILTER (WHERE {MET} OR {FAILED})",
        "attainment:avg": f"""COUNT(*) FILTER (WHERE {MET})::float8
            / NULLIF(COUNT(*) FILTER (WHERE {MET} OR {FAILED}), 0)""",
        "hours_late:avg": f"""AVG(CASE WHEN p.date_reached IS NOT NULL THEN p.hours_late ELSE {{late_still}} END)
            FILTER (WHERE {FAILED})""",
    },
    instants={"date_deadline": "p.deadline", "date_opened": "c.date_opened"},
    conditions=CASE_CONDITIONS,
)

SETTLED = """ROUND((i.amount * COALESCE(NULLIF(m.amount_total_signed, 0) / NULLIF(m.amount_total, 0),
    (l.amount_open_company + l.amount_credited_company + l.amount_refunded_company + l.amount_rebilled_company
    + l.amount_applied_company + l.amount_written_off_company + l.amount_rejected_company
    + l.amount_paid_after_company) / NULLIF(l.amount, 0), 1))::numeric, 2)"""
GRANTED = "s.state IN ('approved', 'proposed', 'accepted', 'processing', 'executed')"
SETTLEMENTS = Table(
    """dispute_settlement s JOIN dispute_settlement_line i ON i.settlement_id = s.id
       JOIN dispute_case c ON c.id = s.case_id""",
    joins=CASE_JOINS
    | {
        "l": "JOIN dispute_line l ON l.id = i.dispute_line_id",
        "m": "LEFT JOIN account_move m ON m.id = l.move_id",
        "a": """LEFT JOIN (
            SELECT DISTINCT ON (settlement_id) settlement_id, state FROM dispute_settlement_approval
             WHERE state IN ('approved', 'refused') ORDER BY settlement_id, date DESC, id DESC
        ) a ON a.settlement_id = s.id""",
    },
    groups=CASE_GROUPS | {"kind": "i.kind", "state": "s.state"},
    measures={
        "count:sum": "COUNT(*)",
        "amount:sum": f"SUM({SETTLED})",
        "amount_proposed:sum": f"SUM({SETTLED}) FILTER (WHERE s.date_proposed IS NOT NULL)",
        "amount_approved:sum": f"SUM({SETTLED}) FILTER (WHERE {GRANTED})",
        "amount_executed:sum": f"SUM({SETTLED}) FILTER (WHERE s.state = 'executed')",
        "approval_rate:avg": "AVG(CASE WHEN a.state = 'approved' THEN 1 WHEN a.state = 'refused' THEN 0 END)",
    },
    instants={"date_proposed": "s.date_proposed", "date_opened": "c.date_opened"},
    conditions=CASE_CONDITIONS,
)

INVOICES = Table(
    """account_move m LEFT JOIN (
        SELECT l.move_id FROM dispute_line l JOIN dispute_case c ON c.id = l.case_id
          LEFT JOIN dispute_resolution r ON r.id = c.resolution_id
         WHERE r.code IS DISTINCT FROM 'MRG' GROUP BY l.move_id
    ) d ON d.move_id = m.id""",
    company="m.company_id",
    where="m.move_type = 'out_invoice' AND m.state = 'posted'",
    groups={"invoice_date:month": "date_trunc('month', m.invoice_date)::date"},
    measures={
        "count:sum": "COUNT(*)",
        "count_disputed:sum": "COUNT(d.move_id)",
        "dispute_rate:avg": "COUNT(d.move_id)::float8 / NULLIF(COUNT(*), 0)",
        "dispute_rate_amount:avg": """SUM(m.amount_total_signed) FILTER (WHERE d.move_id IS NOT NULL)
            / NULLIF(SUM(m.amount_total_signed), 0)""",
    },
    conditions={"invoice_date": "m.invoice_date", "partner_id": "m.commercial_partner_id"},
)

RECEIVABLES = Table(
    """account_move_line i JOIN account_account a ON a.id = i.account_id
       LEFT JOIN account_move m ON m.id = i.move_id""",
    company="i.company_id",
    where="""a.account_type = 'asset_receivable' AND i.parent_state = 'posted' AND i.reconciled IS NOT TRUE
        AND i.amount_residual <> 0""",
    measures={
        # As of invoices with a single instalment.
        "amount_disputed:sum": """SUM(ROUND((i.amount_residual * COALESCE(LEAST(1, GREATEST(0,
            COALESCE(m.dispute_amount_owed, 0) / NULLIF(i.amount_residual_currency, 0))), 0))::numeric, 2))""",
        "amount_residual:sum": "SUM(i.amount_residual)",
    },
    conditions={"partner_id": "m.commercial_partner_id"},
)

TABLES = {
    "dispute.receivable": RECEIVABLES,
    "dispute.report": CASES,
    "dispute.line.report": LINES,
    "dispute.stage.report": STAYS,
    "dispute.sla.report": PROMISES,
    "dispute.settlement.report": SETTLEMENTS,
    "dispute.invoice.report": INVOICES,
}
