from odoo.fields import Command
from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestDunningHold(DisputeCommon):
    """An invoice in dispute is left out of follow-up, and gets its flag back."""

    def test_hold_and_give_back(self):
        invoice = self._create_invoice_of(100)
        self.assertFalse(invoice.no_followup)
        case = self._create_case({invoice: 10})
        self.assertTrue(invoice.no_followup)
        self.assertTrue(invoice.dispute_hold)
        self._settle(case, "rejection")
        self.assertFalse(invoice.no_followup)
        self.assertFalse(invoice.dispute_hold)

    def test_invoice_added_later_is_held_too(self):
        case = self._create_case({self._create_invoice_of(100): 10})
        added = self._create_invoice_of(50)
        case.with_user(self.clerk).line_ids = [Command.create({"move_id": added.id, "amount": 5})]
        self.assertTrue(added.no_followup)
        self._settle(case, "rejection")
        self.assertFalse(added.no_followup)

    def test_flag_that_was_set_before_stays_set(self):
        invoice = self._create_invoice_of(100)
        invoice.no_followup = True
        case = self._create_case({invoice: 10})
        self._settle(case, "rejection")
        self.assertTrue(invoice.no_followup)

    def test_flag_changed_by_hand_wins(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 10})
        invoice.no_followup = False
        self.assertFalse(invoice.dispute_hold)
        invoice.button_draft()
        invoice.action_post()
        self.assertFalse(invoice.no_followup)
        self._settle(case, "rejection")
        self.assertFalse(invoice.no_followup)

    def test_flag_set_again_by_hand_wins(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 10})
        invoice.no_followup = False
        invoice.no_followup = True
        self._settle(case, "rejection")
        self.assertTrue(invoice.no_followup)

    def test_two_cases_release_only_when_both_are_closed(self):
        invoice = self._create_invoice_of(100)
        first = self._create_case({invoice: 10})
        second = self._create_case({invoice: 20})
        self._settle(first, "rejection")
        self.assertTrue(invoice.no_followup)
        self._settle(second, "credit_note")
        self.assertFalse(invoice.no_followup)

    def test_claim_on_a_paid_invoice_holds_nothing(self):
        invoice = self._create_invoice_of(100)
        self._register_payment(invoice, amount=100)
        self._create_case({invoice: 10})
        self.assertFalse(invoice.dispute_hold)
        self.assertFalse(invoice.no_followup)

    def test_invoice_that_owes_again_is_held_again(self):
        invoice = self._create_invoice_of(100)
        self._register_payment(invoice, amount=100)
        case = self._create_case({invoice: 10})
        invoice.line_ids.remove_move_reconcile()
        self.assertTrue(invoice.no_followup)
        invoice.no_followup = False
        self._register_payment(invoice, amount=100)
        invoice.line_ids.remove_move_reconcile()
        self.assertFalse(invoice.no_followup, "Overruled by hand.")
        self._settle(case, "rejection")
        self.assertFalse(invoice.dispute_hold_overruled)

    def test_hold_survives_reset_and_another_amount(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 10})
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 250
        invoice.action_post()
        self.assertTrue(invoice.no_followup)
        self._settle(case, "rejection")
        self.assertFalse(invoice.no_followup)

    def test_reopening_holds_again(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 10})
        self._settle(case, "rejection")
        case.with_user(self.clerk).action_reopen()
        self.assertTrue(invoice.no_followup)

    def test_every_instalment_is_held(self):
        invoice = self._create_invoice_of(100, invoice_payment_term_id=self.pay_terms_b.id)
        case = self._create_case({invoice: 10})
        receivable = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        self.assertGreater(len(receivable), 1)
        self.assertEqual(set(receivable.mapped("no_followup")), {True})
        self._settle(case, "rejection")
        self.assertEqual(set(receivable.mapped("no_followup")), {False})

    def test_invoice_in_a_hashed_journal_is_held(self):
        journal = self.company_data["default_journal_sale"]
        journal.restrict_mode_hash_table = True
        invoice = self._create_invoice_of(100)
        self.assertTrue(invoice.inalterable_hash)
        case = self._create_case({invoice: 10})
        self.assertTrue(invoice.no_followup)
        self._settle(case, "credit_note")
        self.assertFalse(invoice.no_followup)
        self.assertEqual(invoice.amount_residual, 90)

    def test_held_only_from_a_share(self):
        self.company.dispute_hold_share = 30
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 20})
        self.assertFalse(invoice.no_followup)
        case.line_ids.with_user(self.clerk).amount = 50
        self.assertTrue(invoice.no_followup)
        self._settle(case, "credit_note", 25)
        self.assertFalse(invoice.no_followup, "25 of 100 is open.")
        case.line_ids.with_user(self.clerk).amount = 60
        self.assertTrue(invoice.no_followup)
        invoice.no_followup = False
        case.line_ids.with_user(self.clerk).amount = 65
        self.assertFalse(invoice.no_followup, "Overruled by hand.")
        self._settle(case, "rejection")
        self.assertFalse(invoice.no_followup)

    def test_two_claims_reach_the_share_together(self):
        self.company.dispute_hold_share = 30
        invoice = self._create_invoice_of(100)
        first = self._create_case({invoice: 20})
        self._create_case({invoice: 20})
        self.assertTrue(invoice.no_followup)
        self._settle(first, "rejection")
        self.assertFalse(invoice.no_followup)

    def test_share_paid_from_outside(self):
        self.company.dispute_hold_share = 30
        invoice = self._create_invoice_of(100)
        self._create_case({invoice: 40})
        self.assertTrue(invoice.no_followup)
        self._register_payment(invoice, amount=75)
        self.env.cr.flush()
        self.assertFalse(invoice.no_followup)
        invoice.line_ids.remove_move_reconcile()
        self.env.cr.flush()
        self.assertTrue(invoice.no_followup)
