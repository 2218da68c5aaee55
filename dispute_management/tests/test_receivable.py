from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestReceivable(DisputeCommon):
    """What customers owe, disputed and undisputed apart, and what is done about the rest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env.user)
        cls.customer = cls.env["res.partner"].create({"name": "Customer of open items"})

    def _due(self, amount, days_ago, **values):
        day = self.today - timedelta(days=days_ago)
        values = {"invoice_date": day, "invoice_date_due": day, "invoice_payment_term_id": False, **values}
        return self._create_invoice_of(amount, partner=self.customer, **values)

    def _get_rows(self, user=None):
        self.env.flush_all()
        rows = (
            self.env["dispute.receivable"]
            .with_user(user or self.viewer)
            .search([("partner_id", "=", self.customer.id)])
        )
        return [
            (row.ageing, row.amount_residual, row.amount_disputed, row.amount_undisputed, row.amount_overdue)
            for row in rows
        ]

    def test_open_items_by_age(self):
        self._create_case({self._due(100, 100): 40})
        self._due(50, 45)
        self._due(20, 0)
        paid = self._due(70, 10)
        self._register_payment(paid, amount=70)
        self.assertEqual(
            self._get_rows(),
            [
                ("over_90", 100, 40, 60, 60),
                ("31_60", 50, 0, 50, 50),
                ("not_due", 20, 0, 20, 0),
            ],
        )
        customer = self.customer.with_user(self.viewer)
        self.assertEqual(customer.dispute_receivable_disputed, 40)
        self.assertEqual(customer.dispute_receivable_undisputed, 130)
        self.assertEqual(customer.dispute_receivable_overdue, 110)

    def test_disputed_part_counts_with_what_is_due_last(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Half now, half later",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 0}),
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 90}),
                ],
            }
        )
        invoice = self._due(100, 5, invoice_payment_term_id=term.id, invoice_date_due=False)
        self._create_case({invoice: 60})
        self.assertEqual(self._get_rows(), [("1_30", 50, 10, 40, 40), ("not_due", 50, 50, 0, 0)])

    def test_foreign_currency_in_company_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("2019-01-01", 0.333)])
        invoice = self._due(100, 5, currency_id=euro.id)
        self._create_case({invoice: 33})
        [(ageing, residual, disputed, undisputed, overdue)] = self._get_rows()
        self.assertEqual(ageing, "1_30")
        self.assertAlmostEqual(disputed, residual * 0.33, 2)
        self.assertAlmostEqual(disputed + undisputed, residual, 6)
        self.assertAlmostEqual(overdue, undisputed, 6)

    def test_unmatched_payment_stands_against_it(self):
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.customer.id,
                "amount": 30,
                "payment_type": "inbound",
                "partner_type": "customer",
            }
        )
        payment.action_post()
        self.assertEqual([row[1:4] for row in self._get_rows()], [(-30, 0, -30)])

    def test_closed_case_disputes_nothing(self):
        invoice = self._due(100, 5)
        case = self._create_case({invoice: 40})
        self.assertEqual(invoice.dispute_amount_owed, 40)
        self._settle(case, "rejection")
        self.assertEqual(invoice.dispute_amount_owed, 0)
        self.assertEqual(self._get_rows(), [("1_30", 100, 0, 100, 100)])

    def test_claim_on_paid_money_is_no_receivable(self):
        invoice = self._due(100, 5)
        self._register_payment(invoice, amount=80)
        self._create_case({invoice: 70})
        self.assertEqual(invoice.dispute_amount, 70)
        self.assertEqual(invoice.dispute_amount_owed, 20)
        self.assertEqual(invoice.dispute_amount_undisputed, 0)

    def test_customer_and_clerk_of_another_company_see_nothing(self):
        self._due(100, 5)
        other = self._create_company(name="Another company")
        stranger = self._create_user("dispute_stranger", "group_dispute_viewer")
        stranger.sudo().write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.assertEqual(self._get_rows(stranger), [])

    # Undisputed part overdue

    def _find_overdue(self, invoices):
        return self.env["account.move"].search(
            [("dispute_is_undisputed_overdue", "=", True), ("id", "in", invoices.ids)]
        )

    def test_overdue_beside_the_dispute(self):
        some, whole, later, quiet = (
            self._due(100, 5),
            self._due(100, 5),
            self._due(100, -5),
            self._due(100, 5),
        )
        self._create_case({some: 40})
        self._create_case({whole: 100})
        self._create_case({later: 40})
        invoices = some | whole | later | quiet
        self.assertEqual(self._find_overdue(invoices), some)
        self.assertEqual(invoices.mapped("dispute_is_undisputed_overdue"), [True, False, False, False])
        self._register_payment(some, amount=60)
        self.assertFalse(self._find_overdue(invoices))

    def test_owner_is_told_once(self):
        invoice = self._due(100, 5)
        case = self._create_case({invoice: 40})
        cron = self.env.ref("dispute_management.ir_cron_tell_undisputed")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        told = case.activity_ids.filtered(lambda item: "Undisputed part overdue" in (item.summary or ""))
        self.assertEqual(len(told), 1)
        self.assertEqual(told.user_id, self.clerk)
        self.assertIn(f"{invoice.name} ($\xa060.00)", told.summary)

    # Pay-by date of a refusal

    def _get_checks(self, case):
        kind = self.env.ref("dispute_management.mail_activity_type_pay_by")
        return case.activity_ids.filtered(lambda item: item.activity_type_id == kind)

    def test_refusal_sets_a_date_and_a_follow_up(self):
        self.company.dispute_pay_by_days = 10
        invoice = self._due(100, 5)
        case = self._create_case({invoice: 40})
        self._settle(case, "rejection")
        self.assertEqual(case.date_pay_by, self.today + timedelta(days=10))
        self.assertEqual(self._get_checks(case).user_id, self.clerk)
        self.assertEqual(self._get_checks(case).date_deadline, case.date_pay_by)
        template = self.env.ref("dispute_management.mail_template_dispute_refused").sudo()
        letter = template._render_field("body_html", case.ids)[case.id]
        self.assertIn("Please pay the amount that we could not accept by", letter)
        self.assertIn("Please pay what is not accepted", case.sudo().settlement_ids._get_refused_words())
        self._register_payment(invoice, amount=100)
        self.env.cr.flush()
        self.assertFalse(self._get_checks(case))

    def test_reopening_takes_it_back(self):
        case = self._create_case({self._due(100, 5): 40})
        self._settle(case, "rejection")
        case.with_user(self.clerk).action_reopen()
        self.assertFalse(case.date_pay_by)
        self.assertFalse(self._get_checks(case))

    def test_nothing_to_pay_no_date(self):
        paid = self._due(100, 5)
        self._register_payment(paid, amount=100)
        refused, withdrawn = self._create_case({paid: 40}), self._create_case({self._due(100, 5): 40})
        self._settle(refused, "rejection")
        withdrawn._close(self._resolution("WDN"), self.cause)
        self.assertFalse(refused.date_pay_by)
        self.assertFalse(withdrawn.date_pay_by)

    def test_part_refused_part_credited(self):
        case = self._create_case({self._due(100, 5): 40})
        self._settle(case, "rejection", 10)
        self.assertFalse(case.is_closed)
        self._settle(case, "credit_note")
        self.assertEqual(case.stage_kind, "resolved")
        self.assertEqual(case.date_pay_by, self.today + timedelta(days=7))
