from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from odoo.fields import Command
from odoo.tests import tagged

from .settlement_common import SettlementCommon

#: Name, type, amount, included in the price.
TAXES = [
    ("21 %", "percent", 21, False),
    ("6 % included", "percent", 6, True),
    ("7.7 %", "percent", 7.7, False),
    ("fixed", "fixed", 1.13, False),
    ("division", "division", 5, True),
]

LINES = st.lists(
    st.tuples(
        st.integers(1, 400).map(lambda quantity: quantity / 4),
        st.integers(1, 99_999).map(lambda cents: cents / 100),
        st.sampled_from([0, 0, 7, 12.5, 33.33]),
        st.sets(st.integers(0, len(TAXES) - 1), max_size=3),
    ),
    min_size=1,
    max_size=5,
)


@tagged("post_install", "-at_install")
class TestCreditNoteExact(SettlementCommon):
    """A credit of X totals exactly X, whatever the invoice, and is matched with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency("EUR", rates=[("2019-01-01", 0.337)])
        cls.taxes = cls.env["account.tax"].create(
            [
                {
                    "name": name,
                    "amount_type": kind,
                    "amount": amount,
                    "price_include_override": "tax_included" if included else "tax_excluded",
                }
                for name, kind, amount, included in TAXES
            ]
        )
        cls.rounding = cls.env["account.cash.rounding"].create(
            {
                "name": "Five cents",
                "rounding": 0.05,
                "strategy": "add_invoice_line",
                "profit_account_id": cls.company_data["default_account_revenue"].id,
                "loss_account_id": cls.company_data["default_account_expense"].id,
                "rounding_method": "HALF-UP",
            }
        )

    def test_a_fixed_tax_is_credited_in_proportion(self):
        """100 pieces with 1.13 each of a fixed tax and 21 %: a tenth of it has a tenth of both."""
        invoice = self._create([(100, 10, 0, {0, 3}), (1, 0.5, 0, set())], "round_per_line", False, False)
        self.assertEqual(invoice.amount_total, 1323.5)
        refund = self._credit_exactly(invoice, 132.35)
        self.assertEqual(self._get_taxes(refund), {"21 %": 21, "fixed": 11.3})
        # Whatever is credited after that, nothing is left of any tax in the end.
        rest = self._credit_exactly(invoice, invoice.amount_residual)
        self.assertEqual(self._get_taxes(rest), {"21 %": 189, "fixed": 101.7})

    def test_the_rest_has_the_taxes_that_are_left(self):
        """After the line with 6 % was credited by quantity, the rest is all 21 %."""
        six = self.env["account.tax"].create({"name": "6 %", "amount": 6})
        for currency in (self.company.currency_id, self.euro):
            with self.subTest(currency=currency.name):
                invoice = self.env["account.move"].create(
                    {
                        "move_type": "out_invoice",
                        "partner_id": self.partner_a.id,
                        "invoice_date": "2026-01-01",
                        "currency_id": currency.id,
                        "invoice_line_ids": [
                            Command.create(
                                {"name": tax.name, "price_unit": 100, "tax_ids": [Command.set(tax.ids)]}
                            )
                            for tax in (self.taxes[0], six)
                        ],
                    }
                )
                invoice.action_post()
                case = self._create_case({invoice: 227})
                items = self._items((invoice.invoice_line_ids[1], 1, 100))
                self._book(case, ("credit_note", 106, items), is_interim=True)
                half = self._book(case, ("credit_note", 60.5), is_interim=True).line_ids.move_id
                self.assertEqual(self._get_taxes(half), {"21 %": 10.5})
                rest = self._book(case, ("credit_note", 60.5)).line_ids.move_id
                self.assertEqual(self._get_taxes(rest), {"21 %": 10.5})
                self.assertEqual(rest.invoice_line_ids.mapped("name"), ["21 %"])
                self.assertNothingLeft(invoice)

    def test_halves_have_every_cent_of_every_tax(self):
        """29.97 and 6.29: two halves of 18.13 don't have 3.15 of tax each."""
        for currency in (self.company.currency_id, self.euro):
            invoice = self._create([(3, 9.99, 0, {0})], "round_per_line", currency == self.euro, False)
            case = self._create_case({invoice: 36.26})
            self._book(case, ("credit_note", 18.13), is_interim=True)
            self._book(case, ("credit_note", 18.13))
            self.assertNothingLeft(invoice)

    def test_all_but_a_cent_and_then_the_cent(self):
        for method in ("round_per_line", "round_globally"):
            invoice = self._create([(3.75, 818.95, 0, {1}), (5.5, 860.7, 7, {0})], method, False, False)
            with self.subTest(method=method):
                self._credit_exactly(invoice, invoice.amount_total - 0.01)
                self._credit_exactly(invoice, 0.01)
                self.assertEqual(invoice.payment_state, "reversed")

    def test_cents_that_no_tax_can_split(self):
        """Of 0.03 with 21 %, rounded by line, Odoo's engine makes 0.02 and no tax."""
        invoice = self._create([(88.25, 3.13, 7, {0})], "round_per_line", False, False)
        for cents in range(1, 30):
            with self.subTest(cents=cents):
                self._credit_exactly(invoice, cents / 100)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        lines=LINES,
        share=st.floats(0.0001, 1),
        method=st.sampled_from(["round_per_line", "round_globally"]),
        is_foreign=st.booleans(),
        is_rounded=st.booleans(),
        rest=st.booleans(),
    )
    def test_a_credit_by_amount(self, lines, share, method, is_foreign, is_rounded, rest):
        with self.env.cr.savepoint() as undo:
            invoice = self._create(lines, method, is_foreign, is_rounded)
            assume(invoice.amount_total > 0.05)
            total = invoice.amount_total
            amount = max(invoice.currency_id.round(total * share), 0.01)
            self._credit_exactly(invoice, amount)
            if rest and invoice.amount_residual:
                self._credit_exactly(invoice, invoice.amount_residual)
                self.assertEqual(invoice.payment_state, "reversed")
            undo.rollback()
            self.env.invalidate_all()

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        lines=LINES,
        share=st.sampled_from([0.25, 0.5, 1]),
        cut=st.sampled_from([0.01, 0.3, 1]),
        method=st.sampled_from(["round_per_line", "round_globally"]),
        is_foreign=st.booleans(),
    )
    def test_a_credit_by_quantity_and_price(self, lines, share, cut, method, is_foreign):
        with self.env.cr.savepoint() as undo:
            invoice = self._create(lines, method, is_foreign, is_rounded=False)
            chosen = invoice.invoice_line_ids[: max(1, len(invoice.invoice_line_ids) // 2)]
            items = [(line, line.quantity * share, round(line.price_unit * cut, 2)) for line in chosen]
            draft = self.env["dispute.settlement.item"]
            amount = draft.union(
                *(
                    draft.new({"move_line_id": line.id, "quantity": quantity, "price_unit": price})
                    for line, quantity, price in items
                )
            )._get_total()
            assume(0 < amount <= invoice.amount_total)
            case = self._create_case({invoice: amount})
            refund = self._book(case, ("credit_note", amount, self._items(*items))).line_ids.move_id
            self.assertEqual(invoice.currency_id.compare_amounts(refund.amount_total, amount), 0)
            self.assertEqual(refund.amount_residual, 0)
            undo.rollback()
            self.env.invalidate_all()

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(lines=LINES, cut=st.sampled_from([0, 0.5, 0.9, 1]), method=st.booleans(), is_foreign=st.booleans())
    def test_credited_and_invoiced_again(self, lines, cut, method, is_foreign):
        with self.env.cr.savepoint() as undo:
            method = "round_globally" if method else "round_per_line"
            invoice = self._create(lines, method, is_foreign, is_rounded=False)
            assume(invoice.amount_total > 0)
            items = self._items(
                *((line, line.quantity, round(line.price_unit * cut, 2)) for line in invoice.invoice_line_ids)
            )
            case = self._create_case({invoice: invoice.amount_total})
            line = self._book(case, ("replacement_invoice", invoice.amount_total, items)).line_ids
            self.assertEqual(invoice.payment_state, "reversed")
            again = line.replacement_move_id.amount_total
            self.assertAlmostEqual(case.amount_rebilled, again, 2)
            self.assertAlmostEqual(case.amount_credited, invoice.amount_total - again, 2)
            undo.rollback()
            self.env.invalidate_all()

    def test_in_a_hash_locked_journal_and_a_locked_period(self):
        journal = self.company_data["default_journal_sale"]
        journal.restrict_mode_hash_table = True
        invoice = self._create_invoice_of(100, invoice_date="2026-01-05")
        case = self._create_case({invoice: 60})
        self.company.fiscalyear_lock_date = "2026-06-30"
        draft = self._draft(case, ("credit_note", 40), date="2026-03-01", is_interim=True)
        [entry] = draft._get_preview()["entries"]
        self.assertEqual(str(entry["asked"]), "2026-03-01")
        refunds = invoice.reversal_move_ids
        self.assertFalse(refunds, "A preview leaves nothing.")
        draft._propose()
        refund = draft.line_ids.move_id
        self.assertEqual(refund.date, entry["date"], "The preview shows the date that Odoo uses.")
        self.assertGreater(str(refund.date), "2026-06-30")
        self.assertAmounts(case, open=20, credited=40)

    # Helpers

    def _create(self, lines, method, is_foreign, is_rounded):
        self.company.tax_calculation_rounding_method = method
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner_a.id,
                "invoice_date": "2026-01-01",
                "currency_id": (self.euro if is_foreign else self.company.currency_id).id,
                "invoice_cash_rounding_id": is_rounded and self.rounding.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": f"line {index}",
                            "quantity": quantity,
                            "price_unit": price,
                            "discount": discount,
                            "tax_ids": [Command.set([self.taxes[tax].id for tax in taxes])],
                        }
                    )
                    for index, (quantity, price, discount, taxes) in enumerate(lines)
                ],
            }
        )
        invoice.action_post()
        return invoice

    def _credit_exactly(self, invoice, amount):
        residual = invoice.amount_residual
        case = self._create_case({invoice: amount})
        refund = self._book(case, ("credit_note", amount)).line_ids.move_id
        compare = invoice.currency_id.compare_amounts
        self.assertEqual(compare(refund.amount_total, amount), 0)
        self.assertEqual(compare(refund.amount_residual, 0), 0)
        self.assertEqual(compare(invoice.amount_residual, residual - amount), 0)
        self.assertEqual(refund.reversed_entry_id, invoice)
        self.assertEqual(case.amount_credited, amount)
        invoiced, credited = self._get_taxes(invoice), self._get_taxes(refund)
        for name in invoiced | credited:
            share = invoiced.get(name, 0) * amount / invoice.amount_total
            self.assertLess(abs(credited.get(name, 0) - share), 0.0101, name)
        return refund

    def assertNothingLeft(self, invoice):
        """All of an invoice is credited: in every account, and of every tax, to the cent."""
        self.assertEqual(invoice.payment_state, "reversed")
        left = {}
        for line in (invoice | invoice.reversal_move_ids).line_ids:
            for key in (line.account_id, line.tax_line_id):
                left[key] = round(left.get(key, 0) + line.balance, 2)
        self.assertFalse({key.display_name: amount for key, amount in left.items() if key and amount})

    def _get_taxes(self, move):
        """:return: ``{name of the tax: amount, as it reads on the document}``"""
        taxes = {}
        for line in move.line_ids.filtered("tax_line_id"):
            name = line.tax_line_id.name
            taxes[name] = round(taxes.get(name, 0) + abs(line.amount_currency), 2)
        return taxes
