"""Loads the rows of a ledger in batches, each of them whole or not at all."""

from dataclasses import dataclass
from itertools import islice

from psycopg2 import OperationalError

from .company import prepare_company
from .customers import Customers
from .disputes import Disputes
from .documents import Documents
from .rows import RowError

BATCH_SIZE = 150


@dataclass
class Summary:
    """What became of the rows of a file."""

    invoices: int = 0
    disputes: int = 0
    known: int = 0
    refused: int = 0

    def __str__(self):
        return (
            f"loaded {self.invoices} invoices, {self.disputes} disputes; "
            f"skipped {self.known} already there; {self.refused} rows refused"
        )


class Loader:
    """Turns rows into customers, invoices, payments and disputes.

    :param env: an environment; ``env.company`` is whose ledger it is
    :param currencies: codes of the currencies that the rows are in
    :param complain: called with line number and message for each row that can't be loaded
    :param commit: ends a batch; tests, which may not commit, give something else
    """

    def __init__(self, env, currencies, complain, commit=None):
        # What closed when is told by the ledger, and not by what its payments clear.
        env = env(context={**env.context, "dispute_past": True})
        self._env = env
        self._complain = complain
        self._commit = commit or env.cr.commit
        self.summary = Summary()
        prepare_company(env, currencies)
        self._customers = Customers(env)
        self._documents = Documents(env)
        self._disputes = Disputes(env)
        self._commit()

    def load(self, entries, advance=None):
        """Load what :func:`rows.read_rows` yields.

        :param advance: called with the number of rows after each batch
        """
        entries = iter(entries)
        while batch := list(islice(entries, BATCH_SIZE)):
            rows = []
            for line, entry in batch:
                if isinstance(entry, RowError):
                    self._refuse(line, entry)
                else:
                    rows.append(entry)
            self._load_batch(rows)
            if advance:
                advance(len(batch))
        return self.summary

    def _load_batch(self, rows):
        """Load rows together; if one of them can't be, find it by loading them one by one."""
        if not rows:
            return
        try:
            with self._env.cr.savepoint():
                invoices, disputes = self._load_rows(rows)
        except OperationalError:
            # The database is gone, or another program changes the same rows: no row's fault.
            raise
        except Exception as error:
            # What was to follow the commit is about records that are not there any more.
            self._env.cr.postcommit.clear()
            self._env.invalidate_all(flush=False)
            if len(rows) == 1:
                self._refuse(rows[0].line, error)
                return
            for row in rows:
                self._load_batch([row])
            return
        self._commit()
        self._env.invalidate_all()
        self.summary.invoices += invoices
        self.summary.disputes += disputes
        self.summary.known += len(rows) - invoices

    def _load_rows(self, rows):
        """Do it, in the order in which it happened.

        :return: number of invoices and of disputes made
        """
        partners = self._customers.get(rows)
        known = self._documents.find_known(rows, partners)
        rows = [row for row in rows if row.invoice not in known]
        if not rows:
            return 0, 0
        disputed = [row for row in rows if row.opened]
        moves = self._documents.post_invoices(rows, partners)
        self._documents.post_payments([row for row in rows if row.is_paid_before_dispute], moves)
        cases = self._disputes.open(disputed, moves)
        self._documents.post_payments(
            [row for row in rows if row.is_paid and not row.is_paid_before_dispute], moves
        )
        self._disputes.settle(disputed, cases)
        self._disputes.close(disputed, cases)
        return len(rows), len(disputed)

    def _refuse(self, line, error):
        self.summary.refused += 1
        self._complain(line, " ".join(str(error).split()))
