"""What the customer's pages cost: list of disputes and a dispute against Odoo's invoices and an invoice."""

import threading
import time

from werkzeug.test import Client

from odoo import http

from .measure import Cost, Result, compare
from .portal_session import log_in, make_user

LOGIN = "bench_portal"
TARGET_QUERIES = 1.0
TARGET_SECONDS = 1.2
RUNS = 9


def run(bench):
    """Yield queries and seconds of each page, for a customer who has all cases and invoices."""
    bench.need_cases()
    env = bench.env
    user = _get_customer(bench)
    case = env["dispute.case"].search([("partner_id", "=", user.partner_id.id)], limit=1)
    invoice = case.line_ids.move_id[:1]
    client = _get_client(env, user)
    env.cr.commit()
    pages = {
        "list": ("/my/disputes", "/my/invoices"),
        "last_page": (f"/my/disputes/page/{bench.population.size // 80}", "/my/invoices"),
        "page": (f"/my/disputes/{case.id}", f"/my/invoices/{invoice.id}"),
    }
    for name, paths in pages.items():
        ours, reference = compare(*(_get_opening(client, path) for path in paths), runs=RUNS)
        size = bench.population.size
        yield Result(f"portal_{name}_queries", size, ours.queries, reference.queries, TARGET_QUERIES)
        yield Result(f"portal_{name}_seconds", size, ours.seconds, reference.seconds, TARGET_SECONDS)


def _get_customer(bench):
    """A contact who logs in, of the one customer whose cases and invoices all become."""
    env = bench.env
    customer = bench.population.get_partners()[0]
    customer = env["res.partner"].browse(customer.id)
    user = make_user(env, customer, LOGIN)
    env.flush_all()
    env.cr.execute("UPDATE dispute_case SET partner_id = %s", [customer.id])
    env.cr.execute(
        "UPDATE account_move SET partner_id = %(id)s, commercial_partner_id = %(id)s"
        " WHERE move_type = 'out_invoice'",
        {"id": customer.id},
    )
    env.cr.execute("ANALYZE dispute_case, account_move")
    env.invalidate_all()
    env.cr.commit()
    return user


def _get_client(env, user):
    """A browser of the customer, logged in, without a server between."""
    client = Client(http.root)
    client.set_cookie("session_id", log_in(env, user))
    return client


def _get_opening(client, path):
    def read():
        started = time.perf_counter()
        response = client.get(path)
        seconds = time.perf_counter() - started
        if response.status_code != 200:
            raise RuntimeError(f"{path} answers {response.status}")
        return Cost(seconds, threading.current_thread().query_count)

    return read
