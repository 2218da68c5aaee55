import json
import re
from datetime import timedelta
from pathlib import Path

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.dispute_management.tests.common import DisputeCommon

DOCUMENT = Path(__file__).parents[3] / "docs" / "api.md"


@tagged("post_install", "-at_install")
class TestApi(DisputeCommon, HttpCase):
    """The examples of docs/api.md do what it says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        keys = cls.env["res.users.apikeys"].with_user(cls.clerk)
        cls.key = keys._generate("rpc", "test", fields.Datetime.now() + timedelta(days=1))
        cls.examples = [
            json.loads(text) for text in re.findall(r"```json\n(.*?)```", DOCUMENT.read_text(), re.S)
        ]
        cls.invoice = cls._create_invoice_of(500)

    def _call(self, method, body, key=None):
        # Odoo logs what it refuses; the answer is what counts here.
        with mute_logger("odoo.http"):
            return self._post(method, body, key)

    def _post(self, method, body, key):
        return self.url_open(
            f"/json/2/dispute.case/{method}",
            json=body,
            headers={"Authorization": f"Bearer {key or self.key}"},
        )

    def _open(self, **line):
        body = json.loads(json.dumps(self.examples[0]))
        vals = body["vals_list"][0]
        vals["reason_id"] = self.reason.id
        vals["line_ids"][0][2] = {**vals["line_ids"][0][2], "move_id": self.invoice.id, **line}
        return self._call("create", body)

    def test_create_read_and_move(self):
        response = self._open()
        self.assertEqual(response.status_code, 200, response.text)
        case = self.env["dispute.case"].with_user(self.viewer).browse(response.json())
        self.assertEqual(case.amount_disputed, 120.5)
        self.assertEqual(case.user_id, self.leader)
        (found,) = self._call("search_read", self.examples[1]).json()
        self.assertEqual(found["name"], case.name)
        self.assertEqual(found["amount_open"], 120.5)
        move = {**self.examples[2], "ids": case.ids, "vals": {"stage_id": self._stage("checking").id}}
        self.assertEqual(self._call("write", move).status_code, 200)
        case.invalidate_recordset()
        self.assertEqual(case.stage_id, self._stage("checking"))

    def test_refused_with_its_reason(self):
        for line, reason in (
            ({"amount": 500.01}, "At most"),
            ({"amount": 1.001}, "decimals"),
            ({"amount": 0}, "more than zero"),
        ):
            with self.subTest(line):
                response = self._open(**line)
                self.assertEqual(response.status_code, 422)
                self.assertIn(reason, response.json()["message"])
        self.assertFalse(self.invoice.dispute_case_count)

    def test_rules_of_the_pipeline(self):
        case = self.env["dispute.case"].with_user(self.viewer).browse(self._open().json())
        new, checking, offer = (self._stage(name).sudo() for name in ("new", "checking", "offer"))
        needed = {"field_name": "customer_wish", "message": "Ask what they want."}
        for setting, stage, reason in (
            ({"next_stage_ids": [Command.set(checking.ids)]}, offer, "may go to: Checking"),
            ({"requirement_ids": [Command.create(needed)]}, checking, "Ask what they want."),
        ):
            new.write(setting)
            with self.subTest(reason):
                response = self._call("write", {"ids": case.ids, "vals": {"stage_id": stage.id}})
                self.assertEqual(response.status_code, 422)
                self.assertIn(reason, response.json()["message"])
        new.write({"next_stage_ids": [Command.clear()], "requirement_ids": [Command.clear()]})
        offer.group_ids = self.env.ref("dispute_management.group_dispute_leader")
        response = self._call("write", {"ids": case.ids, "vals": {"stage_id": offer.id}})
        self.assertIn("entered by", response.json()["message"])
        response = self._open(amount=1)
        self.assertEqual(response.status_code, 200)
        case.invalidate_recordset()
        self.assertEqual(case.stage_id, new)

    def test_key_without_rights(self):
        keys = self.env["res.users.apikeys"].with_user(self.outsider)
        key = keys._generate("rpc", "test", fields.Datetime.now() + timedelta(days=1))
        response = self._call("create", {"vals_list": [{"reason_id": self.reason.id}]}, key)
        self.assertEqual(response.status_code, 403)
        self.assertEqual(self._call("search_read", self.examples[1], key).json(), [])
