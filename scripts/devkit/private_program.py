"""A program found on PATH, or unpacked privately from the machine's own suite."""

import os
import shutil
from dataclasses import dataclass

from . import apt_private, paths
from .apt_private import PrivateApt
from .console import Failure, run, step

LAUNCHER = """#!/bin/sh
export LD_LIBRARY_PATH="{libraries}"
[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_PATH="{root}/etc/fonts"
{variables}exec "{root}/{binary}" "$@"
"""


@dataclass(frozen=True)
class PrivateProgram:
    """What a command needs beside Odoo: its names on PATH, and the package that has it."""

    names: tuple
    package: str
    binary: str
    label: str
    reason: str
    variables: tuple = ()

    def ensure(self):
        """Answer the folder to put on PATH so that Odoo finds it, "" for none."""
        for name in self.names:
            found = shutil.which(name)
            if found and self._runs(found):
                return ""
        with paths.locked(paths.cache() / f"{self.package}.lock"):
            launcher = next(self._unpacked(), None) or self._fetch()
        return str(launcher.parent)

    def unpacked_folder(self):
        """Answer the folder of what was unpacked before, "" for none."""
        launcher = next(self._unpacked(), None)
        return str(launcher.parent) if launcher else ""

    def _unpacked(self):
        return paths.cache().glob(f"{self.package}-*/bin/{self.package}")

    def _runs(self, program):
        # A package may only say that the program comes from elsewhere.
        try:
            return bool(run([program, "--version"], failure=""))
        except Failure:
            return False

    def _fetch(self):
        try:
            apt = PrivateApt.own_suite()
            with step(f"Fetching {self.label}"):
                apt.update()
                root = apt.unpack_into_cache(self.package, apt.missing(self.package))
        except Failure as error:
            raise Failure(f"{self.reason} ({error})") from error
        launcher = root / "bin" / self.package
        self._write_launcher(launcher, root)
        if not self._runs(launcher):
            shutil.rmtree(root, ignore_errors=True)
            raise Failure(self.reason)
        return launcher

    def _write_launcher(self, launcher, root):
        libraries = os.pathsep.join(apt_private.library_folders(root))
        variables = "".join(f"export {variable.format(root=root)}\n" for variable in self.variables)
        launcher.parent.mkdir(exist_ok=True)
        launcher.write_text(
            LAUNCHER.format(root=root, libraries=libraries, binary=self.binary, variables=variables),
            encoding="utf-8",
        )
        launcher.chmod(0o755)
