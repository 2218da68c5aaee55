from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.account_payment.tests.common import AccountPaymentCommon

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestChargeback(AccountPaymentCommon, DisputeCommon):
    """A payment that a scheme takes back is a case with its date, and its outcome is booked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loss = cls.company_data["default_account_expense"]
        cls.due = fields.Datetime.now().replace(microsecond=0) + timedelta(days=7)

    def _pay_online(self, amount=100):
        invoice = self._create_invoice_of(amount)
        transaction = self._create_transaction(
            "redirect",
            amount=amount,
            currency_id=invoice.currency_id.id,
            partner_id=self.partner_a.id,
            invoice_ids=[fields.Command.set(invoice.ids)],
            reference=f"tx-{invoice.name}",
            state="done",
        )
        transaction._post_process()
        self.assertEqual(invoice.amount_residual, 0)
        return invoice, transaction

    def _record(self, transaction, *args, **kwargs):
        return transaction.sudo()._dispute_record_chargeback(*args, **kwargs)

    def test_opened_by_a_provider_twice_is_one_case(self):
        _invoice, transaction = self._pay_online()
        case = self._record(transaction, "CB-1", reason="13.1", date_evidence_due=self.due)
        again = self._record(transaction, "CB-1", date_evidence_due=self.due + timedelta(days=1))
        self.assertEqual(case, again)
        self.assertEqual(case.reason_id.code, "NDL")
        self.assertEqual(case.source, "chargeback")
        self.assertEqual(case.line_ids.payment_id, transaction.payment_id)
        self.assertAmounts(case, open=100)
        self.assertEqual(case.pipeline_id, self.env.ref("dispute_management.dispute_pipeline_chargeback"))
        self.assertEqual(case.user_id, self.leader)
        self.assertEqual(case.date_evidence_due, self.due + timedelta(days=1))

    def test_evidence_is_due_as_a_promise(self):
        _invoice, transaction = self._pay_online()
        case = self._record(transaction, "CB-1", date_evidence_due=self.due)
        policy = self.env.ref("dispute_management.dispute_sla_policy_evidence")
        promise = case.sla_status_ids.filtered(lambda status: status.policy_id == policy)
        self.assertEqual(promise.deadline, self.due)
        self._record(transaction, "CB-1", date_evidence_due=self.due + timedelta(days=3))
        self.assertEqual(promise.deadline, self.due + timedelta(days=3))
        case.sudo().stage_id = self.env.ref("dispute_management.dispute_stage_chargeback_sent")
        self.assertTrue(promise.date_reached)
        self.assertFalse(
            self._create_case({self._create_invoice_of(5): 5}).sla_status_ids.filtered(
                lambda status: status.policy_id == policy
            )
        )

    def test_lost_is_booked_as_our_loss(self):
        invoice, transaction = self._pay_online()
        case = self._record(transaction, "CB-1", amount=60)
        self._record(transaction, "CB-1", status="lost")
        self._record(transaction, "CB-1", status="lost")
        self.assertEqual(case.resolution_id, self._resolution("CBL"))
        self.assertTrue(case.is_valid)
        self.assertAmounts(case, refunded=60)
        entry = case.settlement_ids.line_ids.move_id
        self.assertEqual(entry.state, "posted")
        self.assertEqual(entry.line_ids.filtered("debit").account_id, self.loss)
        liquidity = transaction.payment_id._seek_for_lines()[0].account_id
        self.assertEqual(entry.line_ids.filtered("credit").account_id, liquidity)
        self.assertEqual(entry.line_ids.filtered("credit").credit, 60)
        self.assertEqual(invoice.amount_residual, 0)

    def test_lost_and_asked_for_again(self):
        _invoice, transaction = self._pay_online()
        case = self._record(transaction, "CB-1", status="lost", customer_owes=True)
        debit = case.settlement_ids.line_ids.move_id.line_ids.filtered("debit")
        self.assertEqual(debit.account_id.account_type, "asset_receivable")
        self.assertEqual(debit.partner_id, self.partner_a)
        self.assertEqual(debit.amount_residual, 100)

    def test_won_refuses_the_claim_and_books_nothing(self):
        _invoice, transaction = self._pay_online()
        case = self._record(transaction, "CB-1")
        self._record(transaction, "CB-1", status="won")
        self.assertEqual(case.resolution_id, self._resolution("CBW"))
        self.assertFalse(case.is_valid)
        self.assertAmounts(case, rejected=100)
        self.assertFalse(case.settlement_ids.line_ids.move_id)

    def test_lost_by_hand_takes_an_approver(self):
        _invoice, transaction = self._pay_online()
        case = self._record(transaction, "CB-1").with_user(self.leader)
        case.action_chargeback_lost()
        self.assertFalse(case.is_closed)
        settlement = case.settlement_ids
        self.assertEqual(settlement.state, "to_approve")
        self._approve(settlement)
        self.assertEqual(case.resolution_id, self._resolution("CBL"))
        self.assertAmounts(case, refunded=100)

    def test_a_second_round_is_decided_anew(self):
        _invoice, transaction = self._pay_online()
        case = self._record(transaction, "CB-1", status="won").with_user(self.leader)
        case.action_reopen()
        self.assertEqual(case.chargeback_state, "open")
        case.action_chargeback_lost()
        self._approve(case.settlement_ids.sorted("id")[-1])
        self.assertEqual((case.chargeback_state, case.resolution_id), ("lost", self._resolution("CBL")))
        self.assertAmounts(case, refunded=100)
        case.action_reopen()
        with self.assertRaisesRegex(UserError, "nothing is open"), self.env.cr.savepoint():
            case.action_chargeback_lost()

    def test_another_outcome_than_the_one_noted_asks_the_owner(self):
        _invoice, transaction = self._pay_online()
        case = self._record(transaction, "CB-1", status="won")
        for _delivery in range(2):
            self._record(transaction, "CB-1", status="lost")
        self.assertEqual(case.chargeback_state, "won")
        self.assertAmounts(case, rejected=100)
        todos = case.sudo().activity_ids.filtered(lambda todo: "is now lost" in (todo.summary or ""))
        self.assertEqual(todos.user_id, case.user_id)
        self.assertEqual(len(todos), 1)

    def test_noted_by_mistake_it_is_noted_anew(self):
        _invoice, transaction = self._pay_online()
        case = self._record(transaction, "CB-1").with_user(self.leader)
        case.action_chargeback_lost()
        case.action_chargeback_lost()
        mistaken = case.settlement_ids
        self.assertEqual(mistaken.mapped("state"), ["to_approve"])
        case.action_chargeback_lost_owed()
        self.assertEqual(mistaken.state, "cancelled")
        self.assertTrue(case.chargeback_customer_owes)
        case.action_chargeback_won()
        self.assertEqual((case.chargeback_state, case.resolution_id), ("won", self._resolution("CBW")))
        self.assertFalse(case.settlement_ids.line_ids.move_id)

    def test_without_an_account_nothing_is_booked(self):
        _invoice, transaction = self._pay_online()
        self.company.dispute_writeoff_account_id = False
        with self.assertRaisesRegex(UserError, "write-off account"), self.env.cr.savepoint():
            self._record(transaction, "CB-1", status="lost")
        self.assertFalse(self.env["dispute.case"].sudo().search([("transaction_id", "=", transaction.id)]))

    def test_nothing_but_a_lost_chargeback_is_booked_as_one(self):
        _invoice, transaction = self._pay_online()
        case = self._record(transaction, "CB-1")
        settlement = (
            self.env["dispute.settlement"]
            .with_user(self.leader)
            .create(
                {
                    "case_id": case.id,
                    "line_ids": [
                        fields.Command.create(
                            {"dispute_line_id": case.line_ids.id, "kind": "chargeback", "amount": 100}
                        )
                    ],
                }
            )
        )
        with self.assertRaisesRegex(UserError, "no lost chargeback"), self.env.cr.savepoint():
            settlement.action_propose()
        self.assertEqual(settlement.state, "draft")
        self.assertAmounts(case, open=100)

    def test_recorded_by_hand(self):
        _invoice, transaction = self._pay_online()
        self.clerk.sudo().group_ids += self.env.ref("account.group_account_invoice")
        action = transaction.with_user(self.clerk).action_dispute_chargeback()
        wizard = (
            self.env["chargeback.record"]
            .with_user(self.clerk)
            .with_context(**action["context"])
            .create({"reference": " CB-1 ", "reason": "fraudulent", "date_evidence_due": self.due})
        )
        self.assertEqual(wizard.amount, 100)
        wizard.action_record()
        case = self.env["dispute.case"].sudo().search([("transaction_id", "=", transaction.id)])
        self.assertEqual(case.chargeback_reference, "CB-1")
        self.assertEqual(case.reason_id.code, "UNA")

    def test_who_can_not_read_transactions_records_none(self):
        _invoice, transaction = self._pay_online()
        wizard = self.env["chargeback.record"].with_user(self.clerk)
        with self.assertRaises(AccessError):
            wizard.create({"transaction_id": transaction.id, "reference": "CB-1", "amount": 5})
        with self.assertRaises(AccessError):
            transaction.with_user(self.viewer)._dispute_record_chargeback("CB-1")

    def test_facts_are_not_written_by_hand(self):
        _invoice, transaction = self._pay_online()
        case = self._record(transaction, "CB-1")
        with self.assertRaisesRegex(UserError, "by hand"):
            case.with_user(self.leader).chargeback_state = "won"
        ordinary = self._create_case({self._create_invoice_of(5): 5})
        with self.assertRaisesRegex(UserError, "no chargeback"):
            ordinary.action_chargeback_lost()

    def test_unpaid_transaction_has_no_chargeback(self):
        transaction = self._create_transaction("redirect", reference="unpaid", state="pending")
        with self.assertRaisesRegex(UserError, "no payment"):
            self._record(transaction, "CB-1")
        with self.assertRaisesRegex(UserError, "one of"):
            self._record(transaction, "CB-1", status="perhaps")
