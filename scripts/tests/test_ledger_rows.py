"""What a ledger may say, line by line."""

import io
import unittest
from datetime import date
from decimal import Decimal

from scripts.ledger.rows import (
    COLUMNS,
    LedgerFileError,
    LedgerRow,
    RowError,
    Vocabulary,
    fold,
    read_rows,
)

VOCABULARY = Vocabulary(
    reasons={"oth": "OTH", "other": "OTH", "pri": "PRI", "price_differs": "PRI"},
    resolutions={
        "paid": "PAID",
        "customer_paid": "PAID",
        "crf": "CRF",
        "rej": "REJ",
        "wof": "WOF",
        "wdn": "WDN",
        "gwl": "GWL",
    },
    decimals={"USD": 2, "JPY": 0, "KWD": 3},
    countries=frozenset({"DE", "FR"}),
)
TODAY = date(2026, 1, 31)
HEADER = ",".join(COLUMNS)
ROW = {
    "customer": "C1",
    "country": "391",
    "invoice": "I1",
    "invoice_date": "2025-01-02",
    "due_date": "2025-02-01",
    "amount": "55.94",
    "currency": "USD",
    "settled_date": "2025-01-15",
    "disputed": "no",
    "dispute_opened": "",
    "dispute_closed": "",
    "dispute_reason": "",
    "dispute_outcome": "",
}
DISPUTE = {
    "disputed": "yes",
    "dispute_opened": "2025-01-05",
    "dispute_closed": "2025-01-15",
    "dispute_reason": "PRI",
    "dispute_outcome": "paid",
}


def write(**values):
    return ",".join((ROW | values)[column] for column in COLUMNS)


def read(text):
    return list(read_rows(io.StringIO(text, newline=""), VOCABULARY, TODAY))


