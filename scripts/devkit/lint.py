"""Runs the linters, each on what it knows."""

import os
import subprocess

from . import addons, paths, python_env
from .console import Failure, say

REQUIREMENTS = paths.CHECKOUT / "scripts" / "devkit" / "requirements-lint.txt"
# The community's checks that are left out here.
NOT_CHECKED = (
    "missing-readme",  # README.rst is generated on publication, from the folder readme
    "missing-return",  # a compute that extends another has nothing to return
    "no-search-all",  # configuration has few records
)


def lint(fix):
    """check style and the conventions of Odoo and its community"""
    tools = python_env.ensure("lint", REQUIREMENTS).parent
    modules = [str(path.relative_to(paths.CHECKOUT)) for path in addons.found().values()]
    ruff = tools / "ruff"
    commands = {
        "ruff": [ruff, "check", "--quiet", *(["--fix"] if fix else []), "."],
        "ruff format": [ruff, "format", "--quiet", *([] if fix else ["--diff"]), "."],
    }
    if modules:
        commands["pylint-odoo"] = [
            *(tools / "pylint", "--rcfile=.pylintrc"),
            *(f"--disable={name}" for name in NOT_CHECKED),
            *modules,
        ]
        commands["oca checks"] = [
            tools / "oca-checks-odoo-module",
            # Odoo itself writes utf-8 in lower case, and attributes in any order.
            "--disable=xml-header-wrong,xml-tag-position",
            *(["--fix"] if fix else []),
            *modules,
        ]
    failed = [name for name, command in commands.items() if not _passes(name, command)]
    if failed:
        raise Failure(f"lint: {', '.join(failed)} found something")
    say("lint: nothing found")
    return 0


def _passes(name, command):
    say(f"- {name}")
    # pylint keeps statistics in the user's folder unless told where.
    env = {**os.environ, "PYLINTHOME": str(paths.local("pylint"))}
    return not subprocess.call([str(word) for word in command], cwd=paths.CHECKOUT, env=env)
