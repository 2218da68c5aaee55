"""``python -m scripts.bench --config CONF --database DB [--reference DB] [--only name] [--cases n]``"""

import argparse
import importlib
import sys
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.fields import Command
from odoo.modules.registry import Registry

from scripts.ledger.session import open_environment

from .population import Population

# In this order: invoices are posted while both databases are as good as empty, and then the
# cases are made that the next ones read.
MEASURES = (
    "post_invoices",
    "create_cases",
    "open_views",
    "live_amounts",
    "move_cases",
    "assign_cases",
    "escalate_cases",
    "deadlines",
    "renew_promises",
    "settle_cases",
    "file_at_once",
    # These read years of disputes that are made for them.
    "group_reports",
    "as_of",
    "workbook",
    # The last one: it gives all cases and invoices to one customer.
    "portal_pages",
)
CASES = 10_000
READER = "bench-reader"
# One in so many cases is closed, for the report to have cycle times.
CLOSED_SHARE = 5


class Bench:
    """What the measures share."""

    def __init__(self, env, config, reference, cases):
        self.env = env
        self.config = config
        self.population = Population(env, cases, self.say)
        self._reference = reference
        self._has_closed_cases = False

    @staticmethod
    def say(text):
        print(f"  {text}", file=sys.stderr, flush=True)

    def need_cases(self):
        """Make the cases and tasks that an earlier measure has not made, and close some."""
        population = self.population
        Case = population.env["dispute.case"]
        if Case.search_count([]) < population.size:
            for _result in importlib.import_module("scripts.bench.create_cases").fill(self):
                pass
        if not self._has_closed_cases:
            self.say("closing some cases")
            population.close_some(Case.search([], limit=population.size // CLOSED_SHARE))
            # The planner sees data as it would be after a night.
            population.env.cr.execute("ANALYZE")
            population.env.cr.commit()
            self._has_closed_cases = True

    def need_history(self):
        """Have as many disputes that were opened, worked on and closed over years."""
        env = self.env
        users = env["res.users"].search([("login", "=like", "data-%")])
        found = env["dispute.case"].search_count([("user_id", "in", users.ids)]) if users else 0
        if found >= self.population.size:
            return
        # Only now: it takes the demonstration of an addon, found once the configuration is read.
        maker = importlib.import_module("scripts.data.maker")
        maker.make(env, self.population.size)
        env.cr.commit()

    def get_reader(self):
        """:return: environment of a colleague who may read all disputes of the main company"""
        groups = ("base.group_user", "dispute_management.group_dispute_viewer")
        users = self.env["res.users"]
        reader = users.search([("login", "=", READER)]) or users.create(
            {
                "name": "Reader",
                "login": READER,
                "group_ids": [Command.set([self.env.ref(xmlid).id for xmlid in groups])],
            }
        )
        self.env.cr.commit()
        return self.env(
            user=reader, context={"lang": "en_US", "tz": "UTC", "allowed_company_ids": self.env.company.ids}
        )

    @contextmanager
    def open_reference(self):
        """The database without the addons."""
        with Registry(self._reference).cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})
            cr.rollback()


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m scripts.bench", description=__doc__)
    parser.add_argument("--config", required=True)
    parser.add_argument("--database", required=True, help="with the addons and project")
    parser.add_argument("--reference", help="with project alone; DATABASE-reference if not given")
    parser.add_argument("--only", choices=MEASURES, help="run this measure alone")
    parser.add_argument("--cases", type=int, default=CASES)
    options = parser.parse_args(arguments)
    reference = options.reference or f"{options.database}-reference"
    with open_environment(options.config, options.database) as env:
        bench = Bench(env, options.config, reference, options.cases)
        for name in MEASURES:
            if options.only in (None, name):
                # Only now: some take our addons, found once the configuration is read.
                module = importlib.import_module(f"scripts.bench.{name}")
                for result in module.run(bench):
                    print(result.to_json(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
