"""Posting invoices in a database with the addons against one without them."""

from .measure import Result, compare, measure
from .population import get_admin, make_invoices, make_partners

COUNT = 100
TARGET_SECONDS = 1.1
TARGET_QUERIES = 1.0


def run(bench):
    """Yield seconds and queries; nothing of it stays in the databases."""
    with bench.open_reference() as plain:
        ours, reference = compare(_get_posting(bench.env), _get_posting(plain))
    yield Result("post_invoices_seconds", COUNT, ours.seconds, reference.seconds, TARGET_SECONDS)
    yield Result("post_invoices_queries", COUNT, ours.queries, reference.queries, TARGET_QUERIES)


def _get_posting(env):
    env = get_admin(env)

    def post():
        moves = make_invoices(env, make_partners(env), COUNT)
        try:
            return measure(env, moves.action_post)
        finally:
            env.cr.rollback()
            env.invalidate_all(flush=False)

    return post
