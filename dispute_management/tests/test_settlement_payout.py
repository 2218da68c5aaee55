from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .settlement_common import SettlementCommon


@tagged("post_install", "-at_install")
class TestSettlementPayout(SettlementCommon):
    """Paying out to a bank account: to whom, once, and when it counts as refunded."""

    def setUp(self):
        super().setUp()
        self.invoice = self._create_invoice_of(100)
        self._pay(self.invoice)
        self.case = self._create_case({self.invoice: 60}, customer_reference="CLAIM-7")

    def test_a_refund_is_credited_paid_and_matched(self):
        line = self._book(self.case, ("refund_payment", 60)).line_ids
        payout = line.payout_id
        self.assertEqual(
            (payout.payment_type, payout.partner_type, payout.amount), ("outbound", "customer", 60)
        )
        self.assertEqual(payout.partner_bank_id, self.bank)
        self.assertIn(payout.state, ("in_process", "paid"))
        for reference in (self.case.name, "CLAIM-7", line.move_id.name):
            self.assertIn(reference, payout.memo)
        self.assertEqual(line.move_id.amount_residual, 0)
        self.assertEqual(line.move_id.reversed_entry_id, self.invoice)
        self.assertAmounts(self.case, refunded=60)

    def test_refunded_only_while_it_is_matched_and_posted(self):
        line = self._book(self.case, ("refund_payment", 60)).line_ids
        payout = line.payout_id.with_user(self.env.user)
        payout.move_id.line_ids.remove_move_reconcile()
        self.assertAmounts(self.case, credited=60)
        (line.move_id.with_user(self.env.user).line_ids + payout.move_id.line_ids).filtered(
            lambda item: item.account_type == "asset_receivable"
        ).reconcile()
        self.assertAmounts(self.case, refunded=60)
        payout.action_draft()
        self.assertAmounts(self.case, credited=60)
        payout.action_post()
        self.assertAmounts(self.case, refunded=60)

    def test_a_credit_note_paid_by_hand_is_refunded(self):
        line = self._book(self.case, ("credit_note", 60)).line_ids
        self.assertAmounts(self.case, credited=60)
        payment = self._register_payment(line.move_id.with_user(self.env.user), amount=25)
        self.assertAmounts(self.case, credited=35, refunded=25)
        payment.action_draft()
        self.assertAmounts(self.case, credited=60)

    def test_an_overpayment_goes_back_without_a_credit_note(self):
        payment = self._create_payment(80)
        case = (
            self.env["dispute.case"]
            .with_user(self.clerk)
            .create(
                {
                    "reason_id": self.reason.id,
                    "line_ids": [(0, 0, {"payment_id": payment.id, "amount": 50})],
                }
            )
        )
        line = self._book(case, ("refund_payment", 50)).line_ids
        self.assertFalse(line.move_id)
        self.assertAmounts(case, refunded=50)
        received = payment.move_id.line_ids.filtered(lambda item: item.account_type == "asset_receivable")
        self.assertEqual(received.amount_residual, -30)
        received.remove_move_reconcile()
        self.assertAmounts(case, open=50)

    def test_only_what_was_paid_is_paid_back(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 60})
        with self.assertRaisesRegex(UserError, "can be paid back"), self.env.cr.savepoint():
            self._book(case, ("refund_payment", 60))
        self.assertAmounts(case, open=60)

    def test_a_discount_was_never_paid(self):
        """For 100 the customer paid 98 within ten days, or 90 and the rest was written off."""
        discount = self.env["account.payment.term"].create(
            {
                "name": "2 % in 10 days",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})],
            }
        )
        early = self._create_invoice_of(100, invoice_date="2026-01-01", invoice_payment_term_id=discount.id)
        self._register_payment(early, payment_date="2026-01-05")
        short = self._create_invoice_of(100)
        self._register_payment(
            short,
            amount=90,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.company_data["default_account_expense"].id,
        )
        for invoice, paid in ((early, 98), (short, 90)):
            with self.subTest(paid=paid):
                self.assertEqual(invoice.amount_residual, 0)
                case = self._create_case({invoice: 100})
                self._book(case, ("refund_payment", 10), is_interim=True)
                rest = paid - 10
                with self.assertRaisesRegex(UserError, f"only .*{rest}.* was paid"):
                    self._draft(case, ("refund_payment", rest + 1))._propose()
                self._book(case, ("refund_payment", rest), ("rejection", 100 - paid))
                self.assertAmounts(case, refunded=paid, rejected=100 - paid)

    def test_what_was_paid_back_is_not_paid_back_again(self):
        """An accountant cancels the credit note of a refund: the claim is open, the money is gone."""
        line = self._book(self.case, ("refund_payment", 60)).line_ids
        refund = line.move_id.with_user(self.env.user)
        refund.button_draft()
        refund.button_cancel()
        self.assertAmounts(self.case, open=60)
        with self.assertRaisesRegex(UserError, f"{line.payout_id.name} paid .* already"):
            self._draft(self.case, ("refund_payment", 60))._propose()
        line.payout_id.with_user(self.env.user).action_cancel()
        again = self._book(self.case, ("refund_payment", 60))
        self.assertEqual(again.state, "executed")
        self.assertAmounts(self.case, refunded=60)

    def test_the_account_is_the_customers_and_trusted_by_somebody_else(self):
        untrusted = self.env["res.partner.bank"].create(
            {"acc_number": "NL91ABNA0417164300", "partner_id": self.partner_a.id}
        )
        strangers = self._create_bank("FR1420041010050500013M02606", partner=self.partner_b)
        for bank, regex in ((untrusted, "not trusted"), (strangers, "does not belong")):
            with self.assertRaisesRegex(UserError, regex), self.env.cr.savepoint():
                self._book(self.case, ("refund_payment", 60, {"partner_bank_id": bank.id}))
        with self.assertRaisesRegex(UserError, "choose the customer's bank"), self.env.cr.savepoint():
            self._book(self.case, ("refund_payment", 60, {"partner_bank_id": False}))
        self.clerk.sudo().group_ids += self.env.ref("account.group_validate_bank_account") + self.env.ref(
            "base.group_partner_manager"
        )
        own = self._create_bank("BE68539007547034", trusted_by=self.clerk)
        with self.assertRaisesRegex(UserError, "somebody else has to"), self.env.cr.savepoint():
            self._book(self.case, ("refund_payment", 60, {"partner_bank_id": own.id}))
        own.with_user(self.accountant).allow_out_payment = False
        own.with_user(self.accountant).allow_out_payment = True
        self._book(self.case, ("refund_payment", 60, {"partner_bank_id": own.id}))
        self.assertAmounts(self.case, refunded=60)

    def test_a_changed_account_voids_approvals(self):
        self.company.dispute_no_approval_payout = 0
        self.env["dispute.approval.tier"].sudo().create(
            {
                "company_id": self.company.id,
                "kind": "payout",
                "amount": 0,
                "group_id": self.env.ref("dispute_management.group_dispute_approver").id,
            }
        )
        settlement = self._book(self.case, ("refund_payment", 60))
        self.assertEqual(settlement.state, "to_approve")
        self.assertTrue(settlement.is_recent_account)
        self.bank.with_user(self.accountant).write(
            {"allow_out_payment": False, "acc_number": "DE02120300000000202051"}
        )
        self.assertEqual(settlement.state, "draft")
        self.assertFalse(settlement.approval_ids.filtered(lambda item: item.state == "pending"))
        with self.assertRaisesRegex(UserError, "not trusted"), self.env.cr.savepoint():
            settlement.action_propose()
        self.bank.with_user(self.accountant).allow_out_payment = True
        settlement.action_propose()
        other = self._create_bank("NL91ABNA0417164300")
        settlement.line_ids.partner_bank_id = other
        self.assertEqual(settlement.state, "draft", "Another payee is approved anew.")
        settlement.action_propose()
        settlement.with_user(self.approver).action_approve()
        self.assertEqual(settlement.state, "executed")
        self.assertEqual(settlement.line_ids.payout_id.partner_bank_id, other)
        found = (
            self.env["dispute.settlement"].with_user(self.viewer).search([("is_recent_account", "=", True)])
        )
        self.assertIn(settlement, found)

    def test_who_trusted_an_account_is_no_matter_of_opinion(self):
        with self.assertRaisesRegex(UserError, "noted by the dispute"), self.env.cr.savepoint():
            self.bank.dispute_trust_uid = self.env.user
        with self.assertRaisesRegex(UserError, "noted by the dispute"), self.env.cr.savepoint():
            self.env["account.payment"].create({"dispute_case_id": self.case.id})

    def _create_payment(self, amount):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.partner_a.id,
                "amount": amount,
            }
        )
        payment.action_post()
        return payment
