from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .settlement_common import SettlementCommon


@tagged("post_install", "-at_install")
class TestSettlementPreview(SettlementCommon):
    """The proposing wizard with several decisions, and what it shows before anything is booked."""

    def setUp(self):
        super().setUp()
        self.partner_a.email = "customer@example.com"
        self.invoice = self._create_invoice_of(100)
        self.case = self._create_case({self.invoice: 100})

    def _wizard(self, *lines, **values):
        wizard = (
            self.env["settlement.propose"]
            .with_user(self.clerk)
            .create(
                {"case_id": self.case.id, "cause_id": self.cause.id, "reason_text": "As decided", **values}
            )
        )
        if lines:
            wizard.line_ids.unlink()
            for kind, amount in lines:
                wizard.line_ids = [
                    Command.create({"dispute_line_id": self.case.line_ids.id, "kind": kind, "amount": amount})
                ]
        return wizard

    def _facts(self):
        self.env.flush_all()
        models = ("account.move", "dispute.settlement", "mail.message", "mail.mail", "mail.activity")
        counts = {model: self.env[model].sudo().search_count([]) for model in models}
        return counts | {"stage": self.case.stage_id, "open": self.case.amount_open}

    def test_a_clerk_mixes_decisions(self):
        wizard = self._wizard(("credit_note", 60), ("write_off", 3.5), ("rejection", 36.5), kind="mixed")
        self.assertEqual(wizard.line_ids.mapped("kind"), ["credit_note", "write_off", "rejection"])
        self.assertTrue(wizard.is_closing)
        self.assertEqual(wizard.resolution_id, self._resolution("CRP"))
        wizard.action_settle()
        self.assertEqual(self.case.settlement_ids.state, "proposed", "The customer is asked.")
        self.case.settlement_ids._accept_offer("Customer")
        self.assertAmounts(self.case, credited=60, written_off=3.5, rejected=36.5)
        self.assertEqual(self.case.stage_kind, "resolved")

    def test_a_new_line_takes_what_is_left(self):
        wizard = Form(self._wizard(kind="mixed"))
        with wizard.line_ids.edit(0) as line:
            line.amount = 60
        with wizard.line_ids.new() as line:
            self.assertFalse(
                line.dispute_line_id, "Tab in the last row opens another: it settles nothing unasked."
            )
            self.assertFalse(line.amount)
            line.dispute_line_id = self.case.line_ids
            self.assertEqual(line.amount, 40)
        self.assertEqual(wizard.save().line_ids.mapped("amount"), [60, 40])

    def test_refusing_a_part_needs_words_too(self):
        wizard = self._wizard(("credit_note", 60), ("rejection", 40), kind="mixed", reason_text=False)
        with self.assertRaisesRegex(UserError, "why"), self.env.cr.savepoint():
            wizard.action_settle()

    def test_by_quantity_and_price(self):
        invoice = self._create_invoice_of(100)
        invoice.button_draft()
        invoice.invoice_line_ids.write({"quantity": 5, "price_unit": 20})
        invoice.action_post()
        self.case = self._create_case({invoice: 60})
        wizard = self._wizard(is_by_line=True, is_interim=True)
        self.assertEqual(wizard.item_ids.move_line_id, invoice.invoice_line_ids)
        wizard.item_ids.quantity = 2
        self.assertEqual(wizard.line_ids.amount, 40)
        wizard.action_settle()
        self.assertAmounts(self.case, open=20, credited=40)
        self.assertEqual(self.case.settlement_ids.line_ids.move_id.invoice_line_ids.quantity, 2)

    def test_invoicing_again(self):
        wizard = self._wizard(kind="replacement_invoice", replacement_ref="PO-2")
        self.assertEqual(wizard.item_ids.quantity, 1)
        self.assertEqual(wizard.resolution_id, self._resolution("REB"))
        wizard.item_ids.price_unit = 70
        wizard.action_settle()
        self.assertAmounts(self.case, credited=30, rebilled=70)

    def test_paying_back(self):
        self._pay(self.invoice)
        self.case = self._create_case({self._paid(): 50})
        wizard = self._wizard(kind="refund_payment")
        self.assertEqual(wizard.partner_bank_id, self.bank)
        self.assertEqual(wizard.resolution_id, self._resolution("RFD"))
        wizard.action_settle()
        self.assertAmounts(self.case, refunded=50)

    def test_applying_a_payment(self):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.partner_a.id,
                "amount": 100,
            }
        )
        payment.action_post()
        wizard = self._wizard(kind="apply_credit")
        [credit] = wizard.line_ids.credit_line_ids
        self.assertEqual(credit.move_id, payment.move_id)
        wizard.line_ids.credit_line_id = credit
        wizard.action_settle()
        self.assertAmounts(self.case, applied=100)

    def test_the_preview_shows_what_then_happens(self):
        wizard = self._wizard(("credit_note", 60), ("write_off", 40), kind="mixed")
        before = self._facts()
        preview = wizard.env["settlement.preview"].browse(wizard.action_preview()["res_id"])
        self.assertEqual(self._facts(), before, "Nothing of it stays.")
        for text in ("Credit note for", "Write-off", self.invoice.name, "100.00", "60.00", "As decided"):
            self.assertIn(text, preview.body)
        self.assertIn("The case closes then", preview.body)
        self.assertNotIn("asked first", preview.body)
        self.assertIn(self.case.name, preview.body, "The mail to the customer.")
        wizard.action_settle()
        self.assertAmounts(self.case, credited=60, written_off=40)

    def test_the_preview_tells_what_stops_it(self):
        self.company.dispute_writeoff_account_id = False
        wizard = self._wizard(kind="write_off")
        before = self._facts()
        preview = wizard.env["settlement.preview"].browse(wizard.action_preview()["res_id"])
        self.assertIn("no dispute write-off account", preview.body)
        self.assertEqual(self._facts(), before)
        with self.assertRaisesRegex(UserError, "write-off account"), self.env.cr.savepoint():
            wizard.action_settle()
        self.assertEqual(self._facts(), before)

    def test_approvers_see_what_they_approve(self):
        draft = self._draft(self.case, ("credit_note", 60))
        before = self._facts()
        preview = draft.with_user(self.viewer)._get_preview()
        self.assertFalse(preview["error"])
        self.assertTrue(preview["asks"])
        self.assertEqual(preview["balances"][0]["after"], self.case.currency_id.format(40))
        self.assertEqual(self._facts(), before)
        self.assertEqual(draft.state, "draft")
        action = draft.with_user(self.approver).action_preview()
        self.assertTrue(self.env["settlement.preview"].with_user(self.approver).browse(action["res_id"]).body)

    def test_only_approvers_change_the_due_date_of_a_replacement(self):
        self.env["dispute.approval.tier"].sudo().create(
            {
                "company_id": self.company.id,
                "kind": "credit",
                "amount": 0,
                "group_id": self.env.ref("dispute_management.group_dispute_leader").id,
            }
        )
        items = self._items((self.invoice.invoice_line_ids, 1, 100))
        settlement = self._book(self.case, ("replacement_invoice", 100, items))
        self.assertEqual(settlement.state, "to_approve")
        change = self.env["settlement.change.due"]
        for user, may in ((self.clerk, False), (self.viewer, False), (self.leader, True)):
            wizard = change.with_user(user).create({"settlement_id": settlement.id})
            self.assertEqual(wizard.date_due, self.invoice.invoice_date_due)
            wizard.date_due = "2027-01-31"
            if may:
                wizard.action_change()
            else:
                with self.assertRaisesRegex(UserError, "Only who approves"), self.env.cr.savepoint():
                    wizard.action_change()
        settlement.with_user(self.leader).action_approve()
        self.assertEqual(str(settlement.line_ids.replacement_move_id.invoice_date_due), "2027-01-31")

    def _paid(self):
        invoice = self._create_invoice_of(100)
        self._pay(invoice)
        return invoice
