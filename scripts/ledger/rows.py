"""Reads and judges the rows of a receivables ledger.

Pure: text and facts in, rows and complaints out. What only the database knows (reasons,
currencies, countries) comes in as a :class:`Vocabulary`.
"""

import csv
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

COLUMNS = (
    "customer",
    "country",
    "invoice",
    "invoice_date",
    "due_date",
    "amount",
    "currency",
    "settled_date",
    "disputed",
    "dispute_opened",
    "dispute_closed",
    "dispute_reason",
    "dispute_outcome",
)

#: Outcome in the file -> code of the resolution.
OUTCOMES = {
    "paid": "PAID",
    "credited": "CRF",
    "rejected": "REJ",
    "written_off": "WOF",
    "withdrawn": "WDN",
}
#: Ends in which the customer pays nothing: what clears the account is our own document.
NOTHING_PAID = {"CRF", "WOF"}

DEFAULT_REASON = "OTH"
DELIMITERS = ",;\t"
LARGEST_AMOUNT = Decimal(10) ** 12
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
ANSWERS = {"yes": True, "no": False}


class LedgerFileError(Exception):
    """The file as a whole can't be read."""


class RowError(ValueError):
    """One row can't be loaded; says why."""


@dataclass(frozen=True)
class Vocabulary:
    """What the database knows. Keys of ``reasons`` and ``resolutions`` are made by :func:`fold`."""

    reasons: dict = field(default_factory=dict)  # folded code or name -> code
    resolutions: dict = field(default_factory=dict)  # folded code or name -> code
    decimals: dict = field(default_factory=dict)  # currency code -> decimal places
    countries: frozenset = frozenset()  # ISO 3166 alpha-2 codes


@dataclass(frozen=True)
class LedgerRow:
    """One invoice and, if it was disputed, how that went."""

    line: int
    customer: str
    country: str  # ISO code, or empty
    region: str  # the text where it is no ISO code
    invoice: str
    invoice_date: date
    due_date: date
    amount: Decimal
    currency: str
    settled: date | None = None
    opened: date | None = None
    closed: date | None = None
    reason: str = ""
    resolution: str = ""

    @property
    def is_paid(self):
        """Whether money came in, as opposed to a credit note or a write-off."""
        return bool(self.settled) and self.resolution not in NOTHING_PAID

    @property
    def is_paid_before_dispute(self):
        return self.is_paid and bool(self.opened) and self.settled < self.opened


def fold(text):
    """Make codes and names comparable: ``Written-Off`` and ``written_off`` are the same word."""
    return re.sub(r"[\s_-]+", "_", text.strip().casefold())


def read_rows(stream, vocabulary, today):
    """Read a ledger.

    :param stream: text stream, opened with ``newline=""`` and an encoding that drops a BOM
    :param today: the last day that a ledger can tell of
    :return: iterator of ``(line number, LedgerRow or RowError)``
    :raise LedgerFileError: when the file is no ledger
    """
    try:
        header, first = _read_header(stream)
        delimiter = max(DELIMITERS, key=header.count)
        names = [name.strip().lower() for name in next(csv.reader([header], delimiter=delimiter), [])]
        _check_header(names)
        reader = csv.reader(stream, delimiter=delimiter)
        seen = {}
        for line, cells in _number_lines(reader, first):
            yield line, _judge_row(line, names, cells, vocabulary, today, seen)
    except UnicodeDecodeError as error:
        raise LedgerFileError(f"the file is not UTF-8 text ({error.reason})") from error


def _read_header(stream):
    """The first line with something on it, and the number of the line after it."""
    for number, line in enumerate(iter(stream.readline, ""), start=1):
        if line.strip():
            return line, number + 1
    raise LedgerFileError("the file is empty")


def _check_header(names):
    missing = [column for column in COLUMNS if column not in names]
    if missing:
        raise LedgerFileError(f"the header lacks the column(s) {', '.join(missing)}")
    doubled = sorted({column for column in COLUMNS if names.count(column) > 1})
    if doubled:
        raise LedgerFileError(f"the header has the column(s) {', '.join(doubled)} twice")


def _number_lines(reader, first):
    """Yield ``(line on which the record starts, its cells)``, blank lines left out."""
    line = first
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, error
        else:
            if any(cell.strip() for cell in cells):
                yield line, cells
        line = first + reader.line_num


