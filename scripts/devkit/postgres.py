"""A PostgreSQL to use: the server the environment names, else a private cluster."""

import os
import shutil
import socket
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import apt_private, paths, processes
from .apt_private import PrivateApt
from .console import Failure, run, step

ROLE = "odoo"
OLDEST = 13
# The user without rights that runs PostgreSQL for root where nothing better works.
NOBODY = 65534
# Longest path a unix socket may have, less the name PostgreSQL gives it.
SOCKET_FOLDER_LENGTH = 107 - len("/.s.PGSQL.5432.lock")
# Demo and test data can be made again: speed counts, not durability.
SETTINGS = """
listen_addresses = ''
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
shared_buffers = 256MB
max_wal_size = 2GB
jit = off
"""


@dataclass(frozen=True)
class Postgres:
    """How to reach the server; ``binaries`` is None for one that isn't ours."""

    host: str
    port: str
    user: str
    binaries: Path | None = None

    @property
    def env(self):
        """What PostgreSQL's own programs need to know."""
        env = {"PGHOST": self.host, "PGPORT": self.port, "PGUSER": self.user}
        if self.binaries:
            env["PATH"] = f"{self.binaries}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
            env |= _library_path(self.binaries)
        return {key: value for key, value in env.items() if value}


def is_named():
    """Whether the environment names a server to use."""
    return any(os.environ.get(name) for name in ("PGHOST", "PGPORT", "PGUSER"))


def ensure():
    """Answer a running server, starting the private cluster when none is named."""
    if is_named():
        host, port, user = (os.environ.get(name, "") for name in ("PGHOST", "PGPORT", "PGUSER"))
        return Postgres(host, port or "5432", user or _login())
    with paths.locked(paths.local("locks", "postgres")):
        return _private_cluster()


def stop():
    """Stop the private cluster of this checkout, if it runs."""
    data = paths.LOCAL / "pg" / "data"
    processes.stop(_postmaster(data))
    marker = paths.LOCAL / "pg" / "socket"
    if marker.is_file():
        folder = Path(marker.read_text(encoding="utf-8").strip())
        if folder.name.startswith("dispute-suite-"):
            shutil.rmtree(folder, ignore_errors=True)


def _login():
    # Odoo refuses to work as the superuser "postgres", so that is no default.
    return os.environ.get("USER") or ROLE


def _private_cluster():
    data = paths.local("pg", "data")
    binaries = _binaries(data)
    folder = _socket_folder()
    postgres = Postgres(str(folder), "5432", ROLE, binaries)
    if _answers(folder):
        return postgres
    launcher = _launcher(data.parent, folder)
    env = {**os.environ, **postgres.env, "LC_ALL": "C.UTF-8"}
    if not (data / "PG_VERSION").exists():
        with step("Making a private PostgreSQL cluster"):
            shutil.rmtree(data, ignore_errors=True)
            run(
                [*launcher, binaries / "initdb", "-D", data, "-U", ROLE, "-A", "trust"]
                + ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
                env=env,
                failure="initdb failed",
            )
            with open(data / "postgresql.conf", "a", encoding="utf-8") as conf:
                conf.write(SETTINGS)
    log = data.parent / "postgres.log"
    with step("Starting PostgreSQL"):
        run(
            [*launcher, binaries / "pg_ctl", "-D", data, "-l", log, "-w", "-s"]
            + ["-o", f"-c unix_socket_directories='{folder}'", "start"],
            env=env,
            failure=f"PostgreSQL does not start: see {log}",
        )
    return postgres


def _answers(folder):
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(folder / ".s.PGSQL.5432"))
        except OSError:
            return False
    return True


def _postmaster(data):
    """The pid of the server that works in this data folder, else None."""
    try:
        pid = int((data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        ours = os.path.samefile(f"/proc/{pid}/cwd", data)
    except (OSError, ValueError, IndexError):
        return None
    return pid if ours else None


def _socket_folder():
    """A folder only we can enter, whose path is short enough for a socket."""
    folder = paths.local("pg", "run")
    if len(os.fsencode(folder)) > SOCKET_FOLDER_LENGTH or "'" in str(folder):
        name = f"dispute-suite-{os.geteuid()}-{paths.digest(paths.CHECKOUT)}"
        folder = Path(tempfile.gettempdir(), name)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    owners = {os.geteuid()} | ({NOBODY} if os.geteuid() == 0 else set())
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in owners:
        raise Failure(f"{folder} belongs to someone else: remove it")
    paths.local("pg", "socket").write_text(f"{folder}\n", encoding="utf-8")
    return folder


def _launcher(*folders):
    """PostgreSQL refuses root: the words to put before its commands as root."""
    if os.geteuid() != 0:
        return []
    unshare = ["unshare", "-U", "--map-user=1000", "--map-group=1000"]
    if _works([*unshare, "true"]):
        return unshare
    # No user namespaces here: become an unprivileged user, who then owns the folders.
    for change in (["setpriv", f"--reuid={NOBODY}", "--clear-groups"], ["runuser", "-u", "nobody", "--"]):
        for folder in folders:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, NOBODY, -1, follow_symlinks=False)
        if _works([*change, "test", "-w", str(folders[0])]):
            return change
    raise Failure("PostgreSQL refuses to run as root: work as an ordinary user or set PGHOST")


def _works(command):
    try:
        run(command, failure="")
    except Failure:
        return False
    return True


# -- binaries ---------------------------------------------------------------


def _binaries(data):
    """The folder of PostgreSQL's programs, of the version the data were made with."""
    wanted = _major(data)
    found = _installed() + _unpacked()
    if wanted:
        found = [folder for folder in found if _version(folder) == wanted]
    if found:
        return found[0]
    if wanted:
        raise Failure(f"PostgreSQL {wanted} has gone: install postgresql-{wanted} or run make clean")
    with paths.locked(paths.cache() / "postgres.lock"):
        return next(iter(_unpacked()), None) or _fetch()


def _major(data):
    version = data / "PG_VERSION"
    return int(version.read_text(encoding="utf-8")) if version.is_file() else None


def _version(folder):
    # "postgres (PostgreSQL) 15.8 (Debian 15.8-0+deb12u1)"
    words = run(
        [folder / "postgres", "--version"],
        env={**os.environ, **_library_path(folder)},
        failure=f"{folder} holds no PostgreSQL",
    ).split()
    return int(words[2].split(".")[0])


def _installed():
    folders = list(Path("/usr/lib/postgresql").glob("*/bin"))
    on_path = shutil.which("pg_ctl")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return _usable(folders)


def _unpacked():
    return _usable(paths.cache().glob("postgres-*/usr/lib/postgresql/*/bin"))


def _usable(folders):
    names = ("initdb", "pg_ctl", "postgres", "createdb")
    complete = {folder for folder in folders if all((folder / name).exists() for name in names)}
    ranked = sorted(((_version(folder), folder) for folder in complete), reverse=True)
    return [folder for version, folder in ranked if version >= OLDEST]


def _library_path(folder):
    """Unpacked programs find their libraries beside themselves."""
    root = folder.parents[4]
    if root.parent != paths.cache():
        return {}
    return {"LD_LIBRARY_PATH": os.pathsep.join(apt_private.library_folders(root))}


def _fetch():
    try:
        apt = PrivateApt.own_suite()
        with step("Fetching PostgreSQL"):
            apt.update()
            apt.unpack_into_cache("postgres", apt.missing("postgresql"))
        return _unpacked()[0]
    except (Failure, IndexError) as error:
        raise Failure(f"no PostgreSQL here: install postgresql, or set PGHOST ({error})") from error
