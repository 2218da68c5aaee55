from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestReason(DisputeCommon):
    """What a reason decides, and what becomes of one that is not wanted any more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = (
            cls.env["dispute.reason"]
            .with_user(cls.administrator)
            .create(
                {"name": "Chargeback", "code": "CHB", "evidence_type_ids": [Command.create({"name": "File"})]}
            )
        )
        cls.case = cls._create_case({cls._create_invoice_of(100): 100})
        cls.checking = cls._stage("checking")

    # Archived or deleted

    def test_reason_in_use_is_archived_not_deleted(self):
        case = self._create_case({self._create_invoice_of(9): 9}, reason_id=self.own.id)
        case._close(self._resolution("WDN"), self.cause)
        case.action_archive()
        with (
            self.assertRaisesRegex(UserError, "CHB.* is used by disputes: archive it"),
            self.env.cr.savepoint(),
        ):
            self.own.unlink()
        self.own.action_archive()
        self.assertEqual(case.reason_id, self.own)
        self.assertNotIn(self.own, self.env["dispute.reason"].search([]))

    def test_reason_that_nothing_uses_is_deleted(self):
        evidence = self.own.evidence_type_ids
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.own.with_user(self.leader).unlink()
        self.own.unlink()
        self.assertFalse(self.own.exists() or evidence.exists())

    def test_reason_that_a_setting_names_is_not_deleted(self):
        rule = (
            self.env["dispute.routing.rule"]
            .with_user(self.administrator)
            .create(
                {
                    "name": "To the bank",
                    "reason_ids": self.own.ids,
                    "team_id": self.env.ref("dispute_management.dispute_team_receivables").id,
                }
            )
        )
        with self.assertRaisesRegex(UserError, "To the bank"), self.env.cr.savepoint():
            self.own.unlink()
        self.assertEqual(rule.reason_ids, self.own)

    def test_other_is_the_default_until_it_is_archived(self):
        reasons = self.env["dispute.reason"]
        self.assertEqual(reasons._get_default_reason().code, "OTH")
        self.reason.with_user(self.administrator).active = False
        self.own.sequence = 9999
        self.assertEqual(reasons._get_default_reason(), self.own)
        invoice = self._create_invoice_of(9)
        case = (
            self.env["dispute.case"]
            .with_user(self.clerk)
            .create({"line_ids": [Command.create({"move_id": invoice.id, "amount": 9})]})
        )
        self.assertEqual(case.reason_id, self.own)

    # The pipeline of a reason

    def _give_own_pipeline(self):
        pipeline = (
            self.env["dispute.pipeline"]
            .with_user(self.administrator)
            .create(
                {
                    "name": "Chargebacks",
                    "stage_ids": [
                        Command.create({"name": "Received", "kind": "new"}),
                        Command.create({"name": "At the bank", "kind": "waiting_third_party"}),
                        Command.create({"name": "Settled", "kind": "resolved"}),
                    ],
                }
            )
        )
        self.own.pipeline_id = pipeline
        return pipeline

    def test_case_follows_its_corrected_reason_into_its_pipeline(self):
        pipeline = self._give_own_pipeline()
        received, at_bank, _settled = pipeline.stage_ids
        plan = (
            self.env["mail.activity.plan"]
            .with_user(self.administrator)
            .create(
                {
                    "name": "File",
                    "res_model": "dispute.case",
                    "template_ids": [
                        Command.create({"summary": "Collect", "responsible_type": "dispute_owner"})
                    ],
                }
            )
        )
        received.activity_plan_id = plan
        waiting = self._create_case({self._create_invoice_of(9): 9})
        checked = self._create_case({self._create_invoice_of(9): 9})
        waiting.with_user(self.clerk).stage_id = self._stage("waiting_third_party")
        checked.with_user(self.clerk).stage_id = self.checking
        cases = self.case | waiting | checked
        cases.with_user(self.clerk).write({"reason_id": self.own.id})
        self.assertEqual(cases.pipeline_id, pipeline)
        self.assertEqual(cases.mapped("stage_id.name"), ["Received", "At the bank"])
        self.assertEqual((self.case | checked).stage_id, received)
        self.assertEqual(waiting.stage_id, at_bank)
        self.assertEqual(self.case.activity_ids.summary, "Collect")
        self.assertIn("Chargebacks", str(self.case.message_ids.mapped("body")))
        last = self.case.stage_history_ids[-1]
        self.assertEqual((last.stage_id, last.date_left), (received, False))
        cases.with_user(self.clerk).write({"reason_id": self.reason.id})
        self.assertEqual(cases.pipeline_id, self.pipeline)

    def test_reasons_of_one_pipeline_move_nothing(self):
        self.case.with_user(self.clerk).stage_id = self.checking
        self.case.with_user(self.clerk).reason_id = self.own
        self.assertEqual(self.case.stage_id, self.checking)

    def test_closed_cases_stay_where_they_ended(self):
        self._give_own_pipeline()
        self.case.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)
        self.case.with_user(self.leader).reason_id = self.own
        self.assertEqual(self.case.pipeline_id, self.pipeline)

    def test_the_pipeline_of_a_case_is_not_chosen_by_hand(self):
        pipeline = self._give_own_pipeline()
        with self.assertRaisesRegex(UserError, "by hand"):
            self.case.with_user(self.clerk).pipeline_id = pipeline

    # Extra fields

    def test_extra_fields_of_a_reason(self):
        self.reason.with_user(self.administrator).case_properties_definition = [
            {"name": "batch", "string": "Batch", "type": "char"}
        ]
        self.case.with_user(self.clerk).reason_properties = {"batch": "B-7"}
        self.assertEqual(self.case.reason_properties["batch"], "B-7")
        found = (
            self.env["dispute.case"].with_user(self.clerk).search([("reason_properties.batch", "=", "B-7")])
        )
        self.assertEqual(found, self.case)
