from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestDisputable(DisputeCommon):
    """What is disputable: invoices, their lines by quantity or price, payments; and their live amounts."""

    def _open(self, documents):
        action = documents.with_user(self.clerk).action_dispute_open()
        return Form(self.env["dispute.open"].with_user(self.clerk).with_context(**action["context"]))

    def _get_live(self, record):
        names = ("original", "paid", "credited", "written_off", "residual", "elsewhere", "disputable")
        return {name: record[f"document_{name}"] for name in names}

    def _create_taxed(self, currency=None):
        tax = self.percent_tax(15)
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner_a.id,
                "invoice_date": "2026-01-01",
                **({"currency_id": currency.id} if currency else {}),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": name,
                            "quantity": quantity,
                            "price_unit": price,
                            "discount": discount,
                            "tax_ids": [Command.set(tax.ids)],
                        }
                    )
                    for name, quantity, price, discount in (("Chairs", 10, 20, 0), ("Desk", 1, 300, 10))
                ],
            }
        )

    # The claim

    def test_quantity_of_a_line_taxes_following(self):
        invoice = self._create_taxed()
        invoice.action_post()
        with self._open(invoice) as wizard, wizard.line_ids.edit(0) as line:
            line.move_line_id = invoice.invoice_line_ids[0]
            self.assertEqual(line.amount, 230)
            line.quantity = 3
            self.assertEqual(line.amount, 69)
        wizard.record.action_open()
        claim = invoice.sudo().dispute_line_ids
        self.assertEqual(
            (claim.move_line_id, claim.quantity, claim.amount), (invoice.invoice_line_ids[0], 3, 69)
        )

    def test_price_that_should_have_been(self):
        invoice = self._create_taxed()
        invoice.action_post()
        with self._open(invoice) as wizard, wizard.line_ids.edit(0) as line:
            line.move_line_id = invoice.invoice_line_ids[0]
            line.price_unit = 18
            self.assertEqual(line.amount, 23, "2 less on 10 chairs, and 15 % tax")
            line.move_line_id = invoice.invoice_line_ids[1]
            self.assertEqual(line.amount, 310.5)
            line.price_unit = 200
            self.assertEqual(line.amount, 103.5, "A third of the discounted price")
            line.price_unit = 400
            self.assertEqual(line.amount, 0, "Claiming a higher price claims nothing")
            line.price_unit = 200

    def test_received_payment(self):
        invoice = self._create_invoice_of(100)
        payment = self._register_payment(invoice, amount=100)
        with self._open(payment) as wizard, wizard.line_ids.edit(0) as line:
            self.assertEqual((line.amount, line.document_disputable), (100, 100))
            line.amount = 30
        wizard.record.action_open()
        case = self.env["dispute.case"].sudo().search([("line_ids.payment_id", "=", payment.id)])
        self.assertAmounts(case, open=30)
        self.assertEqual(self._get_live(case.line_ids)["disputable"], 100)
        with self._open(payment) as wizard, wizard.line_ids.edit(0) as line:
            self.assertEqual((line.amount, line.document_elsewhere), (70, 30))

    def test_paid_out_money_is_no_payment_to_dispute(self):
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.partner_a.id,
                "amount": 30,
                "payment_type": "outbound",
                "partner_type": "customer",
            }
        )
        payment.action_post()
        with self.assertRaisesRegex(UserError, "no payment received"):
            payment.with_user(self.clerk).action_dispute_open()

    def test_invoice_and_payment_of_two_customers(self):
        payments = self._register_payment(self._create_invoice_of(100), amount=100)
        payments |= self._register_payment(self._create_invoice_of(100, partner=self.partner_b), amount=100)
        wizard = self._open(payments).save()
        with self.assertRaisesRegex(UserError, "several customers"):
            wizard.action_open()

    # Live amounts

    def test_paid_credited_written_off_elsewhere(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 30})
        other = self._create_case({invoice: 20})
        self._settle(case, "credit_note", 10)
        self._settle(case, "write_off", 5)
        self._register_payment(invoice, amount=25)
        expected = {
            "original": 100,
            "paid": 25,
            "credited": 10,
            "written_off": 5,
            "residual": 60,
        }
        self.assertEqual(self._get_live(case.line_ids), {**expected, "elsewhere": 20, "disputable": 65})
        self.assertEqual(self._get_live(other.line_ids), {**expected, "elsewhere": 15, "disputable": 70})
        with self._open(invoice) as wizard, wizard.line_ids.edit(0) as line:
            self.assertEqual((line.document_elsewhere, line.document_disputable), (35, 50))

    def test_order_of_payments_does_not_matter(self):
        found = []
        for amounts in ((10, 50, 25), (50, 25, 10), (25, 10, 50)):
            invoice = self._create_invoice_of(100)
            case = self._create_case({invoice: 40})
            for amount in amounts:
                self._register_payment(invoice, amount=amount)
            found.append((case.amount_open, case.amount_paid_after, *self._get_live(case.line_ids).values()))
        self.assertEqual(len(set(found)), 1)
        self.assertEqual(found[0][:2], (15, 25))

    def test_credit_note_on_a_paid_invoice_counts_unmatched(self):
        invoice = self._create_invoice_of(100)
        self._register_payment(invoice, amount=100)
        case = self._create_case({invoice: 40})
        self._reverse_invoice(invoice, is_modify=False, post=True)
        live = self._get_live(case.line_ids)
        self.assertEqual((live["paid"], live["credited"], live["residual"]), (100, 100, 0))

    def test_foreign_currency_paid_at_another_rate(self):
        euro = self.setup_other_currency("EUR", rates=[("2019-01-01", 0.5), ("2026-02-01", 0.8)])
        invoice = self._create_taxed(euro)
        invoice.action_post()
        case = self._create_case({invoice: 100})
        self._register_payment(invoice, amount=440.5, currency_id=euro.id, payment_date="2026-02-02")
        live = self._get_live(case.line_ids)
        self.assertEqual((live["original"], live["paid"], live["residual"]), (540.5, 440.5, 100))
        self.assertAmounts(case, open=100)
        self._register_payment(invoice, amount=100, currency_id=euro.id, payment_date="2026-02-03")
        self.env.cr.flush()
        self.assertAmounts(case, paid_after=100)
        self.assertEqual(
            self._get_live(case.line_ids)["written_off"], 0, "Exchange entries are no write-off."
        )
        self.assertEqual(case.amount_disputed_company, 200)

    def test_cash_rounding(self):
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "To 0.05",
                "rounding": 0.05,
                "strategy": "add_invoice_line",
                "profit_account_id": self.company_data["default_account_revenue"].id,
                "loss_account_id": self.company_data["default_account_expense"].id,
                "rounding_method": "HALF-UP",
            }
        )
        invoice = self._create_invoice_one_line(
            price_unit=99.98, partner_id=self.partner_a.id, tax_ids=[Command.set([])]
        )
        invoice.invoice_cash_rounding_id = rounding
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 100)
        case = self._create_case({invoice: 100})
        self._settle(case, "credit_note")
        self.assertEqual(invoice.amount_residual, 0)
        self.assertAmounts(case, credited=100)

    def test_early_payment_discount_taken(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2 % in 10 days",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})],
            }
        )
        invoice = self._create_invoice_of(100, invoice_date="2026-01-01", invoice_payment_term_id=term.id)
        case = self._create_case({invoice: 40})
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"payment_date": "2026-01-05"})._create_payments()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertAmounts(case, paid_after=40)
        self.assertEqual(self._get_live(case.line_ids)["paid"], 100)

    def test_down_payment_taken_off_the_final_invoice(self):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner_a.id,
                "invoice_date": "2026-01-01",
                "invoice_line_ids": [
                    Command.create({"name": "Works", "quantity": 1, "price_unit": 1000, "tax_ids": False}),
                    Command.create(
                        {"name": "Down payment", "quantity": -1, "price_unit": 300, "tax_ids": False}
                    ),
                ],
            }
        )
        invoice.action_post()
        case = self._create_case({invoice: 700})
        self.assertEqual(self._get_live(case.line_ids)["original"], 700)
        self._settle(case, "write_off", 20)
        self.assertAmounts(case, open=680, written_off=20)

    def test_instalments_paid_last_first(self):
        invoice = self._create_invoice_of(100, invoice_payment_term_id=self.pay_terms_b.id)
        case = self._create_case({invoice: 40})
        last = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable").sorted(
            "date_maturity"
        )[-1]
        payment = self._register_payment(self._create_invoice_of(30), amount=30)
        payment.move_id.line_ids.remove_move_reconcile()
        credit = payment.move_id.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        (last | credit).reconcile()
        self.assertAmounts(case, open=40)
        self.assertEqual(self._get_live(case.line_ids)["residual"], 70)
        self._register_payment(invoice, amount=45)
        self.assertAmounts(case, open=25, paid_after=15)
