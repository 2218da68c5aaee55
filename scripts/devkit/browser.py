"""A Chromium for the browser tests, found on PATH or unpacked privately."""

import os
import shutil
from pathlib import Path

from . import apt_private, paths
from .apt_private import PrivateApt
from .console import Failure, run, step

# The names Odoo's test runner looks for, in its order.
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
LAUNCHER = """#!/bin/sh
export LD_LIBRARY_PATH="{libraries}"
[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_PATH="{root}/etc/fonts"
exec "{root}/usr/lib/chromium/chromium" "$@"
"""


def ensure():
    """Answer the folder to put on PATH so that Odoo finds a browser, "" for none."""
    for name in NAMES:
        found = shutil.which(name)
        if found and _runs(found):
            return ""
    with paths.locked(paths.cache() / "chromium.lock"):
        launcher = next(_unpacked(), None) or _fetch()
    return str(launcher.parent)


def _unpacked():
    return paths.cache().glob("chromium-*/bin/chromium")


def _runs(browser):
    # A package may only say that the browser comes from elsewhere.
    try:
        return bool(run([browser, "--version"], failure=""))
    except Failure:
        return False


def _fetch():
    reason = "no browser for the tests: install chromium or google-chrome"
    try:
        apt = PrivateApt.own_suite()
        with step("Fetching Chromium for the browser tests (400 MB on disk)"):
            apt.update()
            root = apt.unpack_into_cache("chromium", apt.missing("chromium"))
    except Failure as error:
        raise Failure(f"{reason} ({error})") from error
    launcher = root / "bin" / "chromium"
    _write_launcher(launcher, root)
    if not _runs(launcher):
        shutil.rmtree(root, ignore_errors=True)
        raise Failure(reason)
    return launcher


def _write_launcher(launcher: Path, root):
    libraries = os.pathsep.join(apt_private.library_folders(root))
    launcher.parent.mkdir(exist_ok=True)
    launcher.write_text(LAUNCHER.format(root=root, libraries=libraries), encoding="utf-8")
    launcher.chmod(0o755)
