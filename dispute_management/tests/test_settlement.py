from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestSettlement(DisputeCommon):
    def _create_taxed_invoice(self):
        taxes = self.env["account.tax"].create(
            [
                {"name": "21", "amount": 21, "amount_type": "percent"},
                {"name": "6 incl", "amount": 6, "price_include_override": "tax_included"},
                {"name": "fixed", "amount": 1.13, "amount_type": "fixed"},
            ]
        )
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner_a.id,
                "invoice_date": "2026-01-01",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": f"line {index}",
                            "quantity": 3,
                            "price_unit": price,
                            "discount": 7,
                            "tax_ids": [Command.set(tax.ids)],
                        }
                    )
                    for index, (price, tax) in enumerate(zip((19.99, 7.77, 33.33), taxes, strict=True))
                ],
            }
        )

    def test_credit_note_for_all_closes_the_case(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 100})
        settlement = self._settle(case, "credit_note")
        refund = settlement.line_ids.move_id
        self.assertEqual(refund.state, "posted")
        self.assertEqual(refund.reversed_entry_id, invoice)
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertEqual(refund.invoice_date_due, refund.invoice_date)
        self.assertIn(case.name, refund.ref)
        self.assertIn(invoice.name, refund.ref)
        self.assertAmounts(case, credited=100)
        self.assertEqual(case.stage_kind, "resolved")
        self.assertTrue(case.is_valid)
        self.assertEqual(case.resolution_id, self._resolution("CRF"))

    def test_no_more_is_written_off_than_is_owed(self):
        invoice = self._create_invoice_of(100)
        self._register_payment(invoice, amount=80)
        case = self._create_case({invoice: 60})
        entries = self.env["account.move"].search_count([])
        with (
            self.assertRaisesRegex(UserError, r"owes .*20\.00.*Credit what was paid"),
            self.env.cr.savepoint(),
        ):
            self._settle(case, "write_off", 20.01)
        self.assertEqual(self.env["account.move"].search_count([]), entries)
        self.assertAmounts(case, open=60)
        self._settle(case, "write_off", 20)
        self.assertEqual(invoice.amount_residual, 0)
        self.assertAmounts(case, open=40, written_off=20)

    def test_credit_notes_are_exact_with_taxes(self):
        invoice = self._create_taxed_invoice()
        invoice.action_post()
        for amount in (0.01, 0.1, 1.01, 17.77, 33.33):
            case = self._create_case({invoice: amount})
            refund = self._settle(case, "credit_note").line_ids.move_id
            self.assertEqual(refund.amount_total, amount)
        self.assertAlmostEqual(
            invoice.amount_residual,
            invoice.amount_total - 0.01 - 0.1 - 1.01 - 17.77 - 33.33,
            2,
        )
        case = self._create_case({invoice: invoice.amount_residual})
        self._settle(case, "credit_note")
        self.assertEqual(invoice.payment_state, "reversed")
        # All of each tax comes back, the fixed one (3 x 1.13) included, but for what rounding each share makes.
        credited = sum(invoice.reversal_move_ids.mapped("amount_tax"))
        self.assertAlmostEqual(credited, invoice.amount_tax, delta=0.02)

    def test_part_by_credit_note_leaves_the_case_open(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 60})
        self._settle(case, "credit_note", 25)
        self.assertAmounts(case, open=35, credited=25)
        self.assertFalse(case.is_closed)
        self.assertEqual(invoice.amount_residual, 75)

    def test_rest_credited_after_a_part_is_credited_in_full(self):
        case = self._create_case({self._create_invoice_of(100): 60})
        self._settle(case, "credit_note", 25)
        self._settle(case, "credit_note")
        self.assertEqual(case.resolution_id, self._resolution("CRF"))
        case = self._create_case({self._create_invoice_of(100): 60})
        self._settle(case, "write_off", 25)
        self._settle(case, "credit_note")
        self.assertEqual(case.resolution_id, self._resolution("CRP"))

    def test_more_than_is_open_is_refused(self):
        case = self._create_case({self._create_invoice_of(100): 60})
        with self.assertRaisesRegex(UserError, "only .*60"), self.env.cr.savepoint():
            self._settle(case, "credit_note", 60.01)
        self.assertFalse(case.settlement_ids)
        self.assertAmounts(case, open=60)

    def test_executing_again_does_nothing(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 60})
        settlement = self._settle(case, "credit_note", 25)
        settlement._execute()
        self.assertEqual(len(invoice.reversal_move_ids), 1)
        with self.assertRaisesRegex(UserError, "executed"), self.env.cr.savepoint():
            settlement.line_ids.amount = 30

    def test_refusal_needs_a_reason(self):
        case = self._create_case({self._create_invoice_of(100): 60})
        wizard = (
            self.env["settlement.propose"]
            .with_user(self.clerk)
            .create({"case_id": case.id, "kind": "rejection", "cause_id": self.cause.id})
        )
        with self.assertRaisesRegex(UserError, "why"), self.env.cr.savepoint():
            wizard.action_settle()
        wizard.reason_text = "Delivered as ordered"
        wizard.action_settle()
        self.assertEqual(case.stage_kind, "rejected")
        self.assertFalse(case.is_valid)
        self.assertAmounts(case, rejected=60)

    def test_write_off(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 3})
        entry = self._settle(case, "write_off").line_ids.move_id
        self.assertEqual(invoice.amount_residual, 97)
        loss = entry.line_ids.filtered(
            lambda line: line.account_id == self.company.dispute_writeoff_account_id
        )
        self.assertEqual(loss.debit, 3)
        self.assertAmounts(case, written_off=3)

    def test_a_write_off_within_tolerance_is_a_small_difference(self):
        self.company.dispute_write_off_tolerance = 5
        for amount, code in ((5, "SMW"), (5.01, "WOF")):
            case = self._create_case({self._create_invoice_of(100): amount})
            wizard = (
                self.env["settlement.propose"]
                .with_user(self.clerk)
                .create({"case_id": case.id, "kind": "write_off"})
            )
            self.assertEqual(wizard.resolution_id, self._resolution(code))
        case = self._create_case({self._create_invoice_of(100): 8})
        self._settle(case, "write_off", 4)
        self._settle(case, "write_off")
        self.assertEqual(case.resolution_id, self._resolution("WOF"), "in two parts it is as much")

    def test_a_chosen_resolution_stays(self):
        case = self._create_case({self._create_invoice_of(100): 60})
        wizard = self.env["settlement.propose"].with_user(self.clerk).create({"case_id": case.id})
        self.assertEqual(wizard.resolution_id, self._resolution("CRF"))
        wizard.line_ids.amount = 20
        self.assertEqual(wizard.resolution_id, self._resolution("CRP"))
        wizard.resolution_id = self._resolution("GWL")
        wizard.line_ids.amount = 30
        self.assertEqual(wizard.resolution_id, self._resolution("GWL"))
        wizard.kind = "rejection"
        self.assertEqual(wizard.resolution_id, self._resolution("REJ"))

    def test_the_account_of_the_resolution_takes_the_loss(self):
        account = self.company_data["default_account_revenue"]
        resolution = self._resolution("SMW").sudo().with_company(self.company)
        resolution.write_off_account_id = account
        entry = self._settle(
            self._create_case({self._create_invoice_of(100): 3}), "write_off"
        ).line_ids.move_id
        self.assertIn(account, entry.line_ids.account_id)
        entry = self._settle(
            self._create_case({self._create_invoice_of(100): 9}), "write_off"
        ).line_ids.move_id
        self.assertIn(self.company.dispute_writeoff_account_id, entry.line_ids.account_id)

    def test_write_off_without_account_tells_what_to_set(self):
        self.company.dispute_writeoff_account_id = False
        case = self._create_case({self._create_invoice_of(100): 3})
        with self.assertRaisesRegex(UserError, "settings"), self.env.cr.savepoint():
            self._settle(case, "write_off")

    def test_who_may_not_write_may_not_settle(self):
        case = self._create_case({self._create_invoice_of(100): 60})
        case.sudo().write({"user_id": self.leader.id})
        case.sudo().team_id.user_id = self.leader
        case.sudo().team_id.member_ids = self.leader
        for user in (self.viewer, self.approver, self.outsider, self.colleague):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self._settle(case, "credit_note", user=user)
        self._settle(case, "credit_note", user=self.leader)
        self.assertAmounts(case, credited=60)
