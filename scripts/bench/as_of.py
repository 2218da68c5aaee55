"""Open disputes, their age, movements and receivables as of a day against SQL by hand."""

from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import fields

from .measure import Result, compare, measure

TARGET = 1.5
#: (name, days back of the evening asked for, days of movements before it)
ASKED = (("today", 0, 30), ("quarter_ago", 90, 30))

# For claims that have an invoice to themselves, on which payments alone came in beside our documents.
CLAIMS = """
    WITH evening AS (
        SELECT * FROM (VALUES (0, %(before_at)s::timestamp, %(before)s::date), (1, %(at)s, %(day)s)) e(number, at, day)
    ),
    claim AS (
        SELECT l.id, l.case_id, l.move_id, e.number, e.at, e.day, SUM(h.amount_after - h.amount_before) AS amount,
               l.amount_owed_at_opening AS owed,
               (SUM(l.amount_open_company + l.amount_credited_company + l.amount_refunded_company
                    + l.amount_rebilled_company + l.amount_applied_company + l.amount_written_off_company
                    + l.amount_rejected_company + l.amount_paid_after_company) / NULLIF(SUM(l.amount), 0)) AS rate
          FROM evening e
          JOIN dispute_line l ON l.company_id = %(company)s
          JOIN dispute_case c ON c.id = l.case_id
          JOIN dispute_claim_change h ON h.line_id = l.id AND h.date < e.at
         WHERE c.date_opened < %(at)s AND (c.date_closed IS NULL OR NOT c.is_closed OR c.date_closed >= %(before_at)s)
      GROUP BY l.id, e.number, e.at, e.day
    ),
    booked AS (
        SELECT claim.id, claim.number,
               SUM(i.amount) FILTER (WHERE i.kind <> 'rejection') AS ours,
               SUM(i.amount) FILTER (WHERE i.kind = 'rejection') AS rejected
          FROM claim
          JOIN dispute_settlement_line i ON i.dispute_line_id = claim.id
          JOIN dispute_settlement s ON s.id = i.settlement_id AND s.state IN ('processing', 'executed')
          LEFT JOIN account_move m ON m.id = i.move_id
         WHERE CASE WHEN m.id IS NULL THEN s.date_executed < claim.at AND NOT COALESCE(s.date_taken_up < claim.at, FALSE)
                    ELSE m.state = 'posted' AND m.date <= claim.day END
      GROUP BY 1, 2
    ),
    residual AS (
        SELECT claim.move_id, claim.number, SUM(a.amount_currency - COALESCE(matched.amount, 0)) AS amount
          FROM claim
          JOIN account_move_line a ON a.move_id = claim.move_id
          JOIN account_account acc ON acc.id = a.account_id AND acc.account_type = 'asset_receivable'
          LEFT JOIN LATERAL (
            SELECT SUM(p.debit_amount_currency) AS amount FROM account_partial_reconcile p
             WHERE p.debit_move_id = a.id AND p.max_date <= claim.day
          ) matched ON TRUE
      GROUP BY 1, 2
    ),
    stood AS (
        SELECT claim.id, claim.number, s.kind
          FROM claim
          JOIN dispute_stage_history h ON h.case_id = claim.case_id AND h.date_entered < claim.at
           AND (h.date_left IS NULL OR h.date_left >= claim.at)
          JOIN dispute_stage s ON s.id = h.stage_id
    ),
    split AS (
        SELECT claim.*, LEAST(claim.amount, COALESCE(booked.ours, 0)) AS ours,
               LEAST(claim.amount - LEAST(claim.amount, COALESCE(booked.ours, 0)),
                     CASE WHEN stood.kind IN ('rejected', 'withdrawn') THEN claim.amount
                          ELSE COALESCE(booked.rejected, 0) END) AS refused,
               GREATEST(0, LEAST(claim.owed, claim.amount) - COALESCE(booked.ours, 0)) AS left_owed,
               COALESCE(residual.amount, 0) AS residual, stood.kind
          FROM claim
          LEFT JOIN booked USING (id, number)
          LEFT JOIN stood USING (id, number)
          LEFT JOIN residual ON residual.move_id = claim.move_id AND residual.number = claim.number
    ),
    parts AS (
        SELECT split.*, GREATEST(0, left_owed - GREATEST(0, residual)) AS paid
          FROM split
    )
"""
OPEN = """
    {claims}
    , told AS (
        SELECT id, case_id, number, rate * amount AS claimed, rate * ours AS ours,
               rate * (refused - LEAST(refused, paid)) AS rejected, rate * paid AS paid,
               rate * (amount - ours - refused - GREATEST(0, paid - refused)) AS still
          FROM parts
    ),
    kept AS (
        -- To look at, as ours.
        INSERT INTO dispute_as_of_line (as_of_id, create_uid, create_date, line_id, age_days, amount_opening,
               amount_closing, amount_opened, amount_credited, amount_rejected, amount_paid_after)
        SELECT %(report)s, %(uid)s, now(), told.id, %(day)s - MIN(c.date_opened)::date,
               COALESCE(SUM(still) FILTER (WHERE number = 0), 0), COALESCE(SUM(still) FILTER (WHERE number = 1), 0),
               CASE WHEN MIN(number) = 1 THEN MAX(claimed) ELSE 0 END,
               SUM(CASE number WHEN 1 THEN ours ELSE -ours END),
               SUM(CASE number WHEN 1 THEN rejected ELSE -rejected END),
               SUM(CASE number WHEN 1 THEN told.paid ELSE -told.paid END)
          FROM told JOIN dispute_case c ON c.id = told.case_id GROUP BY told.id
    )
    SELECT number, SUM(still) FROM told GROUP BY number ORDER BY number
"""
RECEIVABLES = """
    SELECT SUM(a.balance - COALESCE(m.amount, 0))
      FROM account_move_line a
      JOIN account_account acc ON acc.id = a.account_id AND acc.account_type = 'asset_receivable'
 LEFT JOIN (
        SELECT id, SUM(amount) AS amount FROM (
            SELECT debit_move_id AS id, amount FROM account_partial_reconcile WHERE max_date <= %(day)s
             UNION ALL SELECT credit_move_id, -amount FROM account_partial_reconcile WHERE max_date <= %(day)s
        ) part GROUP BY id
      ) m ON m.id = a.id
     WHERE a.parent_state = 'posted' AND a.company_id = %(company)s AND a.date <= %(day)s
  GROUP BY CASE WHEN %(day)s - COALESCE(a.date_maturity, a.date) <= 0 THEN 0
                ELSE LEAST(4, 1 + (%(day)s - COALESCE(a.date_maturity, a.date) - 1) / 30) END
"""
BALANCE = """
    SELECT SUM(a.balance)
      FROM account_move_line a
      JOIN account_account acc ON acc.id = a.account_id AND acc.account_type = 'asset_receivable'
     WHERE a.parent_state = 'posted' AND a.company_id = %(company)s AND a.date <= %(day)s
"""


