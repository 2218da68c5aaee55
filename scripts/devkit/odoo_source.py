"""Finds or fetches Odoo 19: the first source that works wins."""

import ast
import importlib.util
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import apt_private, paths
from .apt_private import PrivateApt
from .console import Failure, run, say, step, warn

SERIES = "19.0"
REPOSITORY = "https://github.com/odoo/odoo.git"
# The build this suite was tested on.
TESTED_VERSION = "19.0.0+dfsg-1"
TESTED_SHA256 = "9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf"
COMPANIONS = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-montserrat",
    "fonts-roboto-unhinted",
    "fonts-inconsolata",
    "fonts-ocr-b",
)
DIST_PACKAGES = "usr/lib/python3/dist-packages"


@dataclass(frozen=True)
class OdooSource:
    """Where the package ``odoo`` lies, and which build it is."""

    path: Path
    build: str

    @property
    def addons_path(self):
        """Odoo's own addons folders."""
        folders = (self.path / "odoo" / "addons", self.path / "addons")
        return [folder for folder in folders if next(folder.glob("*/__manifest__.py"), None)]


def series_of(path):
    """The series of the ``odoo`` package under a folder, e.g. "19.0", or None."""
    release = path / "odoo" / "release.py"
    if not release.is_file():
        return None
    for node in ast.parse(release.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "version_info":
            major, minor = (item.value for item in node.value.elts[:2])
            return f"{str(major).split('~')[-1]}.{minor}"
    return None


def find():
    """Answer the Odoo to run, fetching it when there is none."""
    home = os.environ.get("ODOO_HOME")
    if home:
        return _from_home(Path(home).expanduser().absolute())
    source = _importable() or _unpacked()
    if source:
        return source
    with paths.locked(paths.cache() / "odoo.lock"):
        return _unpacked() or _fetch()


def _from_home(home):
    for path in (home, home / DIST_PACKAGES):
        series = series_of(path)
        if series == SERIES:
            return OdooSource(path, f"home-{paths.digest(path, _stamp(path))}")
        if series:
            raise Failure(f"ODOO_HOME holds Odoo {series}: set it to an Odoo {SERIES}")
    raise Failure(f"ODOO_HOME holds no Odoo: set it to a checkout or install of Odoo {SERIES}")


def _stamp(path):
    """What changes when the tree under ``path`` is updated."""
    head = path / ".git" / "FETCH_HEAD"
    return (head if head.is_file() else path / "odoo" / "release.py").stat().st_mtime


def _importable():
    spec = importlib.util.find_spec("odoo")
    for location in (spec and spec.submodule_search_locations) or ():
        path = Path(location).parent
        if series_of(path) == SERIES:
            return OdooSource(path, f"installed-{paths.digest(path, _stamp(path))}")
    return None


def _unpacked():
    """What an earlier run has fetched."""
    for folder in sorted(paths.cache().glob("odoo-*"), reverse=True):
        for path in (folder / DIST_PACKAGES, folder):
            if series_of(path) == SERIES:
                return OdooSource(path, folder.name)
    return None


def _fetch():
    try:
        return _from_debian()
    except Failure as reason:
        say(f"  Debian's odoo-19: {reason}; trying a clone of the {SERIES} branch")
    try:
        return _from_clone()
    except Failure as error:
        raise Failure(
            f"no Odoo {SERIES} could be fetched: set ODOO_HOME to a checkout of its {SERIES} branch"
        ) from error


def _from_debian():
    apt = PrivateApt.sid()
    with step("Looking for Debian's package odoo-19"):
        apt.update()
        known = apt.show("odoo-19")
        own = PrivateApt.own_suite()
        own.update()
    version = known["Version"]
    if not version.startswith(f"{SERIES}."):
        raise Failure(f"it is of another series ({version})")
    if (version, known.get("SHA256")) != (TESTED_VERSION, TESTED_SHA256):
        warn(f"odoo-19 {version} is not the build tested here ({TESTED_VERSION})")
    final = paths.cache() / f"odoo-{version}"
    partial = paths.cache() / f"partial-odoo-{os.getpid()}"
    try:
        with step(f"Fetching and unpacking Odoo {version} (1.2 GB on disk)"):
            apt.unpack([f"odoo-19={version}", *COMPANIONS], partial)
            _unpack_font_awesome(own, partial)
            apt_private.repoint_absolute_links(partial)
            _add_segmentation_stub(partial / DIST_PACKAGES / "odoo" / "addons")
            os.replace(partial, final)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return OdooSource(final / DIST_PACKAGES, final.name)


def _unpack_font_awesome(own, root):
    """Font Awesome 4.7 of the machine's release: Odoo's icons need that series."""
    version = own.show("fonts-font-awesome")["Version"]
    if "4.7" not in version:
        warn(f"Font Awesome {version} instead of 4.7: some icons will be missing")
    own.unpack([f"fonts-font-awesome={version}"], root)


def _add_segmentation_stub(addons):
    """Debian leaves this file out; without it the backend's bundle logs an error."""
    stub = addons / "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    if not stub.exists():
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.write_text("/* Background blur in calls is not available. */\n", encoding="utf-8")


def _from_clone():
    if not shutil.which("git"):
        raise Failure("git is not installed")
    final = paths.cache() / f"odoo-{SERIES}-clone"
    partial = paths.cache() / f"partial-odoo-{os.getpid()}"
    try:
        with step(f"Cloning the {SERIES} branch of Odoo (some 300 MB)"):
            run(
                ["git", "clone", "-q", "--depth=1", f"--branch={SERIES}", REPOSITORY, partial],
                env={**os.environ, "GIT_TERMINAL_PROMPT": "0"},
                failure="the clone failed",
            )
            os.replace(partial, final)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return OdooSource(final, final.name)
