"""Customers who file at once on a server of two workers, against as many who open Odoo's list of invoices at once."""

import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import requests

from .measure import Result
from .population import make_invoices
from .portal_session import log_in, make_user

CUSTOMERS = 20
WORKERS = 2
ROUNDS = 4
PATIENCE_SECONDS = 180
#: A form writes a case with its promises, to-dos and messages, a list of invoices only reads.
TARGET_P95 = 4.0


def run(bench):
    """Yield errors, the 95th percentile and the time each of them takes: filing against opening the list."""
    env = bench.population.env(su=True)
    customers = _make_customers(bench, env)
    with _serve(bench) as address:
        browsers = [_Browser(address, *customer) for customer in customers]
        _at_once([browser.prepare for browser in browsers])
        filed, listed = [], []
        for round_number in range(ROUNDS + 1):
            turn = _at_once([browser.file for browser in browsers])
            other = _at_once([browser.list for browser in browsers])
            if round_number:
                # The first round warms both workers up.
                filed.append(turn)
                listed.append(other)
            _at_once([browser.prepare for browser in browsers])
    errors = sum(answer is None for turn in (*filed, *listed) for answer in turn.answers)
    count = CUSTOMERS * ROUNDS
    bench.say(f"{count} forms, {count / sum(turn.seconds for turn in filed):.1f} a second, {errors} errors")
    yield Result("portal_filing_errors", count, errors, 0, 0)
    yield Result("portal_filing_p95_seconds", count, _get_p95(filed), _get_p95(listed), TARGET_P95)
    seconds = [sum(turn.seconds for turn in turns) / count for turns in (filed, listed)]
    yield Result("portal_filing_seconds_each", count, *seconds, TARGET_P95)


class _Browser:
    """A customer with an invoice for each form they send."""

    def __init__(self, address, session_id, invoice_ids, reason_id):
        self._address = address
        self._invoice_ids = list(invoice_ids)
        self._reason_id = reason_id
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.cookies.set("session_id", session_id)
        self._form = None

    def prepare(self):
        """Open the next form."""
        if not self._invoice_ids:
            return True
        self._url = f"{self._address}/my/invoices/{self._invoice_ids.pop()}/dispute"
        page = self._session.get(f"{self._url}?reason_id={self._reason_id}", timeout=PATIENCE_SECONDS).text
        self._form = {
            name: re.search(f'name="{name}"[^>]* value="([^"]*)"', page)[1]
            for name in ("csrf_token", "form_key")
        }
        self._form |= {"reason_id": self._reason_id, "amount": "10", "description": "Not what we agreed."}
        return True

    def file(self):
        response = self._session.post(
            self._url, data=self._form, allow_redirects=False, timeout=PATIENCE_SECONDS
        )
        return "filed=new" in response.headers.get("Location", "")

    def list(self):
        return self._session.get(f"{self._address}/my/invoices", timeout=PATIENCE_SECONDS).ok


class _Turn:
    """What came of doing things at once: seconds of each, None for what failed, and of all."""

    def __init__(self, count):
        self.answers = [None] * count
        self.seconds = 0


def _at_once(works):
    turn, barrier = _Turn(len(works)), threading.Barrier(len(works) + 1)

    def do(index, work):
        barrier.wait()
        started = time.perf_counter()
        try:
            if work():
                turn.answers[index] = time.perf_counter() - started
        except requests.RequestException:
            # Told as an error.
            return

    threads = [threading.Thread(target=do, args=item) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    barrier.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    turn.seconds = time.perf_counter() - started
    return turn


def _get_p95(turns):
    answers = [answer for turn in turns for answer in turn.answers if answer is not None]
    return statistics.quantiles(answers, n=20)[-1] if len(answers) > 1 else 0


def _make_customers(bench, env):
    """:return: list of (session id, ids of invoices, id of a reason)"""
    partners = bench.population.get_partners()[:CUSTOMERS]
    partners = env["res.partner"].browse(partners.ids)
    moves = make_invoices(env, partners, CUSTOMERS * (ROUNDS + 1))
    moves.action_post()
    # All come from one address here.
    env["ir.config_parameter"].set_param("refund_portal.filing_per_address", "100000")
    reason_id = env.ref("dispute_management.dispute_reason_oth").id
    users = [make_user(env, partner, f"bench_filing_{partner.id}") for partner in partners]
    env.cr.commit()
    return [
        (
            log_in(env, user),
            moves.filtered(lambda move, user=user: move.partner_id == user.partner_id).ids,
            reason_id,
        )
        for user in users
    ]


@contextmanager
def _serve(bench):
    """:return: address of a server on this machine, for as long as it is needed"""
    port, other_port = _get_free_ports(2)
    database = bench.env.cr.dbname
    command = [
        *(sys.executable, "-m", "odoo", "-c", bench.config, "-d", database, f"--db-filter=^{database}$"),
        *("--http-interface=127.0.0.1", f"--http-port={port}", f"--gevent-port={other_port}"),
        *(f"--workers={WORKERS}", "--max-cron-threads=0", "--log-level=critical"),
        # The tooling's configuration sets no limits, which workers would take for none left.
        *(f"--limit-time-cpu={PATIENCE_SECONDS}", f"--limit-time-real={PATIENCE_SECONDS}"),
    ]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(process, address)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_for(process, address):
    limit = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < limit and process.poll() is None:
        try:
            if requests.get(f"{address}/web/login", timeout=60, proxies={"http": ""}).ok:
                return
        except requests.RequestException:
            time.sleep(0.5)
    raise RuntimeError("the server does not start")


def _get_free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _number in range(count)]
    try:
        return [item.getsockname()[1] for item in sockets]
    finally:
        for item in sockets:
            item.close()