def _judge_row(line, names, cells, vocabulary, today, seen):
    try:
        if isinstance(cells, csv.Error):
            raise RowError(str(cells))
        if len(cells) != len(names):
            raise RowError(f"has {len(cells)} fields where the header has {len(names)}")
        values = {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
        row = _parse_row(line, values, vocabulary)
        _check_order_of_events(row, today)
        if row.invoice in seen:
            raise RowError(f"invoice {row.invoice} is on line {seen[row.invoice]} already")
        seen[row.invoice] = line
        return row
    except RowError as error:
        return error


def _parse_row(line, values, vocabulary):
    """The row as values, each checked by itself."""
    for name in ("customer", "invoice"):
        if not values[name]:
            raise RowError(f"{name} is empty")
        if not values[name].isprintable():
            raise RowError(f"{name} holds a line break or control character")
    currency = values["currency"].upper()
    if currency not in vocabulary.decimals:
        raise RowError(f"currency {values['currency'] or 'is empty and'} is not known")
    code = values["country"].upper()
    is_country = code in vocabulary.countries
    dispute = {}
    if _parse_disputed(values):
        closed = _parse_day(values, "dispute_closed", required=False)
        settled = _parse_day(values, "settled_date", required=False)
        dispute = {
            "opened": _parse_day(values, "dispute_opened"),
            "closed": closed,
            "reason": _parse_reason(values["dispute_reason"], vocabulary),
            "resolution": _parse_resolution(values["dispute_outcome"], closed, settled, vocabulary),
        }
    return LedgerRow(
        line=line,
        customer=values["customer"],
        country=code if is_country else "",
        region="" if is_country else values["country"],
        invoice=values["invoice"],
        invoice_date=_parse_day(values, "invoice_date"),
        due_date=_parse_day(values, "due_date"),
        amount=_parse_amount(values["amount"], currency, vocabulary.decimals[currency]),
        currency=currency,
        settled=_parse_day(values, "settled_date", required=False),
        **dispute,
    )


def _parse_disputed(values):
    disputed = ANSWERS.get(values["disputed"].lower())
    if disputed is None:
        raise RowError(f"disputed is {values['disputed'] or 'empty'}: expected yes or no")
    told = [name for name in COLUMNS if name.startswith("dispute_") and values[name]]
    if told and not disputed:
        raise RowError(f"is not disputed, yet {told[0]} is given")
    return disputed


def _parse_day(values, name, required=True):
    text = values[name]
    if not text and not required:
        return None
    try:
        if not ISO_DAY.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise RowError(f"{name} is {text or 'empty'}: expected a day as YYYY-MM-DD") from None


def _parse_amount(text, currency, decimals):
    if not NUMBER.fullmatch(text):
        raise RowError(f"amount is {text or 'empty'}: expected a number such as 1234.50")
    amount = Decimal(text)
    if amount <= 0:
        raise RowError(f"amount {text} is not positive")
    if amount >= LARGEST_AMOUNT:
        raise RowError(f"amount {text} is too large")
    if amount != round(amount, decimals):
        raise RowError(f"amount {text} has more decimals than {currency} ({decimals})")
    return amount


def _parse_reason(text, vocabulary):
    code = vocabulary.reasons.get(fold(text or DEFAULT_REASON))
    if not code:
        raise RowError(f"reason {text or DEFAULT_REASON} is not known")
    return code


def _parse_resolution(text, closed, settled, vocabulary):
    if not text:
        if not closed:
            return ""
        return OUTCOMES["paid"] if settled else OUTCOMES["withdrawn"]
    word = fold(text)
    code = OUTCOMES.get(word) or vocabulary.resolutions.get(word)
    if code not in OUTCOMES.values():
        raise RowError(f"outcome {text} is not known: expected {', '.join(OUTCOMES)}")
    if not closed:
        raise RowError(f"has the outcome {text}, yet dispute_closed is empty")
    return code


def _check_order_of_events(row, today):
    """What the days and the outcome say must fit together."""
    if row.due_date < row.invoice_date:
        raise RowError("is due before its invoice date")
    for name in ("invoice_date", "settled", "opened", "closed"):
        day = getattr(row, name)
        if day and day > today:
            raise RowError(f"{name.replace('_', ' ')} {day} is in the future")
    if row.settled and row.settled < row.invoice_date:
        raise RowError("was settled before its invoice date")
    if not row.opened:
        return
    if row.opened < row.invoice_date:
        raise RowError("was disputed before its invoice date")
    if row.closed and row.closed < row.opened:
        raise RowError("its dispute was closed before it was opened")
    if row.resolution == "PAID" and not row.settled:
        raise RowError("has the outcome paid, yet settled_date is empty")
    if row.resolution in {"PAID", *NOTHING_PAID} and row.settled and row.settled < row.opened:
        raise RowError("was settled before it was disputed, which its outcome rules out")
