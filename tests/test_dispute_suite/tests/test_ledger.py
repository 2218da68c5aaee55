import io
import sys
from datetime import date, datetime
from pathlib import Path
from unittest.mock import patch

from odoo import SUPERUSER_ID
from odoo.tests import tagged

from odoo.addons.dispute_management.tests.common import DisputeCommon

# The scripts belong to the checkout that this addon is part of.
CHECKOUT = str(Path(__file__).resolve().parents[3])
if CHECKOUT not in sys.path:
    sys.path.append(CHECKOUT)

from scripts.ledger import loader  # noqa: E402 (needs the path above)
from scripts.ledger.company import read_vocabulary  # noqa: E402 (needs the path above)
from scripts.ledger.rows import read_rows  # noqa: E402 (needs the path above)
from scripts.ledger.session import QUIET  # noqa: E402 (needs the path above)

HEADER = (
    "customer,country,invoice,invoice_date,due_date,amount,currency,settled_date,"
    "disputed,dispute_opened,dispute_closed,dispute_reason,dispute_outcome"
)
PAID = "Acme,DE,A-1,2025-01-10,2025-02-09,100.00,USD,2025-02-20,yes,2025-01-15,2025-02-20,PRI,paid"
CREDITED = "Acme,DE,A-2,2025-01-11,2025-02-10,250.50,EUR,,yes,2025-01-20,2025-03-01,qua,credited"
REJECTED = "Acme,DE,A-3,2025-01-12,2025-02-11,80,USD,,yes,2025-01-21,2025-02-01,QTY,rejected"
PAID_AFTER = "Acme,DE,A-4,2025-01-13,2025-02-12,90.10,USD,2025-03-15,yes,2025-01-22,2025-02-02,QTY,rejected"
WRITTEN_OFF = "Beta,north,B-1,2025-02-01,2025-03-03,40,USD,,yes,2025-02-05,2025-04-01,,written_off"
OPEN = "Beta,north,B-2,2025-02-02,2025-03-04,5000,JPY,,yes,2025-02-06,,LAT,"
WITHDRAWN = "Beta,south,B-3,2025-02-04,2025-03-06,70,USD,,yes,2025-02-08,2025-03-05,,"
PAID_BEFORE = "Gamma,FR,C-1,2025-02-05,2025-03-07,30,USD,2025-02-10,yes,2025-02-20,2025-02-25,DUP,rejected"
UNDISPUTED = "Gamma,FR,C-2,2025-02-05,2025-03-07,32.5,USD,2025-02-28,no,,,,"
UNPAID = "Gamma,FR,C-3,2025-02-05,2025-03-07,33.5,USD,,no,,,,"
EVERYTHING = [
    PAID,
    CREDITED,
    REJECTED,
    PAID_AFTER,
    WRITTEN_OFF,
    OPEN,
    WITHDRAWN,
    PAID_BEFORE,
    UNDISPUTED,
    UNPAID,
]


