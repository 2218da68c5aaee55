"""``python -m scripts.data --config CONF --database DB [--cases n] [--seed n]``"""

import argparse
import importlib
import sys
import time

from scripts.ledger.session import open_environment


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m scripts.data", description=__doc__)
    parser.add_argument("--config", required=True, help="Odoo's configuration file")
    parser.add_argument("--database", required=True)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1, help="the same number makes the same data")
    parser.add_argument("--histories", type=int, default=0, help="how many are played and then copied")
    options = parser.parse_args(arguments)
    started = time.perf_counter()
    with open_environment(options.config, options.database) as env:
        # Only now: the addons, of which it takes the demonstration's, are found once the configuration is read.
        maker = importlib.import_module("scripts.data.maker")
        checker = importlib.import_module("scripts.data.checker")
        counts = maker.make(env, options.cases, options.seed, options.histories)
        if wrong := checker.check(env, lambda text: print(f"  {text}", file=sys.stderr, flush=True)):
            # Nothing of it is kept.
            for title, count in wrong.items():
                print(f"{title}: {count}", file=sys.stderr)
            return 1
        env.cr.commit()
    seconds = time.perf_counter() - started
    rows = sum(counts.values())
    print(f"{options.cases} disputes, {rows} rows in {seconds:.0f} s: {rows / seconds:.0f} rows/s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
