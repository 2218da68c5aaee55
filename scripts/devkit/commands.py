"""The commands behind the targets of the Makefile, one function each."""

import os
import shutil
from pathlib import Path

from . import (
    addons,
    bench,
    database,
    environment,
    lint,
    paths,
    postgres,
    processes,
    server,
    testing,
    translations,
)
from .console import Failure, say, warn

DB = (("name",), {"help": "name of the database"})


def setup():
    """get Odoo, its Python packages and PostgreSQL, and say where they are"""
    ready = environment.prepare()
    print(f"python     {ready.python}")
    print(f"odoo       {ready.source.path} ({ready.source.build})")
    print(f"conf       {ready.conf}")
    for name, value in ready.postgres.env.items():
        print(f"{name:10} {value}")


def make_db(name, demo, only):
    """make a database with the addons"""
    database.checked(name)
    ready = environment.prepare()
    names = addons.closure(only.split(",")) if only else addons.product()
    database.make(ready, name, names, demo=demo)
    say(f"The database {name} is ready: make serve DB={name}")


def drop_db(name):
    """remove a database"""
    database.checked(name)
    ready = environment.prepare()
    if name == server.demo_database(ready):
        server.stop_demo()
    database.drop(ready, name)


def shell(name):
    """open Odoo's shell, or run the script on standard input"""
    ready = _with_database(name)
    _become(ready, ready.odoo("shell", "-d", name, "--no-http", "--log-level=warn"))


def serve(name, port):
    """serve a database until interrupted"""
    if server.free_port(int(port)) != int(port):
        raise Failure(f"port {port} is taken: choose another with PORT=")
    ready = _with_database(name)
    say(f"http://localhost:{port} serves {name}")
    processes.record(paths.local("pids", f"serve-{port}"), os.getpid())
    _become(ready, ready.odoo("-d", name, f"--db-filter=^{name}$", f"--http-port={port}"))


def ledger(name, file):
    """load a ledger into a database, made first if there is none"""
    database.checked(name)
    path = Path(file).absolute()
    if not file or not path.is_file():
        raise Failure(f"there is no file {file!r}: name the ledger with FILE=path")
    ready = environment.prepare()
    if not database.exists(ready, name):
        database.make(ready, name, addons.product())
    module = ["-m", "scripts.ledger", "--config", ready.conf, "--database", name, path]
    _become(ready, [ready.python, *module])


def data(name, cases, seed):
    """fill a database with believable disputes, made first if there is none"""
    database.checked(name)
    ready = environment.prepare()
    if not database.exists(ready, name):
        database.make(ready, name, addons.product())
    module = ["-m", "scripts.data", "--config", ready.conf, "--database", name]
    module += [f"--cases={cases}"] if cases else []
    module += [f"--seed={seed}"] if seed else []
    _become(ready, [ready.python, *module])


def stop():
    """stop the servers and the private PostgreSQL of this checkout"""
    server.stop()
    postgres.stop()


def clean():
    """stop what was started and remove everything this checkout has made"""
    server.stop()
    if postgres.is_named() and database.claimed():
        try:
            ready = environment.prepare()
            for name in database.claimed():
                database.drop(ready, name)
        except Failure as failure:
            warn(f"databases on the named server stay there: {failure}")
    postgres.stop()
    shutil.rmtree(paths.LOCAL, ignore_errors=True)


def _with_database(name):
    database.checked(name)
    ready = environment.prepare()
    if not database.exists(ready, name):
        raise Failure(f"there is no database {name}: make db DB={name}")
    return ready


def _become(ready, command):
    """Go on as another program, which so gets the terminal and its signals."""
    os.chdir(paths.CHECKOUT)
    os.execve(command[0], [str(word) for word in command], ready.env)


COMMANDS = {
    "bench": bench.bench,
    "clean": clean,
    "data": data,
    "db": make_db,
    "demo": server.demo,
    "drop": drop_db,
    "i18n": translations.export,
    "ledger": ledger,
    "lint": lint.lint,
    "serve": serve,
    "setup": setup,
    "shell": shell,
    "stop": stop,
    "test": testing.test,
}
ARGUMENTS = {
    "bench": [
        (("--only",), {"default": "", "help": "name of the one benchmark to run"}),
        (("--cases",), {"default": "", "help": "how many cases to measure with"}),
        (("--on",), {"default": "", "help": "a database that there is, made by data"}),
    ],
    "data": [
        DB,
        (("--cases",), {"default": "", "help": "how many cases to make"}),
        (("--seed",), {"default": "", "help": "the same number makes the same data"}),
    ],
    "db": [
        DB,
        (("--demo",), {"action": "store_true", "help": "with demonstration data"}),
        (("--only",), {"default": "", "help": "these addons only, separated by commas"}),
    ],
    "drop": [DB],
    "ledger": [DB, (("--file",), {"default": "", "help": "the ledger to load"})],
    "lint": [(("--fix",), {"action": "store_true", "help": "mend what can be mended"})],
    "serve": [DB, (("--port",), {"default": "8069", "help": "port to listen on"})],
    "shell": [DB],
    "test": [
        (("--addon",), {"default": "", "help": "the tests of this addon only"}),
        (("--tags",), {"default": "", "help": "Odoo test tags that choose the tests"}),
        (("--jobs",), {"default": "", "help": "processes to spread the tests over"}),
        (("arguments",), {"nargs": "*", "help": "for pytest, after --"}),
    ],
}
