import json
import re
import time

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.dispute_management.tests.receiver_common import ReceiverCommon
from odoo.addons.dispute_management.tools.webhook_signature import sign

from .webhook_common import DOCUMENT, WebhookCommon


@tagged("post_install", "-at_install")
class TestWebhook(ReceiverCommon, WebhookCommon, HttpCase):
    """The examples of docs/api.md, sent to us and by us."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_invoice_of(500)

    def _opened(self, **values):
        return {**self.examples["dispute.opened"], "invoice": self.invoice.name, **values}

    def test_the_documented_events(self):
        response = self._send(self._opened())
        self.assertEqual(response.status_code, 200, response.text)
        case = (
            self.env["dispute.case"].with_user(self.viewer).search([("name", "=", response.json()["case"])])
        )
        self.assertEqual((case.amount_disputed, case.customer_reference), (120.5, "CB-4711"))
        self.assertEqual(case.reason_id.code, "NDL")
        self.assertEqual(case.create_uid, self.clerk)
        self.assertEqual(self._send(self.examples["dispute.message"]).status_code, 200)
        self.assertIn("due on Friday", case.message_ids[0].body)
        self.assertEqual(self._send(self.examples["dispute.closed"]).status_code, 200)
        self.assertIn("won", case.activity_ids.mapped("summary")[-1])

    def test_the_same_event_twice_makes_one_case(self):
        first, second = self._send(self._opened()), self._send(self._opened())
        self.assertEqual(first.json(), second.json())
        self.assertEqual(self.invoice.dispute_case_count, 1)

    def test_events_that_come_in_another_order_are_sent_again(self):
        message = self.examples["dispute.message"]
        self.assertEqual(self._send(message).status_code, 422)
        self.assertEqual(self._send(self._opened()).status_code, 200)
        self.assertEqual(self._send(message).status_code, 200)
        case = self.env["dispute.case"].search([("customer_reference", "=", message["reference"])])
        before = len(case.message_ids)
        self.assertEqual(self._send({**message, "text": "Something else"}).status_code, 200)
        self.assertEqual(len(case.message_ids), before)

    def test_unsigned_old_and_forged_events(self):
        event = self._opened()
        body = json.dumps(event).encode()
        now = int(time.time())
        good = sign(self.webhook.secret, now, body)
        for name, arguments in {
            "other secret": {"secret": "x" * 32},
            "old": {"at": now - 600},
            "from the future": {"at": now + 600},
            "no header": {"header": "-"},
            "two times": {"header": f"t=1,{good}"},
            "hostile": {"header": "t=" + "9" * 5000 + ",v1=x"},
            "changed body": {"header": good, "body": body.replace(b"120.5", b"320.5")},
        }.items():
            with self.subTest(name):
                response = self._send(event, **arguments)
                self.assertEqual(
                    (response.status_code, response.json()), (401, {"error": "The signature is wrong."})
                )
        self.clerk.sudo().active = False
        self.assertEqual(self._send(event).status_code, 401)
        self.clerk.sudo().active = True
        self.webhook.active = False
        self.assertEqual(self._send(event).status_code, 401)
        self.assertFalse(self.invoice.dispute_case_count)

    def test_events_that_cannot_be_done(self):
        for values, status in (
            ({"invoice": "INV/NONE"}, 422),
            ({"amount": "120"}, 422),
            ({"amount": True}, 422),
            ({"amount": 1e308}, 422),
            ({"amount": 500.01}, 422),
            ({"reason": "XXX"}, 422),
            ({"type": "dispute.deleted"}, 422),
            ({"id": ""}, 422),
            ({"id": {"a": 1}}, 422),
            ({"id": "x" * 201}, 422),
            ({"id": "a\x00b"}, 422),
            ({"amount": 10**400}, 422),
            ({"amount": -5}, 422),
            ({"amount": [1]}, 422),
            ({"invoice": {"a": 1}}, 422),
        ):
            with self.subTest(values):
                self.assertEqual(self._send(self._opened(**values)).status_code, status)
        number = json.dumps(self._opened()).replace("120.5", "%s").encode()
        for body, status in (
            (b"{", 400),
            (b"[1]", 400),
            (b"\xff\xfe", 400),
            (b"[" * 100_000, 400),
            (b'{"a":' * 20_000, 400),
            (number % b"NaN", 400),
            (number % b"-Infinity", 400),
            (number % b"1e999", 422),
            (number % (b"9" * 5000), 400),
            (b"x" * (256 * 1024 + 1), 413),
        ):
            with self.subTest(body[:3]):
                self.assertEqual(self._send(None, body=body).status_code, status)
        self.assertFalse(self.invoice.dispute_case_count)

    def test_signed_but_sent_as_a_form(self):
        for content_type in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
            with self.subTest(content_type):
                response = self._send(self._opened(), content_type=content_type)
                self.assertEqual(response.status_code, 415)
                self.assertIn("application/json", response.json()["error"])
        self.assertEqual(self._send(self._opened(), content_type="text/plain").status_code, 200)
        self.assertEqual(self.invoice.dispute_case_count, 1)

    def test_the_other_system_has_the_rights_of_its_user(self):
        self.webhook.user_id = self.viewer
        self.assertEqual(self._send(self._opened()).status_code, 422)
        self.assertFalse(self.invoice.dispute_case_count)
        with self.assertRaises(ValidationError):
            self.webhook.user_id = self.env.ref("base.user_admin")

    def test_telling_another_system(self):
        url, received = self._receive()
        names = ("name", "stage_kind", "amount_open", "date_deadline")
        action = (
            self.env["ir.actions.server"]
            .sudo()
            .create(
                {
                    "name": "Tell the shop",
                    "model_id": self.env["ir.model"]._get_id("dispute.case"),
                    "state": "webhook",
                    "webhook_url": url,
                    "webhook_field_ids": [
                        Command.link(self.env["ir.model.fields"]._get("dispute.case", name).id)
                        for name in names
                    ],
                }
            )
        )
        case = self._create_case({self.invoice: 100})
        action.with_context(active_model="dispute.case", active_id=case.id, active_ids=case.ids).run()
        self.env.cr.flush()
        self.env.cr.postcommit.run()
        self.env.cr.postrollback.clear()
        ((_content_type, payload),) = received
        example = next(
            json.loads(text)
            for text in re.findall(r"```json\n(.*?)```", DOCUMENT.read_text(), re.S)
            if "_action" in text
        )
        self.assertEqual(set(payload), set(example))
        self.assertEqual((payload["name"], payload["amount_open"]), (case.name, 100))
