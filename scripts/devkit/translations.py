"""Writes what translators start from."""

import os
import subprocess

from . import addons, database, environment, paths


def export():
    """write the translation templates (.pot) of the addons"""
    ready = environment.prepare()
    name, names = f"i18n-{os.getpid()}", addons.product()
    try:
        database.clone(ready, database.template(ready, names), name)
        return subprocess.call(
            [ready.python, "-m", "odoo", "i18n", "export", "-c", ready.conf, "-d", name, *names],
            env=ready.env,
            cwd=paths.CHECKOUT,
            stdin=subprocess.DEVNULL,
        )
    finally:
        database.drop(ready, name)
