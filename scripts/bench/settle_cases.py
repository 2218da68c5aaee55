"""Settling many cases by credit note in one go against Odoo's own wizard, its credit notes posted one by one.

Both credit as many invoices of the same kind. Ours also finds what is open, carries the approvals'
rules out, closes the cases and tells of it; the wizard, which takes long, is measured on fewer.
"""

from datetime import date

from .measure import NOTHING, Result, measure
from .population import batched, get_admin, make_invoices, make_partners

SETTLED = 1000
#: Invoices that the wizard credits: it takes as long for each of them.
BY_WIZARD = 100
TARGET = 0.5  # twice as fast


def run(bench):
    """Yield seconds and queries of each case; some claim the whole invoice, some a part of it."""
    with bench.open_reference() as plain:
        theirs = _measure_wizard(get_admin(plain))
    population = bench.population
    size = min(SETTLED, population.size)
    for name, share in (("whole", 1), ("part", 0.1)):
        cases = _open_cases(bench, size, share)
        bench.say(f"settling {size} cases, the wizard credited {BY_WIZARD} invoices")
        ours = _measure_batch(bench, cases)
        for unit, mine, other in (
            ("seconds", ours.seconds, theirs.seconds),
            ("queries", ours.queries, theirs.queries),
        ):
            yield Result(f"settle_{name}_{unit}_each", size, mine / size, other / BY_WIZARD, TARGET)


def _measure_wizard(env):
    """What it costs to reverse invoices by Odoo's wizard and to post what it makes."""
    partners = make_partners(env)
    cost = NOTHING
    # The first few warm up.
    for count in (5, BY_WIZARD):
        moves = make_invoices(env, partners, count)
        moves.action_post()
        env.cr.execute("ANALYZE")
        env.cr.commit()
        cost = measure(env, lambda moves=moves: _reverse(moves))
        env.cr.commit()
    return cost


def _reverse(moves):
    wizard = moves.env["account.move.reversal"].create(
        {"move_ids": moves.ids, "journal_id": moves.journal_id.id, "date": date.today()}
    )
    wizard.refund_moves()
    for refund in wizard.new_move_ids:
        refund.action_post()


def _open_cases(bench, size, share):
    """:return: open cases of the clerk, each on that share of an invoice"""
    population = bench.population
    cases = population.env["dispute.case"]
    reason = population.env.ref("dispute_management.dispute_reason_oth")
    moves = population.env["account.move"]
    for ids in batched(population.take_invoices(size)):
        cases += population.open_cases(
            {move.id: move.currency_id.round(move.amount_total * share) for move in moves.browse(ids)},
            reason_id=reason.id,
        )
        population.env.cr.commit()
    population.env.cr.execute("ANALYZE")
    population.env.cr.commit()
    return cases


def _measure_batch(bench, cases):
    """What it costs to settle these cases by the dialog and the job that goes on from it."""
    env = bench.population.env
    company = env.company.sudo()
    env["dispute.approval.tier"].sudo().search([]).active = False
    company.dispute_no_approval_credit = 10**9
    env.cr.commit()
    cost = measure(env, lambda: _settle(cases))
    env.cr.commit()
    credited = sum(cases.mapped("amount_credited"))
    if not all(cases.mapped("is_closed")) or abs(credited - sum(cases.mapped("amount_disputed"))) > 0.005:
        raise AssertionError(f"{credited} of {sum(cases.mapped('amount_disputed'))} was credited")
    return cost


def _settle(cases):
    wizard = cases.env["settlement.batch"].create({"case_ids": cases.ids, "kind": "credit_note"})
    wizard.action_settle()
    get_admin(cases.env)["dispute.settlement.batch"]._cron_settle()
