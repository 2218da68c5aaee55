"""Processes we started: recorded, recognised again, stopped."""

import contextlib
import os
import signal
import time
from pathlib import Path


def birth(pid):
    """When a process started, in clock ticks since boot; None if it is gone.

    With the pid it names one process for good, as pids are used again.
    """
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return None if fields[0] == "Z" else fields[19]


def record(path, pid):
    """Remember a process in a file."""
    path.write_text(f"{pid} {birth(pid)}\n", encoding="utf-8")


def recorded(path):
    """The pid a file remembers, if that very process still runs."""
    try:
        pid, born = path.read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return None
    return int(pid) if birth(pid) == born else None


def stop(pid, patience=20):
    """Ask a process to end, and end it when it does not."""
    if not pid:
        return
    born = birth(pid)
    for number, seconds in ((signal.SIGINT, patience), (signal.SIGKILL, 5)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
            if birth(pid) != born:
                return
            time.sleep(0.1)
