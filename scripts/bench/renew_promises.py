"""Promises computed anew after a policy was changed, against making the cases they are of."""

from .measure import Result, measure

# No other addon does it: it may take a quarter of what making the cases takes, which is measured on a batch.
TARGET = 0.25
BATCH = 500


def run(bench):
    """Yield the result; the policy is as before at the end."""
    bench.need_cases()
    env = bench.population.env
    cases = env["dispute.case"].sudo().search([("is_closed", "=", False)])
    policy = env.ref("dispute_management.dispute_sla_policy_closing").sudo()
    invoices = bench.population.take_invoices(100)
    made = measure(env, lambda: bench.population.create_cases(invoices))
    env.cr.commit()
    reference = made.seconds / len(invoices) * len(cases)
    for duration in (policy.duration + 1, policy.duration):
        policy.duration = duration
        env.cr.commit()
        seconds = 0
        for start in range(0, len(cases), BATCH):
            ids = cases.ids[start : start + BATCH]
            seconds += measure(env, lambda ids=ids: cases.browse(ids)._renew_promises()).seconds
            env.cr.commit()
    yield Result("renew_promises_seconds", len(cases), seconds, reference, TARGET)