class TestLedgerRows(unittest.TestCase):
    def _read_one(self, **values):
        ((_line, row),) = read(f"{HEADER}\n{write(**values)}\n")
        return row

    def _assert_refused(self, message, **values):
        row = self._read_one(**values)
        self.assertIsInstance(row, RowError, values)
        self.assertRegex(str(row), message)

    def test_plain_invoice(self):
        row = self._read_one()
        self.assertEqual(
            row,
            LedgerRow(
                line=2,
                customer="C1",
                country="",
                region="391",
                invoice="I1",
                invoice_date=date(2025, 1, 2),
                due_date=date(2025, 2, 1),
                amount=Decimal("55.94"),
                currency="USD",
                settled=date(2025, 1, 15),
            ),
        )
        self.assertTrue(row.is_paid)
        self.assertFalse(row.is_paid_before_dispute)

    def test_country(self):
        for text, country, region in [
            ("DE", "DE", ""),
            ("de", "DE", ""),
            ("XX", "", "XX"),
            ("406", "", "406"),
            ("", "", ""),
        ]:
            with self.subTest(text):
                row = self._read_one(country=text)
                self.assertEqual((row.country, row.region), (country, region))

    def test_outcomes(self):
        settled, unsettled = "2025-01-15", ""
        for outcome, settled_date, code, is_paid in [
            ("paid", settled, "PAID", True),
            ("PAID", settled, "PAID", True),
            ("Customer paid", settled, "PAID", True),
            ("credited", unsettled, "CRF", False),
            ("credited", settled, "CRF", False),
            ("Written off", unsettled, "WOF", False),
            ("written-off", settled, "WOF", False),
            ("rejected", unsettled, "REJ", False),
            ("rej", settled, "REJ", True),
            ("", settled, "PAID", True),
            ("", unsettled, "WDN", False),
        ]:
            with self.subTest(outcome=outcome, settled=settled_date):
                row = self._read_one(**DISPUTE | {"dispute_outcome": outcome, "settled_date": settled_date})
                self.assertEqual((row.resolution, row.is_paid), (code, is_paid))

    def test_open_dispute(self):
        row = self._read_one(**DISPUTE | {"dispute_closed": "", "dispute_outcome": "", "settled_date": ""})
        self.assertEqual((row.opened, row.closed), (date(2025, 1, 5), None))
        self.assertEqual(row.resolution, "")

    def test_reason(self):
        for text in ("PRI", "pri", "Price differs", " price-differs "):
            with self.subTest(text):
                self.assertEqual(self._read_one(**DISPUTE | {"dispute_reason": text}).reason, "PRI")
        self.assertEqual(self._read_one(**DISPUTE | {"dispute_reason": ""}).reason, "OTH")

    def test_paid_before_the_dispute(self):
        row = self._read_one(**DISPUTE | {"settled_date": "2025-01-03", "dispute_outcome": "rejected"})
        self.assertTrue(row.is_paid_before_dispute)

    def test_decimals_follow_the_currency(self):
        self.assertEqual(self._read_one(amount="10.500").amount, Decimal("10.5"))
        self.assertEqual(self._read_one(amount="10.005", currency="KWD").currency, "KWD")
        self._assert_refused("more decimals than USD", amount="10.005")
        self._assert_refused("more decimals than JPY", amount="10.5", currency="JPY")

    def test_refused_values(self):
        for message, values in [
            ("customer is empty", {"customer": ""}),
            ("invoice is empty", {"invoice": " "}),
            ("invoice_date is 02.01.2025", {"invoice_date": "02.01.2025"}),
            ("invoice_date is 2025-02-30", {"invoice_date": "2025-02-30"}),
            ("invoice_date is 20250102", {"invoice_date": "20250102"}),
            ("due_date is empty", {"due_date": ""}),
            ("amount -5 is not positive", {"amount": "-5"}),
            ("amount 0.00 is not positive", {"amount": "0.00"}),
            ("amount is empty", {"amount": ""}),
            ("amount is nan", {"amount": "nan"}),
            ("amount is 1e3", {"amount": "1e3"}),
            ("amount .* too large", {"amount": "1" + "0" * 12}),
            ("currency XYZ is not known", {"currency": "XYZ"}),
            ("currency is empty", {"currency": ""}),
            ("disputed is maybe", {"disputed": "maybe"}),
            ("not disputed, yet dispute_opened", {"dispute_opened": "2025-01-05"}),
        ]:
            with self.subTest(values):
                self._assert_refused(message, **values)

    def test_refused_disputes(self):
        for message, values in [
            ("dispute_opened is empty", {"dispute_opened": ""}),
            ("closed before it was opened", {"dispute_opened": "2025-01-16"}),
            ("reason XXX is not known", {"dispute_reason": "XXX"}),
            ("outcome lost is not known", {"dispute_outcome": "lost"}),
            ("outcome GWL is not known", {"dispute_outcome": "GWL"}),
            ("yet dispute_closed is empty", {"dispute_closed": ""}),
            ("yet settled_date is empty", {"settled_date": ""}),
            ("settled before it was disputed", {"settled_date": "2025-01-04"}),
            (
                "settled before it was disputed",
                {"settled_date": "2025-01-04", "dispute_outcome": "credited"},
            ),
        ]:
            with self.subTest(values):
                self._assert_refused(message, **DISPUTE | values)

    def test_refused_days(self):
        for message, values in [
            ("due before its invoice date", {"due_date": "2025-01-01"}),
            ("settled before its invoice date", {"settled_date": "2025-01-01"}),
            ("settled 2026-02-01 is in the future", {"settled_date": "2026-02-01"}),
            (
                "closed 2026-02-01 is in the future",
                DISPUTE | {"dispute_closed": "2026-02-01"},
            ),
            ("disputed before its invoice date", DISPUTE | {"dispute_opened": "2025-01-01"}),
        ]:
            with self.subTest(values):
                self._assert_refused(message, **values)

    def test_line_numbers(self):
        """Lines are those an editor shows, blank ones and quoted line breaks counted."""
        quoted = write(invoice="I3", country='"a\nb"')
        text = "\n".join([HEADER, "", write(), quoted, write(invoice="I4", amount="x"), write(), "C1,1"])
        found = [(line, str(row) if isinstance(row, RowError) else row.invoice) for line, row in read(text)]
        self.assertEqual(
            found,
            [
                (3, "I1"),
                (4, "I3"),
                (6, "amount is x: expected a number such as 1234.50"),
                (7, "invoice I1 is on line 3 already"),
                (8, "has 2 fields where the header has 13"),
            ],
        )

    def test_refused_row_leaves_its_number_free(self):
        text = "\n".join([HEADER, write(amount="0"), write()])
        self.assertEqual([type(row) for _line, row in read(text)], [RowError, LedgerRow])

    def test_shapes_of_files(self):
        """Other line ends, delimiters, column orders and additional columns read the same."""
        plain = read(f"{HEADER}\n{write()}\n")
        shuffled = list(reversed(COLUMNS))
        for name, text in {
            "CRLF": f"{HEADER}\r\n{write()}\r\n",
            "no last line end": f"{HEADER}\n{write()}",
            "semicolons": f"{HEADER}\n{write()}".replace(",", ";"),
            "tabs": f"{HEADER}\n{write()}".replace(",", "\t"),
            "capitals": f"{HEADER.upper()}\n{write(disputed='NO')}",
            "quotes": f'{HEADER}\n"' + write().replace(",", '","') + '"\n',
            "spaces": f"{HEADER}\n{write(amount=' 55.94 ', currency='usd')}\n",
            "extra column": f"{HEADER},note\n{write()},hello\n",
            "other order": ",".join(shuffled) + "\n" + ",".join(ROW[name] for name in shuffled),
        }.items():
            with self.subTest(name):
                self.assertEqual(read(text), plain)

    def test_delimiter_in_quotes(self):
        row = self._read_one(customer='"Acme, Inc. ""the"" one"')
        self.assertEqual(row.customer, 'Acme, Inc. "the" one')

    def test_unreadable_files(self):
        for message, text in [
            ("is empty", ""),
            ("is empty", "\n\n"),
            ("lacks the column.s. currency", HEADER.replace("currency", "money")),
            ("column.s. amount twice", HEADER + ",amount"),
            ("lacks", "\x00\x01\x02"),
        ]:
            with self.subTest(message), self.assertRaisesRegex(LedgerFileError, message):
                read(text)

    def test_header_alone(self):
        self.assertEqual(read(HEADER), [])

    def test_not_text(self):
        stream = io.TextIOWrapper(
            io.BytesIO(f"{HEADER}\n".encode() + b"\xff\xfe\n"), encoding="utf-8-sig", newline=""
        )
        with self.assertRaisesRegex(LedgerFileError, "not UTF-8"):
            list(read_rows(stream, VOCABULARY, TODAY))

    def test_byte_order_mark(self):
        stream = io.TextIOWrapper(
            io.BytesIO(f"{HEADER}\n{write()}\n".encode("utf-8-sig")), encoding="utf-8-sig", newline=""
        )
        self.assertEqual(len(list(read_rows(stream, VOCABULARY, TODAY))), 1)

    def test_fold(self):
        self.assertEqual(
            {fold(word) for word in ("Written off", "written-OFF ", "written_off")}, {"written_off"}
        )
