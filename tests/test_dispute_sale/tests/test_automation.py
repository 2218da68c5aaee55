import json
import re
from pathlib import Path

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.dispute_management.tests.common import DisputeCommon
from odoo.addons.dispute_management.tests.receiver_common import ReceiverCommon

DOCUMENT = Path(__file__).parents[3] / "docs" / "api.md"


@tagged("post_install", "-at_install")
class TestAutomation(ReceiverCommon, DisputeCommon):
    """Automation rules of Odoo tell another system what becomes of a dispute, as docs/api.md says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        texts = re.findall(r"```json\n(.*?)```", DOCUMENT.read_text(), re.S)
        [cls.example] = [json.loads(text) for text in texts if "_action" in text]
        cls.case = cls._create_case({cls._create_invoice_of(100): 60})
        cls.other = cls._create_case({cls._create_invoice_of(10): 10})

    def setUp(self):
        super().setUp()
        # What accounting does after a commit looks for what tests never commit.
        self.env.cr.postcommit.clear()
        self.url, self.received = self._receive()

    def _tell(self, stage, **values):
        """:return: a rule that posts the fields of the example when a case enters a stage"""
        names = [name for name in self.example if not name.startswith("_") and name != "id"]
        model_id = self.env["ir.model"]._get_id("dispute.case")
        fields_sent = [self.env["ir.model.fields"]._get("dispute.case", name).id for name in names]
        return (
            self.env["base.automation"]
            .sudo()
            .create(
                {
                    "name": "Tell the shop",
                    "model_id": model_id,
                    "trigger": "on_stage_set",
                    "trg_field_ref": stage.id,
                    "action_server_ids": [
                        Command.create(
                            {
                                "name": "Tell the shop",
                                "model_id": model_id,
                                "usage": "base_automation",
                                "state": "webhook",
                                "webhook_url": self.url,
                                "webhook_field_ids": [Command.set(fields_sent)],
                            }
                        )
                    ],
                    **values,
                }
            )
        )

    def _commit(self):
        """Do what follows a commit, as Odoo does when a request is over.

        :return: what was posted
        """
        self.env.cr.flush()
        self.env.cr.postcommit.run()
        self.env.cr.postrollback.clear()
        told, self.received[:] = list(self.received), []
        return told

    def test_a_stage_is_told_once_as_documented(self):
        rule = self._tell(self._stage("checking"))
        self.case.with_user(self.clerk).stage_id = self._stage("checking")
        self.assertFalse(self.received, "Not before the change is there to stay.")
        [(content_type, payload)] = self._commit()
        self.assertEqual(content_type, "application/json")
        self.assertEqual(set(payload), set(self.example))
        self.assertEqual(
            payload,
            {
                "_action": f"Tell the shop(#{rule.action_server_ids.id})",
                "_id": self.case.id,
                "_model": "dispute.case",
                "amount_open": 60.0,
                "date_deadline": fields.Datetime.to_string(self.case.date_deadline),
                "id": self.case.id,
                "name": self.case.name,
                "stage_kind": "assessing",
            },
        )

    def test_other_stages_and_other_changes_are_not_told(self):
        self._tell(self._stage("checking"))
        self.case.with_user(self.clerk).stage_id = self._stage("waiting_customer")
        self.case.with_user(self.clerk).priority = "2"
        self.assertFalse(self._commit())
        self.case.with_user(self.clerk).stage_id = self._stage("checking")
        self.assertEqual(len(self._commit()), 1)
        self.case.with_user(self.clerk).priority = "1"
        self.assertFalse(self._commit(), "It stands there already.")

    def test_closing_is_told_with_what_came_of_it(self):
        self._tell(self._stage("refused"))
        self._tell(self._stage("withdrawn"))
        self._settle(self.case, "rejection")
        [(_type, payload)] = self._commit()
        self.assertEqual((payload["stage_kind"], payload["amount_open"]), ("rejected", 0))
        self.other._close(self._resolution("WDN"), cause=self.cause)
        [(_type, payload)] = self._commit()
        self.assertEqual((payload["_id"], payload["stage_kind"]), (self.other.id, "withdrawn"))

    def test_what_a_cron_moves_is_told_too(self):
        stage = self._stage("waiting_customer")
        stage.sudo().write({"timeout_days": 3, "timeout_stage_id": self._stage("checking").id})
        self._tell(self._stage("checking"))
        self.case.with_user(self.clerk).stage_id = stage
        self._commit()
        # The cron would commit, and Odoo keeps tests from that.
        self.case.sudo()._time_out()
        [(_type, payload)] = self._commit()
        self.assertEqual(payload["_id"], self.case.id)

    def test_a_refused_move_tells_nothing(self):
        self._tell(self._stage("checking"))
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.case.with_user(self.viewer).stage_id = self._stage("checking")
        self.assertFalse(self._commit())

    def test_a_rule_for_any_edit_tells_once_a_change(self):
        rule = self._tell(self._stage("checking"))
        rule.write({"trigger": "on_create_or_write", "trg_field_ref": False})
        invoice = self._create_invoice_of(30)
        self.env.cr.postcommit.clear()
        for change, told in (
            (lambda: self._create_case({invoice: 10}), ("new", 10)),
            (
                lambda: self.case.with_user(self.clerk).write({"stage_id": self._stage("checking").id}),
                ("assessing", 60),
            ),
            (lambda: self._settle(self.case, "rejection"), ("rejected", 0)),
            (
                lambda: self.other._close(self._resolution("WDN"), cause=self.cause),
                ("withdrawn", 0),
            ),
        ):
            with self.subTest(told):
                change()
                [(_type, payload)] = self._commit()
                self.assertEqual((payload["stage_kind"], payload["amount_open"]), told)

    def test_what_was_undone_is_not_told(self):
        rule = self._tell(self._stage("checking"))
        rule.write({"trigger": "on_create_or_write", "trg_field_ref": False})
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.case.with_user(self.clerk).priority = "2"
            raise ZeroDivisionError
        self.assertFalse(self._commit())
