"""Runs the benchmarks on throw-away databases."""

import os
import subprocess

from . import addons, database, environment, paths

# Odoo's own application that the cases are measured against.
PEER = "project"


def bench(only, cases):
    """run the benchmarks; prints one JSON object a line"""
    ready = environment.prepare()
    name = f"bench-{os.getpid()}"
    # The second database has the peer, but none of the addons.
    contents = {name: [*addons.product(), PEER], f"{name}-reference": [PEER]}
    command = [ready.python, "-m", "scripts.bench", "--config", ready.conf, "--database", name]
    command += [f"--only={only}"] if only else []
    command += [f"--cases={cases}"] if cases else []
    try:
        for clone, names in contents.items():
            database.clone(ready, database.template(ready, names), clone)
        return subprocess.call(
            [str(word) for word in command],
            env=ready.env,
            cwd=paths.CHECKOUT,
            stdin=subprocess.DEVNULL,
        )
    finally:
        for clone in contents:
            database.drop(ready, clone)
