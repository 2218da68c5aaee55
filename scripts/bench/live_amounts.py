"""The amounts of many cases, live as the addons keep them, against the ledger added up in SQL."""

from odoo.fields import Command

from .measure import Result, compare, measure
from .population import batched

TARGET = 2.0
NAMES = ["amount_disputed", "amount_open", "amount_credited", "amount_paid_after", "amount_rejected"]
# Every so many invoices is paid in part, or credited in part.
PAID, CREDITED = 20, 28

# What somebody who has no stored amounts would write, for cases with one claim an invoice.
BY_HAND = """
    WITH credit AS (
            SELECT reversed_entry_id AS move_id, SUM(amount_total) AS total
              FROM account_move
             WHERE reversed_entry_id IS NOT NULL AND state = 'posted' AND move_type = 'out_refund'
          GROUP BY 1
         ),
         claim AS (
            SELECT line.case_id,
                   line.amount,
                   line.amount_owed_at_opening AS owed,
                   s.kind IN ('rejected', 'withdrawn') AS refused,
                   LEAST(line.amount, COALESCE(credit.total, 0)) AS credited,
                   move.amount_residual AS residual
              FROM dispute_line line
              JOIN dispute_case c ON c.id = line.case_id
              JOIN dispute_stage s ON s.id = c.stage_id
              JOIN account_move move ON move.id = line.move_id
         LEFT JOIN credit ON credit.move_id = move.id
             WHERE c.company_id = %(company)s
         ),
         part AS (
            SELECT *, GREATEST(0, LEAST(owed, amount - credited) - residual) AS paid_after FROM claim
         )
    SELECT case_id,
           SUM(amount),
           SUM(CASE WHEN refused THEN 0 ELSE amount - credited - paid_after END),
           SUM(credited),
           SUM(paid_after),
           SUM(CASE WHEN refused THEN amount - credited - paid_after ELSE 0 END)
      FROM part
  GROUP BY case_id
  ORDER BY case_id
"""


def run(bench):
    """Yield the seconds of reading the amounts of all cases."""
    bench.need_cases()
    _do_accounting(bench)
    env = bench.population.env
    ours, reference = compare(
        lambda: measure(env, lambda: _read(env)), lambda: measure(env, lambda: _read_by_hand(env))
    )
    _check_same(_read(env), _read_by_hand(env))
    yield Result("live_amounts", bench.population.size, ours.seconds, reference.seconds, TARGET)


def _do_accounting(bench):
    """Pay and credit a part of the invoices, as accounting does."""
    env = bench.env
    moves = env["dispute.line"].search([("case_id.is_closed", "=", False)]).move_id
    bench.say("paying and crediting some invoices")
    for batch in batched(
        [move for move in moves if move.id % PAID == 0 and move.payment_state == "not_paid"]
    ):
        paid = env["account.move"].union(*batch)
        register = env["account.payment.register"].with_context(
            active_model="account.move", active_ids=paid.ids
        )
        register.create({"group_payment": False})._create_payments()
        env.cr.commit()
        env.invalidate_all()
    for batch in batched(
        [move for move in moves if move.id % CREDITED == 0 and move.payment_state == "not_paid"]
    ):
        credited = env["account.move"].create(
            [
                {
                    "move_type": "out_refund",
                    "reversed_entry_id": move.id,
                    "partner_id": move.partner_id.id,
                    "currency_id": move.currency_id.id,
                    "invoice_date": move.invoice_date,
                    "invoice_line_ids": [
                        Command.create({"name": "Credit", "price_unit": 4, "tax_ids": [Command.clear()]})
                    ],
                }
                for move in batch
            ]
        )
        credited.action_post()
        env.cr.commit()
        env.invalidate_all()
    env.cr.execute("ANALYZE")
    env.cr.commit()


def _read(env):
    # Amounts alone, as a report asks for them: the SQL makes no records either.
    groups = env["dispute.case"]._read_group(
        [("line_ids", "!=", False)], ["id"], [f"{name}:sum" for name in NAMES], order="id"
    )
    return [(case.id, *amounts) for case, *amounts in groups]


def _read_by_hand(env):
    env.cr.execute(BY_HAND, {"company": env.company.id})
    return env.cr.fetchall()


def _check_same(ours, by_hand):
    """A fast wrong amount is worth nothing."""
    ours = [(row[0], *(round(value, 4) for value in row[1:])) for row in ours]
    by_hand = [(row[0], *(round(float(value), 4) for value in row[1:])) for row in by_hand]
    wrong = [(a, b) for a, b in zip(ours, by_hand, strict=True) if a != b]
    if wrong:
        raise AssertionError(f"{len(wrong)} cases differ from the SQL: {wrong[:3]} ...")