def run(bench):
    """Yield the seconds of each question."""
    bench.need_history()
    env = bench.get_reader()
    size = env["dispute.case"].search_count([])
    today = fields.Date.context_today(env["dispute.case"])
    for name, back, days in ASKED:
        day = today - timedelta(days=back)
        first = day - timedelta(days=days - 1)
        ours, reference = compare(
            lambda day=day, first=first: measure(env, lambda: _ask(env, first, day)),
            lambda day=day, first=first: measure(env, lambda: _ask_by_hand(env, first, day)),
            runs=3,
        )
        report, (opening, closing) = _ask(env, first, day), _ask_by_hand(env, first, day)
        found = {figure.key: figure.amount for figure in report.movement_ids}
        for key, amount in (("amount_opening", opening), ("amount_closing", closing)):
            if abs(found[key] - amount) > max(1, amount * 1e-3):
                raise AssertionError(f"{name}: {key} is {found[key]}, by hand {amount}")
        yield Result(f"as_of_{name}", size, ours.seconds, reference.seconds, TARGET)


def _ask(env, first, day):
    report = env["dispute.as.of"].create({"date_from": first, "date_to": day})
    report.action_compute()
    return report


def _ask_by_hand(env, first, day):
    values = {
        "report": env["dispute.as.of"].create({"date_from": first, "date_to": day}).id,
        "uid": env.uid,
        "company": env.company.id,
        "day": day,
        "before": first - timedelta(days=1),
        "at": _get_end(env, day),
        "before_at": _get_end(env, first - timedelta(days=1)),
    }
    env.cr.execute(OPEN.format(claims=CLAIMS), values)
    still = dict(env.cr.fetchall())
    for query in (RECEIVABLES, BALANCE):
        env.cr.execute(query, values)
        env.cr.fetchall()
    return float(still.get(0) or 0), float(still.get(1) or 0)


def _get_end(env, day):
    zone = timezone(env.company.resource_calendar_id.tz or "UTC")
    end = zone.localize(datetime.combine(day + timedelta(days=1), time.min))
    return end.astimezone(utc).replace(tzinfo=None)
