from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.test_dispute_suite.models.payment_transaction import ASKED

from .refund_common import RefundCommon


class Killed(BaseException):
    """What stops a worker, no matter what it does."""


@tagged("post_install", "-at_install")
class TestRefundProvider(RefundCommon):
    """Refunds through a provider: booked first, sent once, and counted when they are paid."""

    def setUp(self):
        super().setUp()
        self.invoice = self._create_invoice_of(100)
        self.source = self._pay_online(self.invoice)
        self.assertEqual(self.invoice.amount_residual, 0)
        self.case = self._create_case({self.invoice: 60})
        self.case.cause_id = self.cause

    def _refund(self, amount=60, **values):
        values.setdefault("resolution_id", self._resolution("RFD").id)
        return self._book(self.case, ("refund_original_payment", amount), **values)

    def _send_and_die(self):
        # Not assertRaises: in Odoo's tests it takes back what was committed.
        try:
            self._send()
        except Killed:
            self.env.invalidate_all()
        else:
            self.fail("Nobody died.")

    def _answer(self, answer):
        self.provider.dispute_test_answer = answer

    def assertRefund(self, settlement, state, *, asked=1):
        self.assertEqual(settlement.line_ids.refund_state, state)
        self.assertEqual(settlement.state, "executed" if state in ("done", "given_up") else "processing")
        self.assertEqual(len(ASKED), asked)
        if state == "done":
            self.assertAmounts(self.case, refunded=60)
        else:
            self.assertAmounts(self.case, credited=60)
        self.assertEqual(self.case.is_closed, state in ("done", "given_up"))

    def test_booked_first_and_paid_then(self):
        settlement = self._refund()
        self.assertRefund(settlement, "waiting", asked=0)
        self.assertEqual(settlement.line_ids.move_id.state, "posted")
        self._send()
        self.assertRefund(settlement, "done")
        refund = settlement.sudo().line_ids.transaction_id
        self.assertEqual((refund.operation, refund.amount), ("refund", -60))
        self.assertEqual(refund.source_transaction_id, self.source)
        self.assertEqual(refund.invoice_ids, settlement.line_ids.move_id)
        self.assertEqual(settlement.line_ids.move_id.amount_residual, 0)
        self.assertEqual(settlement.line_ids.payout_id, refund.payment_id)
        self.assertEqual(refund.payment_id.dispute_case_id, self.case)
        self.assertEqual(self.case.resolution_id, self._resolution("RFD"))
        self._send()
        self.assertEqual(ASKED, [(refund.reference, 60)])

    def test_what_waits_for_the_provider_counts_once(self):
        self._refund(20)
        self.assertAmounts(self.case, open=40, credited=20)
        with self.assertRaisesRegex(UserError, "only .*40"):
            self._draft(self.case, ("refund_original_payment", 40.01))._propose()
        self._refund(40)
        self._send()
        self.assertAmounts(self.case, refunded=60)
        self.assertEqual(sorted(amount for _reference, amount in ASKED), [20, 40])

    def test_with_the_demo_provider(self):
        provider = self._create_provider("demo")
        invoice = self._create_invoice_of(100)
        self._pay_online(invoice, provider=provider)
        case = self._create_case({invoice: 30})
        settlement = self._book(case, ("refund_original_payment", 30))
        self._send()
        self.assertEqual(settlement.state, "executed")
        self.assertAmounts(case, refunded=30)
        self.assertTrue(settlement.sudo().line_ids.transaction_id.provider_reference)

    def test_what_is_pending_is_refunded_when_the_provider_says_so(self):
        for answer in ("pending", "silent"):
            with self.subTest(answer=answer), self.env.cr.savepoint() as undo:
                ASKED.clear()
                self._answer(answer)
                settlement = self._refund()
                self._send()
                self.assertRefund(settlement, "pending")
                self._send()
                refund = settlement.sudo().line_ids.transaction_id
                refund._set_done()
                self.assertRefund(settlement, "pending")
                refund._post_process()
                self.assertRefund(settlement, "done")
                undo.rollback()
                self.env.invalidate_all()

    def test_what_failed_is_told_and_sent_again_by_a_person(self):
        for answer in ("refused", "error"):
            with self.subTest(answer=answer), self.env.cr.savepoint() as undo:
                ASKED.clear()
                self._answer(answer)
                settlement = self._refund()
                self._send()
                self._send()
                self.assertRefund(settlement, "failed")
                self.assertTrue(settlement.line_ids.refund_message)
                self.assertIn("failed", settlement.activity_ids.summary)
                self._answer("done")
                settlement.with_user(self.clerk).action_refund_again()
                self._send()
                self.assertRefund(settlement, "done", asked=2)
                undo.rollback()
                self.env.invalidate_all()

    def test_what_is_pending_may_still_fail(self):
        self._answer("pending")
        settlement = self._refund()
        self._send()
        settlement.sudo().line_ids.transaction_id._set_canceled()
        self.assertRefund(settlement, "failed")
        settlement.with_user(self.clerk).action_refund_give_up()
        self.assertRefund(settlement, "given_up")
        self.assertEqual(settlement.line_ids.move_id.amount_residual, 60, "It stays the customer's credit.")

    def test_an_answer_that_was_lost_is_looked_up_by_a_person(self):
        for answer in ("cut", "overloaded", "garbage"):
            with self.subTest(answer=answer), self.env.cr.savepoint() as undo:
                ASKED.clear()
                self._answer(answer)
                settlement = self._refund()
                with mute_logger("odoo.addons.dispute_management.models.dispute_refund_send"):
                    self._send()
                self._answer("done")
                self._send()
                self.assertRefund(settlement, "lost")
                self.assertIn("paid back?", settlement.activity_ids.summary)
                clerk, leader = settlement.with_user(self.clerk), settlement.with_user(self.leader)
                with self.assertRaisesRegex(UserError, "no such refund"), self.env.cr.savepoint():
                    clerk.action_refund_again()
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    clerk.action_refund_missing()
                with self.env.cr.savepoint() as again:
                    leader.action_refund_missing()
                    self.assertRefund(settlement, "failed")
                    clerk.action_refund_again()
                    self._send()
                    self.assertRefund(settlement, "done", asked=2)
                    again.rollback()
                    self.env.invalidate_all()
                ASKED[1:] = []
                clerk.action_refund_found()
                self.assertRefund(settlement, "done")
                undo.rollback()
                self.env.invalidate_all()

    def test_a_webhook_tells_what_became_of_a_lost_answer(self):
        self._answer("cut")
        settlement = self._refund()
        self._send()
        refund = settlement.sudo().line_ids.transaction_id
        refund._set_done()
        refund._post_process()
        self.assertRefund(settlement, "done")

    def test_a_worker_killed_while_sending_asks_a_person(self):
        transaction = self.registry["payment.transaction"]
        send = transaction._send_refund_request

        def die(tx):
            send(tx)
            raise Killed

        settlement = self._refund()
        self.patch(transaction, "_send_refund_request", die)
        self._send_and_die()
        self.assertRefund(settlement, "sending")
        self._send()
        self.assertRefund(settlement, "lost")

    def test_a_worker_killed_before_sending_asks_a_person_too(self):
        transaction = self.registry["payment.transaction"]

        def die(tx):
            raise Killed

        settlement = self._refund()
        self.patch(transaction, "_log_sent_message", die)
        self._send_and_die()
        self._send()
        self.assertRefund(settlement, "lost", asked=0)

    def test_never_more_than_was_paid_goes_back(self):
        invoice = self._create_invoice_of(200)
        self._pay_online(invoice, amount=100)
        self._pay(invoice, 100)
        case = self._create_case({invoice: 200})
        self._book(case, ("refund_original_payment", 60))
        with self.assertRaisesRegex(UserError, "only .*40"), self.env.cr.savepoint():
            self._book(case, ("refund_original_payment", 40.01))
        self._send()
        with self.assertRaisesRegex(UserError, "only .*40"), self.env.cr.savepoint():
            self._book(case, ("refund_original_payment", 40.01))
        self._book(case, ("refund_original_payment", 40))
        self._send()
        self.assertEqual(sum(amount for _reference, amount in ASKED), 100)
        self.assertAmounts(case, open=100, refunded=100)

    def test_what_a_provider_can_not_do_is_told_before_approval(self):
        table = [
            ({"dispute_test_refund": "none"}, "can't refund"),
            ({"dispute_test_refund": "full_only"}, "only in full"),
            ({"state": "disabled"}, "disabled"),
        ]
        for values, regex in table:
            with self.assertRaisesRegex(UserError, regex), self.env.cr.savepoint():
                self.provider.write(values)
                self._refund()
        self.provider.write({"dispute_test_refund": "partial", "state": "test"})
        other = self._create_invoice_of(50)
        self._pay(other)
        case = self._create_case({other: 50})
        with self.assertRaisesRegex(UserError, "not paid online"), self.env.cr.savepoint():
            self._book(case, ("refund_original_payment", 50))
        foreign = self._pay_online(self._create_invoice_of(500))
        with self.assertRaisesRegex(UserError, "did not pay"), self.env.cr.savepoint():
            self._book(case, ("refund_original_payment", 50, {"source_transaction_id": foreign.id}))

    def test_a_disabled_provider_is_not_asked(self):
        settlement = self._refund()
        self.provider.state = "disabled"
        self._send()
        self.assertRefund(settlement, "failed", asked=0)

    def test_an_overpayment_goes_back_the_way_it_came(self):
        invoice = self._create_invoice_of(100)
        payment = self._pay_online(invoice, amount=130).payment_id
        case = (
            self.env["dispute.case"]
            .with_user(self.clerk)
            .create(
                {
                    "reason_id": self.reason.id,
                    "line_ids": [Command.create({"payment_id": payment.id, "amount": 30})],
                }
            )
        )
        settlement = self._book(case, ("refund_original_payment", 30))
        self.assertAmounts(case, open=30)
        self._send()
        self.assertEqual(settlement.state, "executed")
        self.assertAmounts(case, refunded=30)
        self.assertFalse(payment.move_id.line_ids.filtered(lambda line: line.amount_residual and line.credit))

    def test_only_the_suite_tells_what_became_of_a_refund(self):
        settlement = self._refund()
        with self.assertRaisesRegex(UserError, "set by hand"), self.env.cr.savepoint():
            settlement.line_ids.with_user(self.leader).refund_state = "done"
        for name in ("action_refund_found", "action_refund_give_up", "action_refund_again"):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                getattr(settlement.with_user(self.viewer), name)()
