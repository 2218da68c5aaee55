"""Runs the benchmarks on throw-away databases, or the readers among them on one that there is."""

import os
import subprocess

from . import addons, database, environment, paths
from .console import Failure

# Odoo's own application that the cases are measured against.
PEER = "project"


def bench(only, cases, on):
    """run the benchmarks; prints one JSON object a line"""
    ready = environment.prepare()
    if on:
        database.checked(on)
        if not database.exists(ready, on):
            raise Failure(f"there is no database {on}: make data DB={on}")
        return _run(ready, on, only, cases)
    name = f"bench-{os.getpid()}"
    # The second database has the peer, but none of the addons.
    contents = {name: [*addons.product(), PEER], f"{name}-reference": [PEER]}
    try:
        for clone, names in contents.items():
            database.clone(ready, database.template(ready, names), clone)
        return _run(ready, name, only, cases)
    finally:
        for clone in contents:
            database.drop(ready, clone)


def _run(ready, name, only, cases):
    command = [ready.python, "-m", "scripts.bench", "--config", ready.conf, "--database", name]
    command += [f"--only={only}"] if only else []
    command += [f"--cases={cases}"] if cases else []
    return subprocess.call(
        [str(word) for word in command],
        env=ready.env,
        cwd=paths.CHECKOUT,
        stdin=subprocess.DEVNULL,
    )
