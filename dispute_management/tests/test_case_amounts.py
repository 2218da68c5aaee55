from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestCaseAmounts(DisputeCommon):
    """Amounts of a case follow from accounting, whoever does the accounting."""

    def test_payment_covers_the_undisputed_part_first(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 40})
        self.assertAmounts(case, open=40)
        self._register_payment(invoice, amount=60)
        self.assertAmounts(case, open=40)
        self._register_payment(invoice, amount=15)
        self.assertAmounts(case, open=25, paid_after=15)

    def test_unreconciling_gives_the_open_amount_back(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 100})
        self._register_payment(invoice, amount=100)
        self.assertAmounts(case, paid_after=100)
        invoice.line_ids.remove_move_reconcile()
        self.assertAmounts(case, open=100)

    def test_foreign_credit_note_counts_on_the_disputed_part(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 40})
        refund = self._reverse_invoice(invoice, is_modify=False, post=False)
        refund.invoice_line_ids.price_unit = 30
        self.assertAmounts(case, open=40)
        refund.action_post()
        self.assertAmounts(case, open=10, credited=30)
        refund.button_draft()
        self.assertAmounts(case, open=40)

    def test_credit_note_from_before_the_dispute_does_not_count(self):
        invoice = self._create_invoice_of(100)
        refund = self._reverse_invoice(invoice, is_modify=False, post=False)
        refund.invoice_line_ids.price_unit = 30
        refund.action_post()
        case = self._create_case({invoice: 70})
        self.assertAmounts(case, open=70)

    def test_two_cases_on_one_invoice_are_covered_oldest_first(self):
        invoice = self._create_invoice_of(100)
        first = self._create_case({invoice: 30})
        second = self._create_case({invoice: 50})
        self._register_payment(invoice, amount=100 - 35)
        self.assertAmounts(first, paid_after=30)
        self.assertAmounts(second, open=35, paid_after=15)

    def test_a_foreign_credit_note_answers_what_is_in_dispute_before_what_was_refused(self):
        invoice = self._create_invoice_of(100)
        refused = self._create_case({invoice: 30})
        case = self._create_case({invoice: 50})
        self._credit_by_hand(invoice, 10)
        self.assertAmounts(refused, open=20, credited=10)
        self._settle(refused, "rejection")
        self.assertAmounts(refused, rejected=20, credited=10)
        self.assertAmounts(case, open=50)
        self._credit_by_hand(invoice, 40)
        self.assertAmounts(refused, rejected=20, credited=10)
        self.assertAmounts(case, open=10, credited=40)
        self.assertTrue(refused.is_closed)
        self._credit_by_hand(invoice, 20)
        self.assertAmounts(case, credited=50)
        self.assertAmounts(refused, rejected=10, credited=20)

    def _credit_by_hand(self, invoice, amount):
        refund = self._reverse_invoice(invoice, is_modify=False, post=False)
        refund.invoice_line_ids.price_unit = amount
        refund.action_post()

    def test_refused_money_that_is_paid_becomes_paid_after(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 40})
        self._settle(case, "rejection")
        self.assertAmounts(case, rejected=40)
        self._register_payment(invoice, amount=100)
        self.assertAmounts(case, paid_after=40)

    def test_cancelled_invoice_is_credited(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 40})
        invoice.button_draft()
        self.assertAmounts(case, open=40)
        invoice.button_cancel()
        self.assertAmounts(case, credited=40)

    def test_claim_on_a_paid_invoice_is_no_receivable(self):
        invoice = self._create_invoice_of(100)
        self._register_payment(invoice, amount=100)
        case = self._create_case({invoice: 40})
        self.assertEqual(case.line_ids.amount_owed_at_opening, 0)
        self.assertAmounts(case, open=40)
        self._settle(case, "credit_note")
        self.assertAmounts(case, credited=40)

    def test_other_entries_count_as_applied(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 100})
        receivable = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "line_ids": [
                    fields.Command.create(
                        {
                            "account_id": receivable.account_id.id,
                            "partner_id": self.partner_a.id,
                            "credit": 25,
                        }
                    ),
                    fields.Command.create(
                        {
                            "account_id": self.company_data["default_account_expense"].id,
                            "debit": 25,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        (receivable + entry.line_ids.filtered("credit")).reconcile()
        self.assertAmounts(case, open=75, applied=25)

    def test_raised_claim_is_covered_by_later_payments(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 40})
        case.line_ids.with_user(self.clerk).amount = 100
        self._register_payment(invoice, amount=100)
        self.assertAmounts(case, paid_after=100)

    def test_raised_claim_is_owed_beyond_what_was_credited(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 70})
        self._settle(case, "credit_note", 30)
        self.assertAmounts(case, open=40, credited=30)
        case.line_ids.with_user(self.clerk).amount = 90
        self.assertEqual(case.line_ids.amount_owed_at_opening, 90)
        # 10 are not disputed: they are paid first.
        self._register_payment(invoice, amount=40)
        self.assertAmounts(case, open=30, credited=30, paid_after=30)

    def test_lowered_claim_is_owed_less(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 100})
        case.line_ids.with_user(self.clerk).amount = 30
        self._register_payment(invoice, amount=80)
        self.assertAmounts(case, open=20, paid_after=10)

    def test_money_refused_and_disputed_again_is_paid_once(self):
        invoice = self._create_invoice_of(100)
        first = self._create_case({invoice: 100})
        self._settle(first, "rejection")
        second = self._create_case({invoice: 100})
        self.assertTrue(invoice.no_followup)
        self._register_payment(invoice, amount=100)
        self.assertAmounts(first, paid_after=100)
        self.assertAmounts(second, open=100)

    def test_company_currency_twins_add_up(self):
        euro = self.setup_other_currency("EUR", rates=[("2019-01-01", 0.333)])
        invoice = self._create_invoice_of(100, currency_id=euro.id)
        case = self._create_case({invoice: 33.33})
        self._settle(case, "credit_note", 11.11)
        self._settle(case, "write_off", 7.77)
        names = ("open credited refunded rebilled applied written_off rejected paid_after").split()
        twins = sum(case[f"amount_{name}_company"] for name in names)
        self.assertAmounts(case, open=14.45, credited=11.11, written_off=7.77)
        self.assertAlmostEqual(twins, case.amount_disputed_company, 6)
        self.assertAlmostEqual(case.amount_disputed_company, 33.33 / invoice.invoice_currency_rate, 2)

    def test_a_whole_invoice_in_dispute_is_what_the_ledger_has_of_it(self):
        """Odoo books prices in the company's currency that it has not rounded in the invoice's."""
        euro = self.setup_other_currency("EUR", rates=[("2019-01-01", 0.004)])
        for settling in ("write_off", "credit_note", "payment"):
            invoice = self._create_invoice_of(9.99, currency_id=euro.id, discount=5)
            booked = invoice.amount_residual_signed
            with self.subTest(settling):
                # 9.4905 euro, which is 9.49.
                self.assertEqual((invoice.amount_total, booked), (9.49, 2372.63))
                case = self._create_case({invoice: 9.49})
                self.assertEqual(case.amount_open_company, booked)
                self.assertEqual(case.amount_disputed_company, booked)
                if settling == "payment":
                    self._register_payment(invoice)
                    part = "paid_after"
                else:
                    entry = self._settle(case, settling).line_ids.move_id
                    self.assertEqual(
                        entry.amount_total_signed, booked * (-1 if settling == "credit_note" else 1)
                    )
                    self.assertFalse(invoice.line_ids.matched_credit_ids.exchange_move_id)
                    part = {"write_off": "written_off", "credit_note": "credited"}[settling]
                self.assertEqual(case[f"amount_{part}_company"], booked)
                self.assertEqual(case.amount_open_company, 0)

    def test_the_rest_is_written_off_as_the_ledger_has_it(self):
        """Each payment was rounded by itself: nothing is left over that had to be booked as an exchange."""
        euro = self.setup_other_currency("EUR", rates=[("2019-01-01", 3.0)])
        invoice = self._create_invoice_of(100, currency_id=euro.id)
        case = self._create_case({invoice: 100})
        for _number in range(2):
            self._register_payment(invoice, amount=10.01)
        # 79.98 euro are 26.66.
        rest = invoice.amount_residual_signed
        self.assertAlmostEqual(rest, 26.65, 6)
        entry = self._settle(case, "write_off").line_ids.move_id
        self.assertAlmostEqual(sum(entry.line_ids.mapped("debit")), rest, 6)
        self.assertFalse(invoice.line_ids.matched_credit_ids.exchange_move_id)
        self.assertAmounts(case, written_off=79.98, paid_after=20.02)

    def test_claim_can_grow_and_shrink_but_not_below_what_is_settled(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 50})
        self._settle(case, "credit_note", 20)
        with self.assertRaisesRegex(UserError, "settled already"), self.env.cr.savepoint():
            case.line_ids.with_user(self.clerk).amount = 19
        with self.assertRaisesRegex(UserError, "At most"), self.env.cr.savepoint():
            case.line_ids.with_user(self.clerk).amount = 100.01
        case.line_ids.with_user(self.clerk).amount = 100
        self.assertAmounts(case, open=80, credited=20)
        case.line_ids.with_user(self.clerk).amount = 20
        self.assertAmounts(case, credited=20)
        self.assertEqual(case.claim_change_ids.mapped("amount_after"), [50, 100, 20])
