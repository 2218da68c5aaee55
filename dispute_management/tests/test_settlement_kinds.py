from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .settlement_common import SettlementCommon


@tagged("post_install", "-at_install")
class TestSettlementKinds(SettlementCommon):
    """What each kind books, and how the claim's parts follow it."""

    # Several kinds

    def test_credit_a_part_write_a_cent_off_and_refuse_the_rest(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 100})
        self._book(case, ("credit_note", 60), ("write_off", 3.5), ("rejection", 36.5))
        self.assertAmounts(case, credited=60, written_off=3.5, rejected=36.5)
        self.assertEqual(invoice.amount_residual, 36.5)

    def test_all_kinds_at_once(self):
        invoice = self._create_invoice_of(100)
        credit = self._create_credit(15)
        self._pay(invoice, 40)
        case = self._create_case({invoice: 100})
        settlement = self._book(
            case,
            ("refund_payment", 40),
            ("credit_note", 40),
            ("write_off", 5),
            ("apply_credit", 15, {"credit_line_id": credit.id}),
        )
        self.assertEqual(settlement.state, "executed")
        self.assertAmounts(case, credited=40, refunded=40, written_off=5, applied=15)
        self.assertEqual(invoice.amount_residual, 0)

    def test_what_fails_last_leaves_nothing(self):
        invoice = self._create_invoice_of(100)
        self._pay(invoice, 40)
        case = self._create_case({invoice: 100})
        moves = self.env["account.move"].search_count([])
        draft = self._draft(case, ("credit_note", 30), ("refund_payment", 50))
        with self.assertRaisesRegex(UserError, "only .*20.* can be paid back"), self.env.cr.savepoint():
            draft._propose()
        self.assertEqual(self.env["account.move"].search_count([]), moves)
        self.assertAmounts(case, open=100)
        self.assertEqual(draft.state, "draft")

    # By quantity and price

    def test_credit_by_quantity_and_price(self):
        tax = self.env["account.tax"].create({"name": "21", "amount": 21})
        invoice = self._create_lines((10, 19.99, 7, tax), (4, 5, 0, tax))
        case = self._create_case({invoice: 60})
        first, second = invoice.invoice_line_ids
        items = self._items((first, 2, 19.99), (second, 4, 0.5))
        total = self.env["dispute.settlement.item"].new
        amount = round(
            sum(
                total({"move_line_id": line.id, "quantity": quantity, "price_unit": price}).amount
                for line, quantity, price in ((first, 2, 19.99), (second, 4, 0.5))
            ),
            2,
        )
        settlement = self._book(case, ("credit_note", amount, items))
        refund = settlement.line_ids.move_id
        self.assertEqual(refund.amount_total, amount)
        self.assertEqual(refund.invoice_line_ids.mapped("quantity"), [2, 4])
        self.assertEqual(refund.invoice_line_ids.mapped("price_unit"), [19.99, 0.5])
        self.assertEqual(refund.invoice_line_ids[0].discount, 7)
        self.assertEqual(refund.invoice_line_ids.tax_ids, tax)
        self.assertAmounts(case, open=round(60 - amount, 2), credited=amount)

    def test_quantity_and_price_that_make_another_amount_are_refused(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 60})
        items = self._items((invoice.invoice_line_ids, 1, 30))
        with self.assertRaisesRegex(UserError, "30"), self.env.cr.savepoint():
            self._book(case, ("credit_note", 40, items))
        other = self._create_invoice_of(100)
        with self.assertRaisesRegex(UserError, "no line of"), self.env.cr.savepoint():
            self._book(case, ("credit_note", 30, self._items((other.invoice_line_ids, 1, 30))))

    def test_a_credit_of_all_credits_the_invoice_as_it_was(self):
        fixed = self.env["account.tax"].create({"name": "Eco", "amount": 1.13, "amount_type": "fixed"})
        invoice = self._create_lines((3, 19.99, 7, fixed), (2, 5, 0, fixed))
        case = self._create_case({invoice: invoice.amount_total})
        refund = self._book(case, ("credit_note", invoice.amount_total)).line_ids.move_id
        self.assertEqual(refund.amount_total, invoice.amount_total)
        self.assertEqual(refund.amount_tax, invoice.amount_tax)
        self.assertEqual(refund.invoice_line_ids.mapped("quantity"), [3, 2])
        self.assertEqual(invoice.payment_state, "reversed")

    def test_no_more_is_credited_than_was_invoiced(self):
        """Whatever is noted of a claim, its invoice is the limit."""
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 60})
        case.sudo().line_ids.amount_credited_before = 100
        self._reverse_invoice(invoice, post=True)
        self.assertAmounts(case, open=60)
        draft = self._draft(case, ("credit_note", 60))
        with self.assertRaisesRegex(UserError, r"only .*0\.00 of it is not credited yet"):
            draft._propose()
        self.assertEqual(invoice.reversal_move_ids.mapped("amount_total"), [100])

    def test_money_refused_and_disputed_again_is_credited_by_an_accountant(self):
        invoice = self._create_invoice_of(100)
        refused = self._create_case({invoice: 100})
        self._book(refused, ("rejection", 100))
        case = self._create_case({invoice: 60})
        self._reverse_invoice(invoice, post=True)
        self.assertAmounts(case, credited=60)
        self.assertAmounts(refused, rejected=60, credited=40)

    # Applying what the customer has

    def test_a_payment_the_customer_made_is_matched(self):
        invoice = self._create_invoice_of(100)
        credit = self._create_credit(80)
        case = self._create_case({invoice: 50})
        settlement = self._book(case, ("apply_credit", 50, {"credit_line_id": credit.id}))
        self.assertAmounts(case, applied=50)
        self.assertEqual(invoice.amount_residual, 50, "No more than was decided.")
        self.assertEqual(credit.amount_residual, -30)
        partial = settlement.line_ids.partial_ids
        self.assertEqual(partial.amount, 50)
        invoice.line_ids.remove_move_reconcile()
        self.assertAmounts(case, open=50)

    def test_a_credit_that_is_applied_after_a_payment_counts_once(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 40})
        self._pay(invoice, 70)
        credit = self._create_invoice_of(20, move_type="out_refund").line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        self._book(case, ("apply_credit", 20, {"credit_line_id": credit.id}))
        self.assertAmounts(case, open=10, paid_after=10, applied=20)

    def test_a_credit_is_matched_over_instalments(self):
        invoice = self._create_invoice_of(100, invoice_payment_term_id=self.pay_terms_b.id)
        credit = self._create_credit(80)
        case = self._create_case({invoice: 70})
        self._book(case, ("apply_credit", 70, {"credit_line_id": credit.id}))
        self.assertAmounts(case, applied=70)
        self.assertEqual(invoice.amount_residual, 30)

    def test_a_credit_in_another_currency_is_matched(self):
        euro = self.setup_other_currency("EUR", rates=[("2019-01-01", 0.5)])
        invoice = self._create_invoice_of(100, currency_id=euro.id)
        credit = self._create_credit(150)
        case = self._create_case({invoice: 60})
        self._book(case, ("apply_credit", 60, {"credit_line_id": credit.id}))
        self.assertAmounts(case, applied=60)
        self.assertEqual(invoice.amount_residual, 40)

    def test_what_is_no_credit_of_the_customer_is_refused(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 50})
        foreign = self._create_credit(80, self.partner_b)
        small = self._create_credit(20)
        for credit, regex in ((foreign, "choose a payment"), (small, "Only .*20")):
            with self.assertRaisesRegex(UserError, regex), self.env.cr.savepoint():
                self._book(case, ("apply_credit", 50, {"credit_line_id": credit.id}))
        with self.assertRaisesRegex(UserError, "choose a payment"), self.env.cr.savepoint():
            self._book(case, ("apply_credit", 50))
        self.assertAmounts(case, open=50)

    # Invoicing again

    def test_a_wrong_price_is_credited_and_invoiced_again(self):
        tax = self.env["account.tax"].create({"name": "20", "amount": 20})
        invoice = self._create_lines((10, 10, 0, tax), (1, 50, 0, tax), invoice_date_due="2026-02-15")
        case = self._create_case({invoice: 24}, customer_reference="CLAIM-7")
        wrong = invoice.invoice_line_ids[0]
        settlement = self._book(case, ("replacement_invoice", 24, self._items((wrong, 10, 8))))
        line = settlement.line_ids
        self.assertEqual(line.move_id.amount_total, 120)
        self.assertEqual(line.replacement_move_id.amount_total, 96)
        self.assertEqual(line.replacement_move_id.invoice_date_due, invoice.invoice_date_due)
        self.assertEqual(invoice.amount_residual, 60)
        self.assertIn(case.name, line.replacement_move_id.invoice_origin)
        for reference in (case.name, invoice.name, "CLAIM-7"):
            self.assertIn(reference, line.move_id.ref)
        self.assertAmounts(case, credited=24)

    def test_what_is_invoiced_again_of_the_claim_is_rebilled(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 100})
        items = self._items((invoice.invoice_line_ids, 1, 80))
        settlement = self._book(case, ("replacement_invoice", 100, items))
        self.assertAmounts(case, credited=20, rebilled=80)
        self.assertEqual(invoice.payment_state, "reversed")
        again = settlement.line_ids.replacement_move_id.with_user(self.env.user)
        again.button_draft()
        again.button_cancel()
        self.assertAmounts(case, credited=100)

    def test_what_was_paid_pays_the_replacement(self):
        invoice = self._create_invoice_of(100)
        self._pay(invoice)
        case = self._create_case({invoice: 100})
        items = self._items((invoice.invoice_line_ids, 1, 80))
        line = self._book(case, ("replacement_invoice", 100, items)).line_ids
        self.assertEqual(line.replacement_move_id.amount_residual, 0)
        self.assertEqual(line.move_id.amount_residual, 20)
        self.assertAmounts(case, credited=20, rebilled=80)

    def test_a_replacement_goes_to_the_right_address_with_the_right_order(self):
        address = self.env["res.partner"].create({"name": "Plant", "parent_id": self.partner_a.id})
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 100})
        more = {"replacement_ref": "PO-2", "replacement_partner_id": address.id}
        items = self._items((invoice.invoice_line_ids, 1, 100))
        line = self._book(case, ("replacement_invoice", 100, items | more)).line_ids
        self.assertEqual(line.replacement_move_id.partner_id, address)
        self.assertEqual(line.replacement_move_id.ref, "PO-2")
        self.assertAmounts(case, rebilled=100)
        items = self._items((invoice.invoice_line_ids, 1, 100))
        stranger = {"replacement_partner_id": self.partner_b.id}
        with self.assertRaisesRegex(UserError, "same customer"), self.env.cr.savepoint():
            self._draft(case, ("replacement_invoice", 100, items | stranger))

    def test_replacements_that_do_not_fit_the_claim_are_refused(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 30})
        line = invoice.invoice_line_ids
        table = [
            (30, self._items((line, 1, 60)), "only .*30"),
            (30, self._items((line, 1, 130)), "more than"),
            (30, {}, "choose which"),
        ]
        for amount, items, regex in table:
            with self.assertRaisesRegex(UserError, regex), self.env.cr.savepoint():
                self._book(case, ("replacement_invoice", amount, items))
        self._create_case({invoice: 70})
        with self.assertRaisesRegex(UserError, "left of it"), self.env.cr.savepoint():
            self._book(case, ("replacement_invoice", 30, self._items((line, 1, 70))))
        self.assertAmounts(case, open=30)

    # Writing off

    def test_no_more_than_is_owed_is_written_off(self):
        invoice = self._create_invoice_of(100)
        self._pay(invoice, 90)
        case = self._create_case({invoice: 40})
        with self.assertRaisesRegex(UserError, "owes .*10"), self.env.cr.savepoint():
            self._book(case, ("write_off", 11))
        self._book(case, ("write_off", 10))
        self.assertAmounts(case, open=30, written_off=10)
        self.assertEqual(invoice.payment_state, "paid")

    def test_what_one_settlement_takes_off_is_counted_together(self):
        invoice = self._create_invoice_of(100)
        self._pay(invoice, 50)
        case = self._create_case({invoice: 80})
        credit = {"credit_line_id": self._create_credit(80).id}
        table = [
            (("write_off", 26), ("apply_credit", 25, credit)),
            (("write_off", 11), ("credit_note", 40)),
            (("write_off", 1), ("credit_note", 60)),
        ]
        for lines in table:
            with self.subTest(lines=lines), self.assertRaisesRegex(UserError, "Credit what was paid"):
                self._draft(case, *lines)._propose()
        self._book(case, ("write_off", 10), ("credit_note", 30), ("apply_credit", 10, credit))
        self.assertAmounts(case, open=30, written_off=10, credited=30, applied=10)
        self.assertEqual(invoice.amount_residual, 0)

    # Helpers

    def _create_lines(self, *lines, **values):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner_a.id,
                "invoice_date": "2026-01-01",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Goods",
                            "quantity": quantity,
                            "price_unit": price,
                            "discount": discount,
                            "tax_ids": [Command.set(tax.ids)],
                        }
                    )
                    for quantity, price, discount, tax in lines
                ],
                **values,
            }
        )
        invoice.action_post()
        return invoice
