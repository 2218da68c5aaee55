from odoo.tests import tagged

from odoo.addons.dispute_management import post_init_hook, uninstall_hook
from odoo.addons.dispute_management.tests.common import DisputeCommon


@tagged("post_install", "-at_install")
class TestUninstall(DisputeCommon):
    """Coming and going, the suite leaves accounting as it found it."""

    def test_flags_are_given_back(self):
        found_off, found_on, by_hand = (self._create_invoice_of(100) for _index in range(3))
        found_on.no_followup = True
        for invoice in (found_off, found_on, by_hand):
            self._create_case({invoice: 10})
        by_hand.no_followup = False
        by_hand.no_followup = True
        uninstall_hook(self.env(su=True))
        self.assertFalse(found_off.no_followup)
        self.assertTrue(found_on.no_followup)
        self.assertTrue(by_hand.no_followup)
        self.assertFalse(any((found_off | found_on | by_hand).mapped("dispute_hold")))

    def test_blocked_payments_are_freed(self):
        ours, by_hand = self._create_invoice_of(100), self._create_invoice_of(100)
        by_hand.action_toggle_block_payment()
        self._create_case({ours: 10, by_hand: 10}).action_block_payment()
        self.assertEqual((ours | by_hand).mapped("payment_state"), ["blocked", "blocked"])
        uninstall_hook(self.env(su=True))
        self.assertEqual((ours | by_hand).mapped("payment_state"), ["not_paid", "blocked"])

    def test_companies_that_were_there_number_their_cases(self):
        sequences = self.env["ir.sequence"].search([("code", "=", "dispute.case")])
        sequences.unlink()
        post_init_hook(self.env)
        sequences = self.env["ir.sequence"].search([("code", "=", "dispute.case")])
        companies = self.env["res.company"].search([])
        self.assertEqual(sequences.company_id, companies)
        self.assertEqual(len(sequences), len(companies))
        self.assertRegex(self._create_case({self._create_invoice_of(5): 5}).name, "^DSP/")

    def test_nothing_of_ours_is_left_in_accounting_s_own_rules(self):
        """No record of accounting is overwritten: removing our addons removes what is ours."""
        modules = ("dispute_management", "refund_portal", "dispute_reports")
        data = self.env["ir.model.data"].search([("module", "in", modules)])
        shared = self.env["ir.model.data"].search(
            [("module", "not in", modules), ("model", "in", ("ir.rule", "ir.model.access"))]
        )
        ours = {(row.model, row.res_id) for row in data}
        self.assertFalse(ours & {(row.model, row.res_id) for row in shared})
