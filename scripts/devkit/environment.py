"""Everything a command needs to run Odoo, put together once."""

import configparser
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from . import addons, odoo_source, paths, pdf, postgres, python_env
from .postgres import Postgres

# What a working copy does otherwise than a production server.
OVERRIDES = {
    "admin_passwd": "admin",
    "db_maxconn": "32",
    "db_password": "",
    "db_replica_host": None,
    "db_replica_port": None,
    "dbfilter": "",
    "limit_memory_hard": "0",
    "limit_memory_soft": "0",
    "limit_time_cpu": "0",
    "limit_time_real": "0",
    "limit_time_real_cron": "0",
    "list_db": "True",
    "log_handler": ":INFO",
    "logfile": None,
    "max_cron_threads": "1",
    "proxy_mode": "False",
    "workers": "0",
}


@dataclass(frozen=True)
class Environment:
    """A prepared machine: Odoo, its Python, the database server, the configuration."""

    source: odoo_source.OdooSource
    python: Path
    postgres: Postgres

    @cached_property
    def conf(self):
        """The configuration file, derived from the production example."""
        path = paths.local("odoo.conf")
        text = self._conf_text()
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            partial = path.with_suffix(f".{os.getpid()}")
            partial.write_text(text, encoding="utf-8")
            partial.chmod(0o600)
            os.replace(partial, path)
        return path

    def _conf_text(self):
        parser = configparser.RawConfigParser()
        parser.read(paths.EXAMPLE_CONF, encoding="utf-8")
        options = dict(parser["options"]) if parser.has_section("options") else {}
        options |= OVERRIDES | {
            "addons_path": ",".join(map(str, [*self.source.addons_path, *addons.roots()])),
            "data_dir": paths.local("data"),
            "db_host": self.postgres.host,
            "db_port": self.postgres.port,
            "db_user": self.postgres.user,
            "http_interface": "127.0.0.1",
            "screenshots": paths.local("screenshots"),
        }
        if os.environ.get("PGPASSWORD"):
            options["db_password"] = os.environ["PGPASSWORD"]
        lines = (f"{key} = {value}\n" for key, value in sorted(options.items()) if value is not None)
        return "# Made by the tooling from odoo.conf.example.\n[options]\n" + "".join(lines)

    @cached_property
    def env(self):
        """The variables for Odoo's processes."""
        env = dict(os.environ)
        for name in list(env):
            # Odoo would prefer these to its configuration file.
            if name.startswith("ODOO_") or name in ("PGDATABASE", "PYTHONDONTWRITEBYTECODE"):
                del env[name]
        env |= self.postgres.env
        if folder := pdf.folder():
            # Behind the machine's own: that one is used where it is there.
            env["PATH"] = f"{env['PATH']}{os.pathsep}{folder}"
        # Compiled files stay out of the sources, and Odoo starts in half the time.
        env["PYTHONPYCACHEPREFIX"] = str(paths.cache() / "pycache")
        return env

    def odoo(self, *arguments):
        """An Odoo command line, the subcommand (if any) first."""
        words = list(arguments)
        subcommand = [words.pop(0)] if words and not words[0].startswith("-") else []
        return [str(self.python), "-m", "odoo", *subcommand, "-c", str(self.conf), *words]


def prepare():
    """Get everything there is to get, and answer it ready to use."""
    source = odoo_source.find()
    python = python_env.ensure("odoo", paths.REQUIREMENTS, (source.path,))
    return Environment(source, python, postgres.ensure())
