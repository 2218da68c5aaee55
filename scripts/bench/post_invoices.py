"""Posting invoices in a database with the addons against one without them."""

from .measure import Result, compare, measure
from .population import get_admin, make_invoices, make_partners

COUNT = 100
TARGET_SECONDS = 1.1
TARGET_QUERIES = 1.0


def run(bench):
    """Yield seconds and queries; both databases start out with the same and grow alike."""
    with bench.open_reference() as plain:
        ours, reference = compare(_get_posting(bench.env), _get_posting(plain))
    yield Result("post_invoices_seconds", COUNT, ours.seconds, reference.seconds, TARGET_SECONDS)
    yield Result("post_invoices_queries", COUNT, ours.queries, reference.queries, TARGET_QUERIES)


def _get_posting(env):
    env = get_admin(env)
    partners = make_partners(env)

    def post():
        moves = make_invoices(env, partners, COUNT)
        cost = measure(env, moves.action_post)
        env.cr.commit()
        return cost

    # Without rows and statistics, PostgreSQL plans as if for tables of unknown size.
    post()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    return post
