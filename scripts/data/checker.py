"""What must hold of the data that was made; looked up, nothing is changed."""

import random

#: How many cases are computed anew.
SAMPLE = 500
BATCH = 100
#: Of these, a case has rows; what is computed and stored in them is computed anew.
OF_A_CASE = {
    "dispute.case": "id",
    "dispute.line": "case_id",
    "dispute.settlement": "case_id",
    "dispute.settlement.line": "case_id",
    "dispute.evidence": "case_id",
    "dispute.information.request": "case_id",
    "dispute.stage.history": "case_id",
    "dispute.sla.status": "case_id",
}
#: Follow now, not what happened.
MOVING = {"date_escalation", "date_warning", "is_late", "access_warning"}

QUERIES = {
    "entries that don't balance": """
        SELECT COUNT(*) FROM (
            SELECT move_id FROM account_move_line WHERE parent_state = 'posted'
          GROUP BY move_id HAVING ABS(SUM(balance)) > 0.004
        ) odd""",
    "claims whose parts don't add up": """
        SELECT COUNT(*) FROM dispute_line
         WHERE ABS(amount - amount_open - amount_credited - amount_refunded - amount_rebilled - amount_applied
               - amount_written_off - amount_rejected - amount_paid_after) > 0.004""",
    "cases that are not the sum of their claims": """
        SELECT COUNT(*) FROM dispute_case c JOIN (
            SELECT case_id, SUM(amount) AS claimed, SUM(amount_open_company) AS still FROM dispute_line GROUP BY 1
        ) l ON l.case_id = c.id
         WHERE ABS(c.amount_disputed - l.claimed) > 0.004 OR ABS(c.amount_open_company - l.still) > 0.004""",
    "items whose residual is not what is left of them": """
        SELECT COUNT(*) FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id AND a.account_type = 'asset_receivable'
          LEFT JOIN (
            SELECT id, SUM(amount) AS amount FROM (
                SELECT debit_move_id AS id, amount FROM account_partial_reconcile
                UNION ALL SELECT credit_move_id, -amount FROM account_partial_reconcile
            ) part GROUP BY id
          ) matched ON matched.id = l.id
         WHERE l.parent_state = 'posted' AND ABS(l.balance - COALESCE(matched.amount, 0) - l.amount_residual) > 0.004""",
    "cases without exactly one stage that goes on": """
        SELECT COUNT(*) FROM dispute_case c LEFT JOIN (
            SELECT case_id, COUNT(*) AS many FROM dispute_stage_history WHERE date_left IS NULL GROUP BY 1
        ) h ON h.case_id = c.id WHERE h.many IS DISTINCT FROM 1""",
    "numbers given twice": """
        SELECT COUNT(*) FROM (
            SELECT FROM account_move WHERE name <> '/' GROUP BY journal_id, name HAVING COUNT(*) > 1
        ) twice""",
}


def check(env, progress, sample=SAMPLE):
    """:return: ``{what is wrong: how many}``, empty when all is well"""
    wrong = {}
    for title, query in QUERIES.items():
        env.cr.execute(query)
        if count := env.cr.fetchone()[0]:
            wrong[title] = count
    progress("checked all by their sums")
    env.cr.execute("SELECT id FROM dispute_case ORDER BY id")
    ids = [row[0] for row in env.cr.fetchall()]
    chosen = sorted(random.Random(len(ids)).sample(ids, min(sample, len(ids))))
    for start in range(0, len(chosen), BATCH):
        cases = env["dispute.case"].browse(chosen[start : start + BATCH])
        if gaps := cases._get_ledger_gaps():
            wrong["cases that differ from the ledger"] = wrong.get(
                "cases that differ from the ledger", 0
            ) + len(gaps)
        for name, count in _recompute(env, cases).items():
            wrong[name] = wrong.get(name, 0) + count
        env.invalidate_all(flush=False)
    progress(f"computed {len(chosen)} cases anew")
    return wrong


def _recompute(env, cases):
    """:return: ``{field: rows in which it is stored otherwise than it is computed}``"""
    differ = {}
    for model, owner in OF_A_CASE.items():
        records = env[model].with_context(active_test=False).search([(owner, "in", cases.ids)])
        stored = [
            field
            for field in records._fields.values()
            if field.compute and field.store and field.readonly is not False and field.name not in MOVING
        ]
        before = {
            field.name: dict(zip(records.ids, records.mapped(_key(field)), strict=True)) for field in stored
        }
        with env.cr.savepoint() as savepoint:
            for field in stored:
                env.add_to_compute(field, records)
            records._recompute_recordset([field.name for field in stored])
            for field in stored:
                values = dict(zip(records.ids, map(_key(field), records), strict=True))
                count = sum(_differ(values[row], before[field.name][row]) for row in records.ids)
                if count:
                    differ[f"{model}.{field.name} stored otherwise than computed"] = count
            env.invalidate_all(flush=False)
            savepoint.rollback()
    return differ


def _key(field):
    return lambda record: record[field.name].ids if field.relational else record[field.name]


def _differ(one, other):
    if isinstance(one, float):
        return abs(one - (other or 0)) > 0.004
    return one != other
