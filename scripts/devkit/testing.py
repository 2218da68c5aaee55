"""Runs the tests: a clone of the prepared template, pytest on top of Odoo."""

import os
import shutil
import subprocess

from . import addons, browser, database, environment, paths, processes
from .console import Failure, say

NO_TEST_RAN = 5
PURE_TESTS = "scripts/tests"


def test(addon, tags, jobs, arguments):
    """run the tests and answer the exit code; pytest's summary is the last line"""
    names = addons.closure([addon] if addon else addons.found())
    ready = environment.prepare()
    folder = browser.ensure()
    _drop_abandoned(ready)
    name = f"test-{os.getpid()}"
    try:
        database.clone(ready, database.template(ready, names), name)
        code = subprocess.call(
            [*_pytest(ready, name, tags, jobs), *arguments, *_targets(addon, tags)],
            env=_env(ready, folder),
            cwd=paths.CHECKOUT,
            stdin=subprocess.DEVNULL,
        )
    finally:
        _drop(ready, name)
    if code == NO_TEST_RAN:
        raise Failure("no test ran")
    return code


def _pytest(ready, name, tags, jobs):
    return [
        str(ready.python),
        "-m",
        "pytest",
        "-p",
        "scripts.devkit.pytest_guard",
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


def _targets(addon, tags):
    """What pytest looks through; tags choose among Odoo's tests only."""
    known = addons.found()
    folders = [known[addon]] if addon else list(known.values())
    targets = [str(path.relative_to(paths.CHECKOUT)) for path in folders]
    if not addon and not tags and (paths.CHECKOUT / PURE_TESTS).is_dir():
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
