"""What the tooling says: steps with progress, warnings, one-line failures."""

import contextlib
import subprocess
import sys
import threading
import time

TICK_SECONDS = 10


class Failure(Exception):  # noqa: N818 - it is no error of the program
    """Something that can't be had; its message is the one line to print."""


def say(message):
    """Print a line to standard error, so that standard output stays for results."""
    print(message, file=sys.stderr, flush=True)


def warn(message):
    """Print a line that deserves attention but stops nothing."""
    say(f"warning: {message}")


@contextlib.contextmanager
def step(label, progress=None):
    """Announce a long step, show that it moves, and print how long it took.

    :param progress: callable answering a short text about where the step is
    """
    start = time.monotonic()
    done = threading.Event()
    live = sys.stderr.isatty()

    def tick():
        while not done.wait(1 if live else TICK_SECONDS):
            seconds = int(time.monotonic() - start)
            text = f"  {label} ... {seconds} s {progress() if progress else ''}".rstrip()
            if live:
                print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
            else:
                say(text)

    say(f"- {label}")
    ticker = threading.Thread(target=tick, daemon=True)
    ticker.start()
    try:
        yield
    finally:
        done.set()
        ticker.join()
        if live:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
    elapsed = time.monotonic() - start
    if elapsed >= TICK_SECONDS:
        say(f"  done in {elapsed:.0f} s")


def run(command, *, failure, env=None, cwd=None, stdin=None):
    """Run a command quietly and answer its standard output.

    :param failure: the one line to fail with; the command's last line of
        output is appended, because it usually names the reason
    """
    try:
        result = subprocess.run(
            [str(part) for part in command],
            env=env,
            cwd=cwd,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise Failure(f"{failure} ({error})") from error
    if result.returncode:
        lines = (result.stderr.strip() or result.stdout.strip()).splitlines()
        raise Failure(f"{failure} ({lines[-1].strip() if lines else result.returncode})")
    return result.stdout
