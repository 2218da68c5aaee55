"""Where things live: one git-ignored folder per checkout, one shared cache."""

import contextlib
import fcntl
import hashlib
import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
LOCAL = CHECKOUT / ".local"
EXAMPLE_CONF = CHECKOUT / "odoo.conf.example"
REQUIREMENTS = CHECKOUT / "requirements.txt"
# Folders that hold addons, in the order of Odoo's addons path.
ADDONS_ROOTS = (CHECKOUT, CHECKOUT / "tests")


def cache():
    """The user's cache folder: downloads, the unpacked Odoo, virtual environments."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base).absolute() / "dispute-suite"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def local(*parts):
    """A path in the checkout's own folder, whose parents exist."""
    path = LOCAL.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def digest(*texts):
    """A short stable key for what the texts describe."""
    joined = "\0".join(str(text) for text in texts)
    return hashlib.sha256(joined.encode()).hexdigest()[:10]


@contextlib.contextmanager
def locked(path):
    """Hold an exclusive lock while several runs could make the same thing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
