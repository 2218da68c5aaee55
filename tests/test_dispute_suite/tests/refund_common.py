from odoo import SUPERUSER_ID, api
from odoo.fields import Command

from odoo.addons.dispute_management.tests.settlement_common import SettlementCommon
from odoo.addons.test_dispute_suite.models.payment_transaction import ASKED


class RefundCommon(SettlementCommon):
    """Invoices paid online, and providers that refund them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["payment.provider"].sudo()._setup_payment_method("dispute_test")
        cls.provider = cls._create_provider("dispute_test")

    def setUp(self):
        super().setUp()
        ASKED.clear()

    @classmethod
    def _create_provider(cls, code):
        method = cls.env.ref("payment_demo.payment_method_demo").sudo()
        method.active = True
        provider = (
            cls.env["payment.provider"]
            .sudo()
            .create(
                {
                    "name": code,
                    "code": code,
                    "state": "test",
                    "company_id": cls.company.id,
                    "payment_method_ids": [Command.set(method.ids)],
                }
            )
        )
        provider.journal_id = cls.company_data["default_journal_bank"]
        return provider

    @classmethod
    def _pay_online(cls, invoice, amount=None, provider=None):
        """:return: the payment.transaction by which a customer paid an invoice online"""
        transaction = (
            cls.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": (provider or cls.provider).id,
                    "payment_method_id": cls.env.ref("payment_demo.payment_method_demo").id,
                    "reference": f"tx-{invoice.name}-{len(invoice.sudo().transaction_ids)}",
                    "amount": amount or invoice.amount_residual,
                    "currency_id": invoice.currency_id.id,
                    "partner_id": invoice.partner_id.id,
                    "operation": "online_direct",
                    "invoice_ids": [Command.set(invoice.ids)],
                }
            )
        )
        transaction._set_done()
        transaction._post_process()
        return transaction

    def _send(self):
        """Run the cron that sends refunds, in its own transactions."""
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["dispute.refund.send"]._cron_send_refunds()
