"""The commands behind the targets of the Makefile, one function each."""

import os

from . import addons, database, environment, paths, testing
from .console import Failure, say

DB = (("name",), {"help": "name of the database"})


def setup():
    """get Odoo, its Python packages and PostgreSQL, and say where they are"""
    ready = environment.prepare()
    print(f"python    {ready.python}")
    print(f"odoo      {ready.source.path} ({ready.source.build})")
    print(f"conf      {ready.conf}")
    for name, value in ready.postgres.env.items():
        print(f"{name:9} {value}")


def make_db(name, demo, only):
    """make a database with the addons"""
    database.checked(name)
    ready = environment.prepare()
    names = addons.closure(only.split(",")) if only else addons.product()
    database.make(ready, name, names, demo=demo)
    say(f"The database {name} is ready: make serve DB={name}")


def drop_db(name):
    """remove a database"""
    database.drop(environment.prepare(), database.checked(name))


def shell(name):
    """open Odoo's shell, or run the script on standard input"""
    ready = _with_database(name)
    command = ready.odoo("shell", "-d", name, "--no-http", "--log-level=warn")
    _become(ready, command)


def serve(name, port):
    """serve a database until interrupted"""
    ready = _with_database(name)
    command = ready.odoo("-d", name, f"--db-filter=^{name}$", f"--http-port={port}")
    say(f"http://localhost:{port} serves {name}")
    _become(ready, command)


def _with_database(name):
    database.checked(name)
    ready = environment.prepare()
    if not database.exists(ready, name):
        raise Failure(f"there is no database {name}: make db DB={name}")
    return ready


def _become(ready, command):
    os.chdir(paths.CHECKOUT)
    os.execve(command[0], command, ready.env)


COMMANDS = {
    "setup": setup,
    "db": make_db,
    "drop": drop_db,
    "shell": shell,
    "serve": serve,
    "test": testing.test,
}
ARGUMENTS = {
    "db": [
        DB,
        (("--demo",), {"action": "store_true", "help": "with demonstration data"}),
        (("--only",), {"default": "", "help": "these addons only, separated by commas"}),
    ],
    "drop": [DB],
    "shell": [DB],
    "serve": [DB, (("--port",), {"default": "8069", "help": "port to listen on"})],
    "test": [
        (("--addon",), {"default": "", "help": "the tests of this addon only"}),
        (("--tags",), {"default": "", "help": "Odoo test tags that choose the tests"}),
        (("--jobs",), {"default": "", "help": "processes to spread the tests over"}),
        (("arguments",), {"nargs": "*", "help": "for pytest, after --"}),
    ],
}
