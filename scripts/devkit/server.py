"""The demo server in the background: started, found again, stopped."""

import contextlib
import socket
import subprocess
import time
import urllib.error
import urllib.request

from . import addons, database, environment, installation, paths, pdf, processes
from .console import Failure, say, step

FIRST_PORT = 8069
PATIENCE_SECONDS = 120
LOGINS = (
    ("administrator", "admin", "admin"),
    ("AR clerk", "clerk", "clerk"),
    ("approver", "approver", "approver"),
    ("portal customer", "portal", "portal"),
)


def demo():
    """make a database with demonstration data, serve it and say how to log in"""
    ready = environment.prepare()
    pdf.offer()
    name = demo_database(ready)
    with paths.locked(paths.local("locks", "demo-server")):
        _bring_up_to_date(ready, name)
        port = _running_port() or _start(ready, name)
    say(f"\nThe dispute suite runs at http://localhost:{port}\n")
    for who, login, password in LOGINS:
        say(f"  {who:16} {login} / {password}")
    say(f"\nLog: {_log()}\nStop it with make stop; make clean removes all of it.")


def demo_database(ready):
    """The name of the demo database, apart from other checkouts' on a shared server."""
    return "demo" if ready.postgres.binaries else f"demo-{paths.digest(paths.CHECKOUT)}"


def stop():
    """Stop every server this checkout has started."""
    for path in sorted((paths.LOCAL / "pids").glob("*")):
        processes.stop(processes.recorded(path))
        path.unlink()


def stop_demo():
    """Stop the demo server, if it runs."""
    processes.stop(processes.recorded(_pid_file()))
    _pid_file().unlink(missing_ok=True)


def free_port(first=FIRST_PORT):
    """The first port from here upward that nobody listens on."""
    for port in range(first, first + 200):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
    raise Failure(f"no free port from {first} to {first + 199}")


def _bring_up_to_date(ready, name):
    """Make the demo database, or update it when the addons have changed."""
    names = addons.product()
    facts = database.remembered(name)
    if facts.get("addons") == names and facts.get("content") == addons.content_key(names):
        return
    stop_demo()
    if not facts:
        database.drop(ready, name)
        database.make(ready, name, names, demo=True)
        return
    with step("The addons have changed: updating the demo", progress := installation.Progress()):
        new = [addon for addon in names if addon not in facts["addons"]]
        installation.install(ready, name, names, new=new, progress=progress)
    database.note_content(name, names, demo=True)


def _start(ready, name):
    port = free_port()
    command = ready.odoo("-d", name, f"--db-filter=^{name}$", f"--http-port={port}")
    with step("Starting Odoo"), open(_log(), "a", encoding="utf-8") as log:
        process = subprocess.Popen(
            command,
            env=ready.env,
            cwd=paths.CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # So that an interrupt at the terminal does not reach it.
            start_new_session=True,
        )
        processes.record(_pid_file(), process.pid)
        paths.local("demo.port").write_text(str(port), encoding="utf-8")
        limit = time.monotonic() + PATIENCE_SECONDS
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > limit:
                stop_demo()
                raise Failure(f"Odoo does not start: see {_log()}")
            time.sleep(0.3)
    return port


def _running_port():
    """The port of the demo server, if it runs and answers."""
    if processes.recorded(_pid_file()):
        port = int(paths.local("demo.port").read_text(encoding="utf-8"))
        if _answers(port):
            return port
        stop_demo()
    return None


def _answers(port):
    address = f"http://127.0.0.1:{port}/web/login"
    # Whatever proxy the machine has is not meant for this address.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=60) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _pid_file():
    return paths.local("pids", "demo")


def _log():
    return paths.local("logs", "demo.log")
