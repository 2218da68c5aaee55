from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestFollowingAccounting(DisputeCommon):
    """What accounting does behind the back of a case closes it, reopens it and is told."""

    @classmethod
    def default_env_context(cls):
        # What is told is looked at here.
        return {}

    def _end(self):
        """End the transaction, as far as a test may."""
        self.env.cr.flush()

    def _get_notes(self, case):
        return "\n".join(case.message_ids.mapped("body")).replace("&nbsp;", " ")

    def test_invoice_paid_from_outside_closes_the_case(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 40})
        self._end()
        self._register_payment(invoice, amount=100)
        self._end()
        self.assertTrue(case.is_closed)
        self.assertEqual(case.resolution_id, self._resolution("PAID"))
        self.assertEqual(case.cause_id, self.cause)
        self.assertFalse(case.is_valid)
        self.assertFalse(invoice.dispute_hold)
        notes = self._get_notes(case)
        payment = invoice._get_reconciled_amls().move_id
        self.assertIn(f"{invoice.name} was matched with {payment.name}", notes)
        self.assertIn("Open: $ 40.00 → $ 0.00", notes)
        self.assertIn("closed by itself as Customer paid", notes)

    def test_part_paid_says_so_and_stays_open(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 40})
        self._end()
        self._register_payment(invoice, amount=75)
        self._end()
        self.assertFalse(case.is_closed)
        self.assertIn("Paid after: $ 0.00 → $ 15.00", self._get_notes(case))

    def test_payment_of_the_undisputed_part_is_told_of_by_nobody(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 40})
        self._end()
        self._register_payment(invoice, amount=60)
        self._end()
        self.assertFalse(case.is_closed)
        self.assertNotIn("Changed in accounting", self._get_notes(case))

    def test_unreconciled_case_reopens_and_closes_again_with_the_next_payment(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 100})
        self._register_payment(invoice, amount=100)
        self._end()
        invoice.line_ids.remove_move_reconcile()
        self._end()
        self.assertFalse(case.is_closed)
        self.assertEqual(case.stage_kind, "assessing")
        self.assertEqual(case.reopen_count, 1)
        self.assertTrue(invoice.no_followup)
        self.assertIn("is not matched with", self._get_notes(case))
        self.assertIn("Reopened: $ 100.00 of the claim is open again.", self._get_notes(case))
        self._register_payment(invoice, amount=100)
        self._end()
        self.assertTrue(case.is_closed)

    def test_matched_anew_in_one_go_neither_reopens_nor_says_anything(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 100})
        payment = self._register_payment(invoice, amount=100)
        self._end()
        notes = self._get_notes(case)
        lines = (invoice | payment.move_id).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        lines.remove_move_reconcile()
        lines.reconcile()
        self._end()
        self.assertTrue(case.is_closed)
        self.assertEqual(case.reopen_count, 0)
        self.assertEqual(self._get_notes(case), notes)

    def test_credit_note_by_hand_closes_as_credited(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 40})
        self._end()
        refund = self._reverse_invoice(invoice, is_modify=False, post=True)
        self._end()
        self.assertEqual(case.resolution_id, self._resolution("CRF"))
        self.assertTrue(case.is_valid)
        refund.button_draft()
        self._end()
        self.assertFalse(case.is_closed)
        self.assertAmounts(case, open=40)

    def test_credit_note_of_the_case_undone_behind_its_back_reopens_it(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 40})
        settlement = self._settle(case, "credit_note")
        self._end()
        self.assertTrue(case.is_closed)
        self.assertNotIn("Changed in accounting", self._get_notes(case))
        settlement.line_ids.move_id.with_env(self.env).button_draft()
        self._end()
        self.assertFalse(case.is_closed)
        self.assertIn("was reset to draft", self._get_notes(case))
        self.assertAmounts(case, open=40)

    def test_documents_of_the_case_reversed_behind_its_back_reopen_it(self):
        """A reversal leaves what it reverses posted, and takes back what it was made for."""
        for kind in ("credit_note", "write_off"):
            with self.subTest(kind=kind):
                invoice = self._create_invoice_of(100)
                case = self._create_case({invoice: 40})
                document = self._settle(case, kind).line_ids.move_id.with_env(self.env)
                self._end()
                self.assertTrue(case.is_closed)
                document._reverse_moves([{"date": document.date}], cancel=True)
                self._end()
                self.assertAmounts(case, open=40)
                self.assertFalse(case.is_closed)
                self.assertIn("Reopened: $ 40.00", self._get_notes(case).replace("\xa0", " "))
                self.assertEqual(invoice.amount_residual, 100)
                disputable = invoice._dispute_get_disputable_amounts()[invoice]
                self.assertEqual(disputable, 60, "Beside what this case disputes.")
                self._settle(case, "credit_note")
                self.assertEqual(invoice.amount_residual, 60)

    def test_credit_note_by_hand_that_is_reversed_was_none(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 100})
        refund = self._reverse_invoice(invoice, is_modify=False, post=True)
        self._end()
        self.assertAmounts(case, credited=100)
        refund._reverse_moves([{"date": refund.date}], cancel=True)
        self._end()
        self.assertAmounts(case, open=100)
        self._settle(case, "credit_note")
        self.assertEqual(invoice.payment_state, "reversed")

    def test_cancelled_invoice_closes_as_credited(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 40})
        self._end()
        invoice.button_draft()
        self._end()
        self.assertFalse(case.is_closed)
        self.assertIn("back in draft", case.draft_info)
        self.assertIn(f"{invoice.name} was reset to draft", self._get_notes(case))
        invoice.button_cancel()
        self._end()
        self.assertFalse(case.draft_info)
        self.assertEqual(case.resolution_id, self._resolution("CRF"))

    def test_refused_case_stays_refused(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 40})
        self._settle(case, "rejection")
        self._end()
        self._register_payment(invoice, amount=100)
        self._end()
        self.assertAmounts(case, paid_after=40)
        invoice.line_ids.remove_move_reconcile()
        self._end()
        self.assertEqual(case.resolution_id, self._resolution("REJ"))
        self.assertAmounts(case, rejected=40)

    def test_case_that_a_rule_keeps_open_asks_its_owner_once(self):
        self.env["dispute.stage.requirement"].sudo().create(
            {
                "stage_id": self._stage("new").id,
                "message": "Name the customer's reference.",
                "kind": "field",
                "field_name": "customer_reference",
            }
        )
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 40})
        for _again in range(2):
            self._register_payment(invoice, amount=100)
            self._end()
            self.assertFalse(case.is_closed)
            self.assertFalse(case.resolution_id)
            asked = case.activity_ids.filtered(lambda activity: "close it" in (activity.summary or ""))
            self.assertEqual(len(asked), 1)
            self.assertEqual(asked.user_id, self.clerk)
            invoice.line_ids.remove_move_reconcile()
            self._end()

    def test_without_a_resolution_for_it_nothing_closes(self):
        self._resolution("PAID").sudo().cleared_by = False
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 40})
        self._register_payment(invoice, amount=100)
        self._end()
        self.assertFalse(case.is_closed)

    def test_pending_settlement_ends_with_the_case(self):
        invoice = self._create_invoice_of(1000)
        case = self._create_case({invoice: 1000})
        self.env["settlement.propose"].with_user(self.clerk).create(
            {"case_id": case.id, "kind": "credit_note", "cause_id": self.cause.id}
        ).action_settle()
        self.assertEqual(case.settlement_ids.state, "to_approve")
        self._register_payment(invoice, amount=1000)
        self._end()
        self.assertTrue(case.is_closed)
        self.assertEqual(case.settlement_ids.state, "cancelled")

    def test_accountant_without_a_right_on_disputes_closes_and_reopens(self):
        accountant = self._create_user("dispute_accountant")
        accountant.sudo().group_ids += self.env.ref("account.group_account_user")
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 100})
        self._end()
        self.env["account.payment.register"].with_user(accountant).with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
        self._end()
        self.assertTrue(case.is_closed)
        invoice.line_ids.with_user(accountant).remove_move_reconcile()
        self._end()
        self.assertFalse(case.is_closed)
