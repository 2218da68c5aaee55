"""Databases of this checkout: made, cloned with their files, dropped."""

import json
import os
import re
import shutil

from . import addons, installation, page_assets, paths
from .console import Failure, run, step

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")
# What the addons and their tests stand on; a template holds them ready.
BASE_MODULES = (
    "account_payment",
    "payment_demo",
    "portal_rating",
    "rating",
    "resource",
    "rpc",
    "spreadsheet_dashboard",
)
# Templates a checkout keeps besides the base ones.
KEPT_TEMPLATES = 6


def sql(environment, statement, *values, database="postgres"):
    """Run one statement and answer its rows."""
    out = run(
        [environment.python, paths.CHECKOUT / "scripts" / "devkit" / "sql.py", database],
        env=environment.env,
        stdin=json.dumps([[statement, values]]),
        failure="the database server refuses",
    )
    return json.loads(out)


def exists(environment, name):
    """Whether a database of this name is there."""
    return bool(sql(environment, "SELECT 1 FROM pg_database WHERE datname = %s", name))


def checked(name):
    """The name, if a database may have it."""
    if not NAME.fullmatch(name or ""):
        raise Failure("name the database: DB=name, of letters, digits, dots, dashes")
    return name


def create(environment, name):
    """Make an empty database the way Odoo does, with the extension it searches by."""
    sql(environment, f"CREATE DATABASE \"{name}\" ENCODING 'unicode' LC_COLLATE 'C' TEMPLATE template0")
    _claim(name)
    sql(environment, "CREATE EXTENSION IF NOT EXISTS pg_trgm", database=name)


def clone(environment, template, name):
    """Copy a database together with its files."""
    sql(environment, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    _claim(name)
    files = _filestore(template)
    if files.is_dir():
        shutil.rmtree(_filestore(name), ignore_errors=True)
        # Odoo never changes a stored file, so both may share the same one.
        shutil.copytree(files, _filestore(name), copy_function=os.link)


def drop(environment, name):
    """Remove a database, its files and what is remembered of it."""
    sql(environment, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(_filestore(name), ignore_errors=True)
    _state(name).unlink(missing_ok=True)


def claimed():
    """The databases this checkout has made."""
    return sorted(path.stem for path in (paths.LOCAL / "databases").glob("*.json"))


def note_content(name, names, demo):
    """Note which addons a database holds, and in which state of their files."""
    facts = {"addons": list(names), "content": addons.content_key(names), "demo": demo}
    _state(name).write_text(json.dumps(facts), encoding="utf-8")


def remembered(name):
    """What was noted when the database was made, or nothing."""
    try:
        return json.loads(_state(name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def template(environment, names, demo=False):
    """Answer a database with these addons installed, made when there is none.

    Two templates on top of each other: Odoo's own modules, made once for a
    build of Odoo, and the addons, made once for a state of their files.
    """
    base = _base_template(environment, demo, addons.apps(names))
    if not names:
        return base
    name = f"{base}-{paths.digest(*names)}-{addons.content_key(names)}"
    with paths.locked(paths.local("locks", name)):
        if not remembered(name):
            _discard_old_templates(environment)
            _make(environment, name, names, demo, base, pages=True)
    os.utime(_state(name))
    return name


def make(environment, name, names, demo=False):
    """Make a database with these addons from the prepared template."""
    if exists(environment, name):
        raise Failure(f"the database {name} exists already: make drop DB={name}")
    with paths.locked(paths.local("locks", name)):
        _make(environment, name, names, demo, _base_template(environment, demo))


def _base_template(environment, demo, apps=()):
    """Answer a template of Odoo's own modules: the base ones, and apps on top of them."""
    more = [app for app in apps if app not in BASE_MODULES]
    origin = _base_template(environment, demo) if more else None
    modules = (*BASE_MODULES, *more)
    key = paths.digest(environment.source.build, environment.python, *modules)
    # A server that others use as well may hold templates of other checkouts.
    owner = "" if environment.postgres.binaries else f"-{paths.digest(paths.CHECKOUT)}"
    name = f"template{'-demo' if demo else ''}{owner}-{key}"
    with paths.locked(paths.local("locks", name)):
        if not remembered(name):
            _make(environment, name, more or modules, demo, origin)
    return name


def _make(environment, name, names, demo, origin=None, pages=False):
    """Clone the origin (or start empty), install, and drop it again if that fails.

    :param pages: whether what pages are made of is made too
    """
    drop(environment, name)
    try:
        if origin:
            clone(environment, origin, name)
        else:
            create(environment, name)
        if names:
            with step(f"Installing {', '.join(names)}", progress := installation.Progress()):
                installation.install(environment, name, names, demo=demo, progress=progress)
        if pages:
            with step("Making the scripts and styles of pages"):
                page_assets.make(environment, name)
    except BaseException:
        drop(environment, name)
        raise
    note_content(name, names, demo)


def _discard_old_templates(environment):
    old = [name for name in claimed() if re.fullmatch(r"template-.*-\w{10}-\w{10}", name)]
    old.sort(key=lambda name: _state(name).stat().st_mtime)
    for name in old[: -KEPT_TEMPLATES + 1]:
        with paths.locked(paths.local("locks", name)):
            drop(environment, name)


def _claim(name):
    """Write down that the database is ours before anything is remembered of it."""
    _state(name).write_text("{}", encoding="utf-8")


def _state(name):
    return paths.local("databases", f"{name}.json")


def _filestore(name):
    return paths.local("data", "filestore", name)