@tagged("post_install", "-at_install")
class TestLedger(DisputeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id = cls.env["resource.calendar"].create(
            {"name": "Auckland", "tz": "Pacific/Auckland", "company_id": cls.company.id}
        )
        cls.env.flush_all()
        context = QUIET | {"allowed_company_ids": cls.company.ids}
        cls.ledger_env = cls.env(user=SUPERUSER_ID, context=context)
        cls.complaints = []

    def _load(self, *rows, **patches):
        """Load rows; :return: the summary as ``(invoices, disputes, known, refused)``."""
        self.complaints = []
        stream = io.StringIO("\n".join([HEADER, *rows]), newline="")
        entries = read_rows(stream, read_vocabulary(self.ledger_env), date(2026, 1, 31))
        with patch.multiple(loader, **patches) if patches else patch.object(loader, "BATCH_SIZE", 150):
            summary = loader.Loader(
                self.ledger_env,
                {"USD", "EUR", "JPY"},
                lambda line, message: self.complaints.append((line, message)),
                commit=self.env.flush_all,
            ).load(entries)
        return summary.invoices, summary.disputes, summary.known, summary.refused

    def _get_move(self, number):
        return self.ledger_env["account.move"].search(
            [
                ("ref", "=", number),
                ("move_type", "=", "out_invoice"),
                ("company_id", "=", self.company.id),
            ]
        )

    def _get_case(self, number):
        return self._get_move(number).dispute_line_ids.case_id

    def _get_row(self, number):
        return self.ledger_env["dispute.report"].search([("case_id", "=", self._get_case(number).id)])

    def test_everything(self):
        self.assertEqual(self._load(*EVERYTHING), (10, 8, 0, 0))
        self.assertFalse(self.complaints)
        for number, payment_state, residual, resolution, amounts in [
            ("A-1", "paid", 0, "PAID", {"paid_after": 100}),
            ("A-2", "reversed", 0, "CRF", {"credited": 250.5}),
            ("A-3", "not_paid", 80, "REJ", {"rejected": 80}),
            ("A-4", "paid", 0, "REJ", {"paid_after": 90.1}),
            ("B-1", "paid", 0, "WOF", {"written_off": 40}),
            ("B-2", "not_paid", 5000, False, {"open": 5000}),
            ("B-3", "not_paid", 70, "WDN", {"rejected": 70}),
            ("C-1", "paid", 0, "REJ", {"rejected": 30}),
            ("C-2", "paid", 0, None, {}),
            ("C-3", "not_paid", 33.5, None, {}),
        ]:
            with self.subTest(number):
                move = self._get_move(number)
                self.assertEqual((move.name, move.state), (number, "posted"))
                self.assertEqual((move.payment_state, move.amount_residual), (payment_state, residual))
                self.assertFalse(move.amount_tax)
                case = self._get_case(number)
                if resolution is None:
                    self.assertFalse(case)
                    continue
                self.assertEqual(case.resolution_id.code, resolution)
                self.assertEqual(case.source, "import")
                self.assertAmounts(case, **amounts)

    def test_documents_bear_their_days(self):
        self._load(*EVERYTHING)
        move = self._get_move("A-2")
        self.assertEqual(
            (move.invoice_date, move.date, move.invoice_date_due, move.currency_id.name),
            (date(2025, 1, 11), date(2025, 1, 11), date(2025, 2, 10), "EUR"),
        )
        self.assertEqual(move.reversal_move_ids.invoice_date, date(2025, 3, 1))
        self.assertEqual(move.reversal_move_ids.dispute_case_id, self._get_case("A-2"))
        payment = self._get_move("A-1").reconciled_payment_ids
        self.assertEqual((payment.date, payment.amount), (date(2025, 2, 20), 100))
        settlement = self._get_case("B-1").settlement_ids
        # Noon of 1 April in Auckland, whose summer has not ended yet.
        self.assertEqual(settlement.date_executed, datetime(2025, 3, 31, 23))
        write_off = settlement.line_ids.move_id
        self.assertEqual((write_off.date, write_off.move_type), (date(2025, 4, 1), "entry"))

    def test_history_of_the_stages(self):
        self._load(PAID, OPEN)
        history = self._get_case("A-1").stage_history_ids.sorted("id")
        # Noon in Auckland's summer is 23:00 of the day before in UTC.
        opened, closed = datetime(2025, 1, 14, 23), datetime(2025, 2, 19, 23)
        self.assertEqual(
            [(row.stage_id.kind, row.date_entered, row.date_left) for row in history],
            [("new", opened, closed), ("resolved", closed, False)],
        )
        case = self._get_case("A-1")
        self.assertEqual((case.date_opened, case.date_closed), (opened, closed))
        self.assertEqual(self._get_case("B-2").stage_history_ids.mapped("date_left"), [False])

    def test_reports_are_true_of_the_past(self):
        self._load(*EVERYTHING)
        row = self._get_row("A-1")
        self.assertEqual((row.date_opened, row.date_closed), (date(2025, 1, 15), date(2025, 2, 20)))
        self.assertEqual((row.cycle_days, row.validity), (36, "not_valid"))
        self.assertEqual(self._get_row("A-2").validity, "valid")
        self.assertEqual(self._get_row("B-1").validity, "undecided")
        self.assertFalse(self._get_row("B-2").is_closed)

    def test_customers(self):
        self._load(*EVERYTHING)
        acme, beta = (self._get_move(number).partner_id for number in ("A-1", "B-1"))
        self.assertEqual((acme.name, acme.ref, acme.is_company), ("Acme", "Acme", True))
        self.assertEqual(self._get_move("A-4").partner_id, acme)
        self.assertEqual((acme.country_id.code, acme.category_id.mapped("name")), ("DE", []))
        self.assertFalse(beta.country_id)
        self.assertEqual(sorted(beta.category_id.mapped("name")), ["north", "south"])

    def test_reasons(self):
        self._load(*EVERYTHING)
        for number, code in [("A-1", "PRI"), ("A-2", "QUA"), ("B-1", "OTH")]:
            self.assertEqual(self._get_case(number).reason_id.code, code)

    def test_dunning(self):
        """An open dispute holds its invoice; what is closed is let go."""
        self._load(PAID, OPEN)
        self.assertTrue(self._get_move("B-2").no_followup)
        self.assertFalse(self._get_move("A-1").no_followup)

    def test_nobody_is_told(self):
        before = self.ledger_env["mail.mail"].search_count([])
        self._load(*EVERYTHING)
        self.assertEqual(self.ledger_env["mail.mail"].search_count([]), before)
        self.assertFalse(self._get_case("B-2").message_ids)

    def test_loading_twice(self):
        self._load(*EVERYTHING[:6])
        self.assertEqual(self._load(*EVERYTHING), (4, 2, 6, 0))
        self.assertEqual(self._load(*EVERYTHING), (0, 0, 10, 0))
        self.assertEqual(len(self._get_move("A-1")), 1)
        self.assertEqual(len(self._get_move("A-1").reconciled_payment_ids), 1)

    def test_bad_rows_are_told_and_the_rest_is_loaded(self):
        rows = [
            PAID,
            PAID.replace("A-1", "X-1").replace("100.00", "-1"),
            UNPAID,
            PAID,
            UNPAID.replace("C-3", "X-2").replace("no", "yes"),
        ]
        self.assertEqual(self._load(*rows), (2, 1, 0, 3))
        self.assertEqual(
            self.complaints,
            [
                (3, "amount -1 is not positive"),
                (5, "invoice A-1 is on line 2 already"),
                (6, "dispute_opened is empty: expected a day as YYYY-MM-DD"),
            ],
        )

    def test_row_that_accounting_refuses(self):
        """What only accounting finds out costs its row, and leaves nothing half-done."""
        Disputes = loader.Disputes
        settle = Disputes.settle

        def refuse(disputes, rows, cases):
            if any(row.invoice == "A-3" for row in rows):
                raise ValueError("not this one")
            return settle(disputes, rows, cases)

        partners = self.ledger_env["res.partner"].search_count([])
        with patch.object(Disputes, "settle", refuse):
            self.assertEqual(self._load(*EVERYTHING), (9, 7, 0, 1))
        self.assertEqual(self.complaints, [(4, "not this one")])
        self.assertFalse(self._get_move("A-3"))
        self.assertEqual(self._get_case("A-4").resolution_id.code, "REJ")
        self.assertEqual(self.ledger_env["res.partner"].search_count([]), partners + 3)
        # The next run takes what was missing.
        self.assertEqual(self._load(*EVERYTHING), (1, 1, 9, 0))

    def test_batches(self):
        self.assertEqual(self._load(*EVERYTHING, BATCH_SIZE=3), (10, 8, 0, 0))

    def test_number_of_another_customer(self):
        self._load(UNPAID)
        self.assertEqual(self._load(UNPAID.replace("Gamma", "Delta")), (0, 0, 0, 1))
        self.assertEqual(self.complaints, [(2, "invoice C-3 was loaded for another customer")])

    def test_numbers_that_odoo_can_not_take(self):
        """A year in a number must fit the invoice; else Odoo's number stands and ours refers."""
        for number in ("INV/2019/0007", "19-345"):
            with self.subTest(number):
                self.assertEqual(self._load(UNPAID.replace("C-3", number)), (1, 0, 0, 0))
                self.assertNotEqual(self._get_move(number).name, number)
                self.assertEqual(self._load(UNPAID.replace("C-3", number)), (0, 0, 1, 0))
        for number in ("INV/2025/0007", "99999999999999", "<b>=1+1</b>"):
            with self.subTest(number):
                self.assertEqual(self._load(UNPAID.replace("C-3", number)), (1, 0, 0, 0))
                self.assertEqual(self._get_move(number).name, number)

    def test_numbering_of_other_invoices_goes_on(self):
        before = self._create_invoice_of(10)
        self._load(*EVERYTHING)
        after = self._create_invoice_of(10)
        self.assertEqual(after.sequence_prefix, before.sequence_prefix)
        self.assertEqual(after.sequence_number, before.sequence_number + 1)

    def test_dispute_of_today(self):
        """Noon may still be to come: a dispute is never opened in the future."""
        today = date.today().isoformat()
        row = f"Gamma,FR,C-9,{today},{today},10,USD,,yes,{today},,,"
        stream = io.StringIO(f"{HEADER}\n{row}", newline="")
        entries = read_rows(stream, read_vocabulary(self.ledger_env), date.today())
        summary = loader.Loader(self.ledger_env, {"USD"}, self.fail, commit=self.env.flush_all).load(entries)
        self.assertEqual(summary.disputes, 1)
