import json

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.account_payment.tests.common import AccountPaymentCommon

from .webhook_common import WebhookCommon


@tagged("post_install", "-at_install")
class TestWebhookChargeback(AccountPaymentCommon, WebhookCommon, HttpCase):
    """A scheme takes a payment back and tells so, as docs/api.md writes it."""

    def setUp(self):
        super().setUp()
        self.invoice = self._create_invoice_of(500)
        self.transaction = self._create_transaction(
            "redirect",
            amount=500,
            currency_id=self.invoice.currency_id.id,
            partner_id=self.partner_a.id,
            invoice_ids=[Command.set(self.invoice.ids)],
            reference=f"tx-{self.invoice.name}",
            state="done",
        )
        self.transaction._post_process()

    def _told(self, **values):
        return {**self.examples["chargeback.opened"], "transaction": self.transaction.reference, **values}

    def _get_cases(self):
        return self.env["dispute.case"].sudo().search([("transaction_id", "=", self.transaction.id)])

    def test_the_documented_chargeback(self):
        response = self._send(self._told())
        self.assertEqual(response.status_code, 200, response.text)
        case = self._get_cases()
        self.assertEqual(case.name, response.json()["case"])
        self.assertEqual((case.chargeback_reference, case.amount_disputed), ("CB-0815", 120.5))
        self.assertEqual(str(case.date_evidence_due), "2026-12-04 22:00:00")
        self.assertEqual(self._send(self._told(id="evt_9")).json()["case"], case.name)
        self.assertEqual(self._send(self._told(id="evt_10", type="chargeback.won")).status_code, 200)
        self.assertEqual(self._get_cases(), case)

    def test_all_of_it_unless_told(self):
        told = self._told()
        del told["amount"], told["reason"], told["evidence_due"]
        self.assertEqual(self._send(told).status_code, 200)
        self.assertEqual(self._get_cases().amount_disputed, 500)

    def test_what_cannot_be_taken_back(self):
        for values in (
            {"amount": 0},
            {"amount": -5},
            {"amount": 500.01},
            {"amount": 10**400},
            {"amount": "120"},
            {"amount": True},
            {"evidence_due": "tomorrow"},
            {"evidence_due": "9999-99-99 00:00:00"},
            {"transaction": ""},
            {"transaction": "%"},
            {"reference": "\x00"},
        ):
            with self.subTest(values):
                self.assertEqual(self._send(self._told(**values)).status_code, 422)
        body = json.dumps(self._told()).replace("120.5", "1e999").encode()
        self.assertEqual(self._send(None, body=body).status_code, 422)
        self.assertFalse(self._get_cases())
