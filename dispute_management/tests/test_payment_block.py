from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestPaymentBlock(DisputeCommon):
    """The switch that keeps invoices from being paid, apart from the hold on follow-up."""

    def _block(self, invoice, amount=40):
        case = self._create_case({invoice: amount})
        case.action_block_payment()
        return case

    def test_off_until_someone_switches_it(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 40})
        self.assertEqual(invoice.payment_state, "not_paid")
        case.action_block_payment()
        self.assertEqual(invoice.payment_state, "blocked")
        self.assertIn("in dispute", invoice._get_online_payment_error())
        case.action_allow_payment()
        self.assertEqual(invoice.payment_state, "not_paid")
        self.assertFalse(invoice.dispute_block)

    def test_closing_frees_and_reopening_blocks(self):
        invoice = self._create_invoice_of(100)
        case = self._block(invoice)
        self._settle(case, "rejection")
        self.assertEqual(invoice.payment_state, "not_paid")
        case.action_reopen()
        self.assertEqual(invoice.payment_state, "blocked")

    def test_crediting_part_of_it_frees_and_blocks_again(self):
        invoice = self._create_invoice_of(100)
        case = self._block(invoice)
        self._settle(case, "credit_note", 10)
        self.assertEqual(invoice.payment_state, "blocked")
        self.assertEqual(invoice.amount_residual, 90)
        self._settle(case, "credit_note")
        self.assertTrue(case.is_closed)
        self.assertEqual(invoice.payment_state, "partial")

    def test_crediting_all_of_it_ends_as_reversed(self):
        invoice = self._create_invoice_of(100)
        case = self._block(invoice, 100)
        self._settle(case, "credit_note")
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertFalse(invoice.dispute_block)

    def test_money_matched_behind_its_back(self):
        invoice = self._create_invoice_of(100)
        case = self._block(invoice)
        refund = self._reverse_invoice(invoice, is_modify=False, post=True)
        self.assertEqual(refund.state, "posted")
        self.env.cr.flush()
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertTrue(case.is_closed)
        refund.button_draft()
        invoice.line_ids.remove_move_reconcile()
        self.env.cr.flush()
        self.assertFalse(case.is_closed)
        self.assertEqual(invoice.payment_state, "blocked")

    def test_two_cases_free_only_when_neither_asks(self):
        invoice = self._create_invoice_of(100)
        first, second = self._block(invoice, 10), self._block(invoice, 20)
        self._settle(first, "rejection")
        self.assertEqual(invoice.payment_state, "blocked")
        second.action_allow_payment()
        self.assertEqual(invoice.payment_state, "not_paid")

    def test_blocked_by_hand_is_not_ours_to_free(self):
        invoice = self._create_invoice_of(100)
        invoice.action_toggle_block_payment()
        case = self._block(invoice)
        self._settle(case, "rejection")
        self.assertEqual(invoice.payment_state, "blocked")

    def test_freed_by_hand_stays_free(self):
        invoice = self._create_invoice_of(100)
        case = self._block(invoice)
        invoice.action_toggle_block_payment()
        self.assertEqual(invoice.payment_state, "not_paid")
        self._settle(case, "credit_note", 10)
        self.assertEqual(invoice.payment_state, "partial")
        self._settle(case, "rejection")
        self.assertFalse(invoice.dispute_block)

    def test_merging_keeps_the_block(self):
        invoice, other = self._create_invoice_of(100), self._create_invoice_of(100)
        case, target = self._block(invoice), self._create_case({other: 10})
        case._merge_into(target)
        self.assertTrue(target.block_payment)
        self.assertEqual((invoice | other).mapped("payment_state"), ["blocked", "blocked"])
        self._settle(target, "rejection")
        self.assertEqual((invoice | other).mapped("payment_state"), ["not_paid", "not_paid"])

    def test_viewer_can_not_switch_it(self):
        case = self._create_case({self._create_invoice_of(100): 40})
        with self.assertRaises(AccessError):
            case.with_user(self.viewer).action_block_payment()
