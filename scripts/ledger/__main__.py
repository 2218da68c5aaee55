"""``python -m scripts.ledger --config CONF --database DB FILE``"""

import argparse
import sys
from datetime import date

from psycopg2 import OperationalError

from .company import read_vocabulary
from .loader import Loader
from .progress import Progress, get_peak_memory
from .rows import LedgerFileError, LedgerRow, read_rows
from .session import QUIET, open_environment

FAILED, INTERRUPTED = 1, 130


def main(arguments=None):
    """Load the file; answer the exit code: 0 when it could be read, whatever its rows were."""
    parser = argparse.ArgumentParser(prog="python -m scripts.ledger", description=__doc__)
    parser.add_argument("--config", required=True, help="Odoo's configuration file")
    parser.add_argument("--database", required=True)
    parser.add_argument("file")
    options = parser.parse_args(arguments)
    try:
        with open_environment(options.config, options.database, QUIET) as env:
            load_file(env, options.file)
    except (LedgerFileError, OSError) as error:
        print(f"{options.file}: {error}", file=sys.stderr)
        return FAILED
    except OperationalError as error:
        print(f"The database stopped the run: {error}".strip(), file=sys.stderr)
        print("What is loaded is complete; run it again to go on.", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("\nStopped. What is loaded is complete; run it again to go on.", file=sys.stderr)
        return INTERRUPTED
    return 0


def load_file(env, path):
    """Load one file, telling on the way what it does and at the end what it did."""
    if "dispute.case" not in env:
        raise LedgerFileError("dispute_management is not installed in this database")
    env = _use_company(env)
    vocabulary = read_vocabulary(env)
    total, currencies = survey(path, vocabulary)
    progress = Progress(total)
    loader = Loader(env, currencies, lambda line, message: progress.say(f"line {line}: {message}"))
    with open_ledger(path) as stream:
        summary = loader.load(read_rows(stream, vocabulary, date.today()), progress.advance)
    progress.finish()
    rate = summary.invoices / max(progress.seconds, 0.001)
    print(summary)
    print(f"{rate:.1f} invoices/s, {progress.seconds:.0f} s, peak memory {get_peak_memory():.0f} MiB")
    return summary


def open_ledger(path):
    """Open a ledger as text, with or without a byte order mark."""
    return open(path, encoding="utf-8-sig", newline="")


def survey(path, vocabulary):
    """Read a file once from end to end before anything is loaded of it.

    :return: how many rows it has, and the currencies of those that can be loaded
    :raise LedgerFileError: when it is no ledger
    """
    total, currencies = 0, set()
    with open_ledger(path) as stream:
        for _line, row in read_rows(stream, vocabulary, date.today()):
            total += 1
            if isinstance(row, LedgerRow):
                currencies.add(row.currency)
    return total, currencies


def _use_company(env):
    return env(context={**env.context, "allowed_company_ids": env.company.ids})


if __name__ == "__main__":
    sys.exit(main())
