from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestShortPayment(DisputeCommon):
    """What a payment leaves of a due invoice is offered, disputed or written off."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env.user)
        cls.ded = cls.env.ref("dispute_management.dispute_reason_ded")

    def _due(self, amount, days_ago=5, **values):
        day = self.today - timedelta(days=days_ago)
        return self._create_invoice_of(
            amount, invoice_date=day, invoice_date_due=day, invoice_payment_term_id=False, **values
        )

    def _pay(self, invoice, amount, memo=None):
        payment = self._register_payment(invoice, amount=amount, **({"communication": memo} if memo else {}))
        self.env.cr.flush()
        return payment

    def _cases(self, invoice):
        return invoice.sudo().dispute_line_ids.case_id

    # Offered

    def test_what_is_left_is_offered_and_told(self):
        invoice = self._due(100)
        payment = self._pay(invoice, 60)
        self.assertEqual(invoice.dispute_short_payment, "offered")
        self.assertEqual(invoice.dispute_short_amount, 40)
        self.assertFalse(self._cases(invoice))
        self.assertIn("40.00", invoice.with_user(self.clerk)._get_alerts()["dispute_short"]["message"])
        self.assertIn(invoice.name, payment.dispute_short_info)
        short = self.env["account.move"].search([("dispute_short_payment", "=", "offered")])
        self.assertIn(invoice, short)

    def test_wizard_of_an_offer_knows_reason_and_amount(self):
        invoice = self._due(100)
        self._pay(invoice, 60, "INV less QUA 4711")
        action = invoice.with_user(self.clerk).action_dispute_open()
        wizard = self.env["dispute.open"].with_user(self.clerk).with_context(**action["context"]).create({})
        self.assertEqual(wizard.reason_id.code, "QUA")
        self.assertEqual(wizard.line_ids.amount, 40)
        wizard.action_open()
        case = self._cases(invoice)
        self.assertEqual(case.source, "short_payment")
        self.assertEqual(case.user_id, self.clerk)
        self.env.cr.flush()
        self.assertFalse(invoice.dispute_short_payment)

    def test_cases_of_several_offers_at_once(self):
        invoices = self._due(100) | self._due(200)
        self._pay(invoices[0], 60)
        self._pay(invoices[1], 150)
        invoices.with_user(self.clerk).action_dispute_open_short()
        self.assertEqual(self._cases(invoices).sorted("id").mapped("amount_disputed"), [40, 50])
        self.assertEqual(self._cases(invoices).reason_id, self.ded)
        with self.assertRaisesRegex(UserError, "not paid short"):
            invoices.with_user(self.clerk).action_dispute_open_short()

    def test_dismissed_until_the_next_payment(self):
        invoice = self._due(100)
        self._pay(invoice, 60)
        invoice.with_user(self.clerk).action_dispute_dismiss_short()
        self.assertEqual(invoice.dispute_short_payment, "dismissed")
        self.assertNotIn("dispute_short", invoice.with_user(self.clerk)._get_alerts())
        self._pay(invoice, 10)
        self.assertEqual(invoice.dispute_short_payment, "offered")
        self._pay(invoice, 30)
        self.assertFalse(invoice.dispute_short_payment)

    def test_undone_payment_was_none(self):
        invoice = self._due(100)
        self._pay(invoice, 60)
        invoice.line_ids.remove_move_reconcile()
        self.env.cr.flush()
        self.assertFalse(invoice.dispute_short_payment)

    def test_who_may_not_open_disputes_decides_nothing(self):
        invoice = self._due(100)
        self._pay(invoice, 60)
        for name in ("open", "write_off", "dismiss"):
            with self.assertRaises(AccessError):
                getattr(invoice.with_user(self.viewer), f"action_dispute_{name}_short")()

    def test_accountant_without_a_right_on_disputes_reads_what_is_short(self):
        accountant = self._create_user("dispute_accountant")
        accountant.sudo().group_ids += self.env.ref("account.group_account_user")
        invoice = self._due(100)
        self._create_case({invoice: 30})
        payment = self._pay(invoice, 60)
        self.env.invalidate_all()
        self.assertEqual(invoice.with_user(accountant).dispute_short_amount, 10)
        alert = invoice.with_user(accountant)._get_alerts()["dispute_short"]
        self.assertNotIn("action_call", alert)
        self.assertIn("10.00", payment.with_user(accountant).dispute_short_info)

    def test_what_can_not_be_opened_stays_offered_and_the_payment_registered(self):
        self.company.dispute_short_payment = "open"
        self.env["dispute.pipeline"].sudo().search([]).stage_ids.kind = "resolved"
        invoice = self._due(100)
        self._pay(invoice, 60)
        self.assertEqual(invoice.amount_residual, 40)
        self.assertEqual(invoice.dispute_short_payment, "offered")

    # None

    def test_paid_in_full_is_not_short(self):
        invoice = self._due(100)
        self._pay(invoice, 100)
        self.assertFalse(invoice.dispute_short_payment)

    def test_unpaid_instalment_is_not_short(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Half now, half later",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 0}),
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 90}),
                ],
            }
        )
        day = self.today - timedelta(days=5)
        invoice = self._create_invoice_of(100, invoice_date=day, invoice_payment_term_id=term.id)
        self._pay(invoice, 50)
        self.assertFalse(invoice.dispute_short_payment)
        self._pay(invoice, 10)
        self.assertFalse(invoice.dispute_short_payment, "Part of what is not due yet")
        other = self._create_invoice_of(100, invoice_date=day, invoice_payment_term_id=term.id)
        self._pay(other, 45)
        self.assertEqual(other.dispute_short_amount, 5, "Of the first instalment")

    def test_due_later_is_found_when_it_falls_due(self):
        invoice = self._create_invoice_of(
            100,
            invoice_date=self.today - timedelta(days=5),
            invoice_date_due=self.today + timedelta(days=2),
            invoice_payment_term_id=False,
        )
        self._pay(invoice, 60)
        self.assertFalse(invoice.dispute_short_payment)
        receivable = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        receivable.date_maturity = self.today - timedelta(days=1)
        with self.enter_registry_test_mode():
            self.env.ref("dispute_management.ir_cron_short_payments").method_direct_trigger()
        self.assertEqual(invoice.dispute_short_payment, "offered")

    def test_disputed_rest_is_not_short(self):
        invoice = self._due(100)
        self._create_case({invoice: 40})
        self._pay(invoice, 60)
        self.assertFalse(invoice.dispute_short_payment)

    def test_beside_what_is_disputed(self):
        invoice = self._due(100)
        self._create_case({invoice: 30})
        self._pay(invoice, 60)
        self.assertEqual(invoice.dispute_short_amount, 10)

    def test_refused_rest_is_owed_and_no_new_dispute(self):
        invoice = self._due(100)
        case = self._create_case({invoice: 40})
        self._settle(case, "rejection")
        self._pay(invoice, 60)
        self.assertFalse(invoice.dispute_short_payment)

    def test_nothing_where_the_company_wants_nothing(self):
        self.company.dispute_short_payment = "none"
        invoice = self._due(100)
        self._pay(invoice, 60)
        self.assertFalse(invoice.dispute_short_payment)

    # By itself

    def test_opened_by_itself_with_the_reason_of_the_memo(self):
        self.company.dispute_short_payment = "open"
        self.env.ref("dispute_management.dispute_reason_qty").sudo().memo_words = "short delivery"
        invoice = self._due(100)
        self._pay(invoice, 60, "Short delivery of 4 chairs")
        case = self._cases(invoice)
        self.assertEqual(case.reason_id.code, "QTY")
        self.assertEqual(case.source, "short_payment")
        self.assertEqual(case.amount_disputed, 40)
        self.assertEqual(case.user_id, self.leader)
        self.assertEqual(case.description, "Short delivery of 4 chairs")
        self.assertTrue(invoice.no_followup)
        self.assertFalse(invoice.dispute_short_payment)
        self._pay(invoice, 30)
        self.assertEqual(len(self._cases(invoice)), 1)
        self.assertAmounts(case, open=10, paid_after=30)

    def test_memo_that_names_an_open_claim_adds_to_its_case(self):
        self.company.dispute_short_payment = "open"
        case = self._create_case({self._due(500): 100}, customer_reference="DN-4711")
        self._create_case({self._due(500): 100}, customer_reference="DN-47")
        invoice = self._due(100)
        self._pay(invoice, 60, "less our DN-4711")
        self.assertEqual(self._cases(invoice), case)
        self.assertEqual(case.amount_disputed, 140)
        self.assertFalse(invoice.dispute_short_payment)

    def test_small_rest_is_written_off_by_itself(self):
        self.company.dispute_short_payment = "open"
        invoice = self._due(100)
        self._pay(invoice, 97)
        case = self._cases(invoice)
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(case.resolution_id, self._resolution("SMW"))
        self.assertTrue(case.is_closed)
        self.assertAmounts(case, written_off=3)

    def test_small_rest_that_needs_approval_waits_for_it(self):
        self.company.dispute_short_payment = "open"
        self.company.dispute_write_off_tolerance = 80
        invoice = self._due(100)
        self._pay(invoice, 30)
        settlement = self._cases(invoice).settlement_ids
        self.assertEqual(settlement.state, "to_approve")
        self.assertEqual(invoice.amount_residual, 70)

    def test_small_rest_stays_offered_without_an_account(self):
        self.company.dispute_short_payment = "open"
        self.company.dispute_writeoff_account_id = False
        invoice = self._due(100)
        self._pay(invoice, 97)
        self.assertEqual(invoice.dispute_short_payment, "offered")
        self.assertFalse(self._cases(invoice))

    def test_small_rest_is_offered_to_be_written_off(self):
        invoice, large = self._due(100), self._due(100)
        self._pay(invoice, 97)
        self._pay(large, 90)
        with self.assertRaisesRegex(UserError, "more than the write-off tolerance"):
            large.with_user(self.clerk).action_dispute_write_off_short()
        invoice.with_user(self.clerk).action_dispute_write_off_short()
        self.assertEqual(invoice.amount_residual, 0)

    def test_many_at_once_open_many_cases(self):
        self.company.dispute_short_payment = "open"
        invoices = self._due(100) | self._due(100) | self._due(100)
        for invoice in invoices:
            self._register_payment(invoice, amount=70)
        self.env.cr.flush()
        self.assertEqual(self._cases(invoices).mapped("amount_open"), [30, 30, 30])

    def test_bank_statement_line_matched_by_an_accountant(self):
        self.company.dispute_short_payment = "open"
        accountant = self._create_user("dispute_accountant")
        accountant.sudo().group_ids += self.env.ref("account.group_account_user")
        invoice = self._due(100)
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "payment_ref": f"{invoice.name} CHG",
                "partner_id": self.partner_a.id,
                "amount": 80,
                "date": self.today,
            }
        )
        _liquidity, suspense, _other = line._seek_for_lines()
        receivable = invoice.line_ids.filtered(lambda item: item.account_type == "asset_receivable")
        suspense.account_id = receivable.account_id
        (suspense | receivable).with_user(accountant).reconcile()
        self.env.cr.flush()
        case = self._cases(invoice)
        self.assertEqual(case.reason_id.code, "CHG")
        self.assertEqual(case.amount_disputed, 20)

    def test_foreign_currency_is_measured_in_company_currency(self):
        self.company.dispute_short_payment = "open"
        euro = self.setup_other_currency("EUR", rates=[("2019-01-01", 0.1)])
        invoice = self._due(100, currency_id=euro.id)
        self._register_payment(invoice, amount=99, currency_id=euro.id)
        self.env.cr.flush()
        case = self._cases(invoice)
        self.assertEqual(case.amount_disputed, 1)
        self.assertFalse(case.is_closed, "10 in company currency, the tolerance is 5.")

    def test_money_of_a_settlement_is_none(self):
        invoice = self._due(100)
        case = self._create_case({invoice: 40})
        self._settle(case, "credit_note")
        self.env.cr.flush()
        self.assertFalse(invoice.dispute_short_payment)
