"""Runs the tests: a clone of the prepared template, pytest on top of Odoo."""

import os
import shutil
import subprocess

from . import addons, browser, database, environment, paths, pdf, processes
from .console import Failure, say

NO_TEST_RAN = 5
PURE_TESTS = "scripts/tests"
# What is tested in one database, apps that it must work without left out.
SUITE = "the suite"


def test(addon, tags, jobs, arguments):
    """run the tests and answer the exit code; pytest's summary is the last line"""
    runs = {addon: [addon]} if addon else _runs()
    ready = environment.prepare()
    folder = browser.ensure()
    pdf.offer()
    _drop_abandoned(ready)
    codes = {}
    for title, names in runs.items():
        if len(runs) > 1:
            say(f"- {title}")
        command = [*arguments, *_targets(names, pure=title == SUITE and not tags)]
        codes[title] = _run(ready, folder, names, (tags, jobs), command)
    if set(codes.values()) == {NO_TEST_RAN}:
        raise Failure("no test ran")
    codes = {title: code for title, code in codes.items() if code != NO_TEST_RAN}
    *earlier, last = codes.values()
    if any(earlier):
        raise Failure(f"tests failed: {', '.join(title for title, code in codes.items() if code)}")
    return last


def _runs():
    """What is tested together in one database, the suite last: ``{title: addons}``."""
    apart = addons.apart()
    return {**{name: [name] for name in apart}, SUITE: [name for name in addons.found() if name not in apart]}


def _run(ready, folder, names, options, command):
    """Run pytest on a clone of the template with these addons and answer its exit code."""
    name = f"test-{os.getpid()}"
    try:
        database.clone(ready, database.template(ready, addons.closure(names)), name)
        return subprocess.call(
            [*_pytest(ready, name, *options), *command],
            env=_env(ready, folder),
            cwd=paths.CHECKOUT,
            stdin=subprocess.DEVNULL,
        )
    finally:
        _drop(ready, name)


def _pytest(ready, name, tags, jobs):
    return [
        str(ready.python),
        "-m",
        "pytest",
        "-p",
        "scripts.devkit.pytest_guard",
        "-p",
        "scripts.devkit.pytest_workers",
        f"--odoo-config={ready.conf}",
        f"--odoo-database={name}",
        "--odoo-http",
        # The level "critical" of pytest-odoo would hide what the guard looks for.
        "--odoo-log-level=warn",
        f"--odoo-tags={tags}",
        *_parallel(ready, jobs),
    ]


def _parallel(ready, jobs):
    """Spread over processes, each of which clones the database for itself."""
    if not jobs or int(jobs) < 2:
        return []
    if not shutil.which("createdb", path=ready.env.get("PATH")):
        say("  createdb is not on PATH: the tests run in one process")
        return []
    return [f"--numprocesses={jobs}", "--dist=loadscope"]


def _targets(names, pure):
    """What pytest looks through; tags choose among Odoo's tests only."""
    known = addons.found()
    targets = [str(known[name].relative_to(paths.CHECKOUT)) for name in names]
    if pure and (paths.CHECKOUT / PURE_TESTS).is_dir():
        targets.append(PURE_TESTS)
    if not targets:
        raise Failure("no test ran: there is no addon here")
    return targets


def _env(ready, browser_folder):
    env = dict(ready.env)
    if browser_folder:
        env["PATH"] = f"{browser_folder}{os.pathsep}{env['PATH']}"
    return env


def _drop_abandoned(ready):
    """Remove what runs that were killed have left."""
    for name in database.claimed():
        prefix, _, pid = name.partition("-")
        if prefix == "test" and pid.isdigit() and not processes.birth(pid):
            _drop(ready, name)


def _drop(ready, name):
    # pytest-odoo names a worker's clone after the worker, and leaves it when killed.
    clones = database.sql(ready, "SELECT datname FROM pg_database WHERE datname ~ %s", f"^{name}-gw[0-9]+$")
    for database_name in [name, *(row[0] for row in clones)]:
        database.drop(ready, database_name)
