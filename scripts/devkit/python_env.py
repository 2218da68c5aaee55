"""The virtual environment Odoo runs in, made from the pinned requirements."""

import os
import shutil
import sys
from pathlib import Path

from . import paths
from .console import Failure, run, step

SUPPORTED = ((3, 11), (3, 12), (3, 13))


def ensure(name, requirements, extra_paths=()):
    """Answer the Python of a virtual environment with the pinned packages.

    The environment is shared by every checkout with the same pins, and made
    anew when they change.

    :param extra_paths: folders to import from, behind the packages
    """
    if sys.version_info[:2] not in SUPPORTED:
        raise Failure("Python 3.11, 3.12 or 3.13 is needed: run make PYTHON=python3.11 ...")
    key = paths.digest(sys.version, sys.prefix, requirements.read_text(encoding="utf-8"), extra_paths)
    final = paths.cache() / f"venv-{name}-{key}"
    python = final / "bin" / "python"
    with paths.locked(paths.cache() / f"venv-{name}.lock"):
        if not (final / "complete").exists():
            with step(f"Installing the Python packages of {requirements.name}"):
                shutil.rmtree(final, ignore_errors=True)
                _create(final, python)
                _install(python, requirements)
                _add_paths(final, extra_paths)
                (final / "complete").touch()
    return python


def _create(final, python):
    # Without pip: Debian splits ensurepip into a package of its own, while the
    # pip of the calling Python can serve any environment.
    run(
        [sys.executable, "-m", "venv", "--without-pip", final],
        failure="can't make a virtual environment: install python3-venv",
    )
    if not python.exists():
        raise Failure("the virtual environment has no Python: install python3-venv")


def _install(python, requirements):
    run(
        [sys.executable, "-m", "pip", "--version"],
        failure="pip is missing: install python3-pip",
    )
    run(
        [sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps"]
        + ["--only-binary", ":all:", "--no-compile", "--disable-pip-version-check"]
        + ["-r", requirements],
        env={**os.environ, "PIP_NO_INPUT": "1"},
        failure=f"pip can't install {requirements.name}: check the connection to the package index",
    )


def _add_paths(final, extra_paths):
    if extra_paths:
        site = next(Path(final, "lib").glob("python3*/site-packages"))
        lines = "".join(f"{path}\n" for path in extra_paths)
        (site / "dispute-suite.pth").write_text(lines, encoding="utf-8")
