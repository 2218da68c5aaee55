from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.account_payment.tests.common import AccountPaymentCommon

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestPayUndisputed(AccountPaymentCommon, DisputeCommon):
    """What customers are asked to pay of an invoice in dispute: the rest; all if they choose."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env.user)
        cls.env["ir.config_parameter"].sudo().set_param("account_payment.enable_portal_payment", "True")

    def _due(self, amount, days_ago=5, **values):
        day = self.today - timedelta(days=days_ago)
        values = {"invoice_date": day, "invoice_date_due": day, "invoice_payment_term_id": False, **values}
        return self._create_invoice_of(amount, **values)

    def _pay(self, invoices, amount):
        transaction = self._create_transaction(
            "redirect",
            amount=amount,
            currency_id=invoices.currency_id.id,
            partner_id=self.partner_a.id,
            invoice_ids=[Command.set(invoices.ids)],
            reference=f"tx-{invoices[0].name}-{amount}",
            state="done",
        )
        transaction._post_process()
        self.env.cr.flush()
        return transaction

    # Offered

    def test_the_rest_is_offered_and_all_can_be_chosen(self):
        invoice = self._due(100)
        self._create_case({invoice: 40})
        values = invoice._get_invoice_portal_extra_values()
        self.assertEqual(values["next_amount_to_pay"], 60)
        self.assertEqual(values["amount_due"], 100)
        self.assertEqual(values["installment_state"], "next")
        self.assertTrue(values["dispute_is_offered"])
        self.assertTrue(invoice._has_to_be_paid())

    def test_without_a_dispute_nothing_changes(self):
        values = self._due(100)._get_invoice_portal_extra_values()
        self.assertEqual(values["next_amount_to_pay"], 100)
        self.assertNotIn("dispute_amount_owed", values)

    def test_all_of_it_disputed_asks_for_nothing_and_can_be_paid(self):
        invoice = self._due(100)
        self._create_case({invoice: 100})
        values = invoice._get_invoice_portal_extra_values()
        self.assertEqual(values["dispute_undisputed"], 0)
        self.assertEqual(values["amount_due"], 100)
        self.assertTrue(invoice._has_to_be_paid())

    def test_instalment_smaller_than_the_rest_stays_the_offer(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Half now, half later",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 0}),
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 90}),
                ],
            }
        )
        invoice = self._due(100, invoice_payment_term_id=term.id, invoice_date_due=False)
        self._create_case({invoice: 40})
        values = invoice._get_invoice_portal_extra_values()
        self.assertEqual(values["next_amount_to_pay"], 50)
        self.assertEqual(values["installment_state"], "overdue")
        self.assertFalse(values["dispute_is_offered"])
        second = self._create_case({invoice: 30})
        self.assertEqual(invoice._get_invoice_portal_extra_values()["next_amount_to_pay"], 30)
        self._settle(second, "rejection")
        self.assertEqual(invoice._get_invoice_portal_extra_values()["next_amount_to_pay"], 50)

    def test_early_payment_discount_is_for_all_of_it(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2 % in 10 days",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})],
            }
        )
        invoice = self._due(100, 1, invoice_payment_term_id=term.id, invoice_date_due=False)
        case = self._create_case({invoice: 40})
        values = invoice._get_invoice_portal_extra_values()
        self.assertEqual((values["next_amount_to_pay"], values["amount_due"]), (60, 98))
        self._pay(invoice, 98)
        self.assertEqual(invoice.amount_residual, 0)
        self.assertAmounts(case, paid_after=40)

    def test_payment_link_asks_for_the_rest(self):
        invoice, whole = self._due(100), self._due(100)
        self._create_case({invoice: 40})
        self._create_case({whole: 100})
        wizards = self.env["payment.link.wizard"].with_context(active_model="account.move")
        wizard = wizards.with_context(active_id=invoice.id).create({})
        self.assertEqual((wizard.amount, wizard.amount_max), (60, 100))
        self.assertIn("40.00", wizard.dispute_info)
        self.assertIn("amount=60.0", wizard.link)
        self.assertFalse(wizard.warning_message)
        self.assertIn("amount=60.0", invoice._get_portal_payment_link())
        nothing = wizards.with_context(active_id=whole.id).create({})
        self.assertEqual(nothing.amount, 0)
        self.assertIn("All that is open", nothing.dispute_info)
        self.assertIn("amount=100.0", whole._get_portal_payment_link())

    # Paid

    def test_paying_the_rest_leaves_the_dispute(self):
        invoice = self._due(100)
        case = self._create_case({invoice: 40})
        self._pay(invoice, 60)
        self.assertEqual(invoice.amount_residual, 40)
        self.assertAmounts(case, open=40)
        self.assertFalse(invoice.dispute_short_payment)

    def test_paying_all_of_it_ends_the_dispute(self):
        invoice = self._due(100)
        case = self._create_case({invoice: 40})
        self._pay(invoice, 100)
        self.assertAmounts(case, paid_after=40)
        self.assertTrue(case.is_closed)

    def test_paying_the_rest_of_several_spares_what_is_disputed(self):
        disputed, quiet, other = self._due(100, 9), self._due(50, 5), self._due(70, 3)
        case = self._create_case({disputed: 40})
        second = self._create_case({other: 20})
        self._pay(disputed | quiet | other, 60 + 50 + 50)
        self.assertEqual((disputed | quiet | other).mapped("amount_residual"), [40, 0, 20])
        self.assertAmounts(case, open=40)
        self.assertAmounts(second, open=20)

    def test_paying_more_than_the_rest_of_several_goes_by_age(self):
        disputed, quiet = self._due(100, 9), self._due(50, 5)
        self._create_case({disputed: 40})
        self._pay(disputed | quiet, 150)
        self.assertEqual((disputed | quiet).mapped("amount_residual"), [0, 0])

    def test_foreign_currency_of_several(self):
        euro = self.setup_other_currency("EUR", rates=[("2019-01-01", 0.333)])
        disputed, quiet = self._due(100, 9, currency_id=euro.id), self._due(50, 5, currency_id=euro.id)
        case = self._create_case({disputed: 33.33})
        self._pay(disputed | quiet, 116.67)
        self.assertEqual((disputed | quiet).mapped("amount_residual"), [33.33, 0])
        self.assertAmounts(case, open=33.33)


@tagged("post_install", "-at_install")
class TestPayUndisputedPages(HttpCase, AccountPaymentCommon, DisputeCommon):
    """The portal's own payment pages, as a customer sees them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].sudo().set_param("account_payment.enable_portal_payment", "True")
        cls.customer = new_test_user(cls.env, "dispute_payer", "base.group_portal")
        cls.day = fields.Date.context_today(cls.env.user) - timedelta(days=5)
        cls.disputed, cls.whole, cls.quiet = (
            cls._create_invoice_of(
                amount,
                partner=cls.customer.partner_id,
                invoice_date=cls.day,
                invoice_date_due=cls.day,
                invoice_payment_term_id=False,
            )
            for amount in (1100, 2200, 550)
        )
        cls.case = cls._create_case({cls.disputed: 440})
        cls._create_case({cls.whole: 2200})
        cls.env.flush_all()

    def _get(self, url):
        self.authenticate("dispute_payer", "dispute_payer")
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        return " ".join(response.text.split())

    def test_invoice_page_offers_the_undisputed_part(self):
        page = self._get(self.disputed.get_portal_url())
        self.assertIn("Undisputed part", page)
        self.assertIn("Only the rest is due now", page)
        self.assertIn('data-invoice-next-amount-to-pay="660.0"', page)
        self.assertIn('data-invoice-amount-due="1100.0"', page)

    def test_invoice_page_when_all_is_disputed(self):
        page = self._get(self.whole.get_portal_url())
        self.assertIn("nothing is due now", page)
        self.assertIn("Pay Now", page)

    def test_blocked_invoice_says_why(self):
        self.case.action_block_payment()
        page = self._get(self.disputed.get_portal_url())
        self.assertIn("can't be paid while it is in dispute", page.replace("&#39;", "'"))

    def test_overdue_page_asks_for_the_undisputed_parts(self):
        page = self._get("/my/invoices/overdue")
        self.assertIn('data-amount="1210.0"', page)
        self.assertIn("440.00", page)
        self.assertNotIn("3,850", page)

    def test_list_of_invoices_shows_the_rest(self):
        page = self._get("/my/invoices")
        self.assertIn("660.00", page)
