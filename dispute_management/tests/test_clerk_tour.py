from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestClerkTour(DisputeCommon, HttpCase):
    """The clerk's day in a browser, with a clerk's rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.browser_clerk = new_test_user(
            cls.env,
            login="browser_clerk",
            name="Clara Clerk",
            groups="dispute_management.group_dispute_user,account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            email="clerk@example.com",
        )
        cls.team.name = "Receivables"
        cls._free_from_approval()
        cls.long_named = cls.env["res.partner"].create(
            {
                "name": "Bundesverband der Landmaschinen- und Fördertechnikhersteller"
                " Beteiligungsgesellschaft mbH & Co. KG",
                "is_company": True,
            }
        )

    def test_dispute_and_credit(self):
        invoice = self._create_invoice_of(
            500, partner=self.long_named, taxes=self.company_data["default_tax_sale"]
        )
        receivable = self._get_receivable(invoice)
        self.assertFalse(receivable.no_followup)
        self._walk(f"/odoo/customer-invoices/{invoice.id}", "dispute_clerk")
        case = invoice.with_user(self.browser_clerk).dispute_line_ids.case_id
        self.assertRecordValues(
            case,
            [
                {
                    "user_id": self.browser_clerk.id,
                    "team_id": self.team.id,
                    "reason_id": self.env.ref("dispute_management.dispute_reason_qty").id,
                    "cause_id": self.env.ref("dispute_management.dispute_cause_pic").id,
                    "resolution_id": self.env.ref("dispute_management.dispute_resolution_crf").id,
                    "customer_reference": "DN-4711",
                    "description": "Two chairs were missing",
                    "stage_kind": "resolved",
                    "is_valid": True,
                    "amount_disputed": 575,
                    "amount_credited": 575,
                    "amount_open": 0,
                }
            ],
        )
        credit_note = case.settlement_ids.line_ids.move_id
        self.assertRecordValues(
            credit_note,
            [
                {
                    "move_type": "out_refund",
                    "state": "posted",
                    "amount_total": 575,
                    "amount_residual": 0,
                    "reversed_entry_id": invoice.id,
                }
            ],
        )
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(invoice.dispute_amount, 0)
        self.assertFalse(receivable.no_followup, "follow-up is as it was found")

    def test_several_refused(self):
        invoices = self.env["account.move"].union(
            *(self._create_invoice_of(amount, self.long_named) for amount in (100, 200))
        )
        self._walk("/odoo/customer-invoices", "dispute_clerk_several")
        case = invoices.with_user(self.browser_clerk).dispute_line_ids.case_id
        self.assertRecordValues(
            case,
            [
                {
                    "partner_id": self.long_named.id,
                    "stage_kind": "rejected",
                    "is_valid": False,
                    "amount_disputed": 300,
                    "amount_rejected": 300,
                    "amount_open": 0,
                }
            ],
        )
        self.assertEqual(case.settlement_ids.reason_text, "Both deliveries were signed for")
        self.assertEqual(sum(invoices.mapped("amount_residual")), 300)
        self.assertFalse(any(self._get_receivable(invoices).mapped("no_followup")))

    def test_ask(self):
        quantity = self.env.ref("dispute_management.dispute_reason_qty")
        claims = {self._create_invoice_of(100): 100}
        case = self._create_case(claims, user=self.browser_clerk, reason_id=quantity.id)
        self._walk(f"/odoo/dispute.case/{case.id}", "dispute_ask")
        asked = case.request_ids
        self.assertRecordValues(
            asked,
            [{"email": "depot@carrier.example.com", "state": "open", "create_uid": self.browser_clerk.id}],
        )
        self.assertEqual(case.waiting_on, "third_party")
        self.assertTrue(asked.item_ids)

    def _walk(self, url, tour):
        self.start_tour(url, tour, login="browser_clerk")
        # The browser's requests wrote; read anew what this test read before.
        self.env.invalidate_all()

    def _get_receivable(self, invoices):
        return invoices.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
