"""Runs Odoo to install or update addons, and reads its log for complaints."""

import re
import subprocess

from . import logs, paths
from .console import Failure, say

LOADING = re.compile(r"Loading module (\S+) \((\d+)/(\d+)\)")


class Progress:
    """Says which module an installation has come to, by its log."""

    def __init__(self):
        self.log = None

    def __call__(self):
        if not self.log or not self.log.exists():
            return ""
        found = LOADING.findall(self.log.read_text(encoding="utf-8", errors="replace"))
        return "module {1} of {2}: {0}".format(*found[-1]) if found else ""


def install(environment, database, names, *, demo=False, new=None, progress=None):
    """Install addons; a warning or error in the log is a failure.

    :param new: the addons that are not installed yet, when the others are to
        be updated; by default all are new
    """
    new = names if new is None else new
    old = [name for name in names if name not in new]
    log = paths.local("logs", f"{database}-install.log")
    if progress:
        progress.log = log
    command = environment.odoo(
        "-d",
        database,
        *(["-i", ",".join(new)] if new else []),
        *(["-u", ",".join(old)] if old else []),
        *(["--with-demo"] if demo else []),
        "--stop-after-init",
        "--no-http",
        "--max-cron-threads=0",
    )
    with open(log, "w", encoding="utf-8") as out:
        code = subprocess.call(
            command,
            env=environment.env,
            cwd=paths.CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    complaints = logs.complaints(log.read_text(encoding="utf-8", errors="replace"))
    for line in complaints[:30]:
        say(f"  {line}")
    if code or complaints:
        what = f"{len(complaints)} complaints in the log" if complaints else f"exit code {code}"
        raise Failure(f"installing {', '.join(names)} failed ({what}): see {log}")
