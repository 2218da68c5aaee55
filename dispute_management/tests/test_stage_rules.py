from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestStageRules(DisputeCommon):
    """What the admin's stages allow and demand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls._create_case({cls._create_invoice_of(100): 100})
        cls.new = cls._stage("new").sudo()
        cls.checking = cls._stage("checking").sudo()
        cls.offer = cls._stage("offer").sudo()

    def _move(self, stage, user=None):
        self.case.with_user(user or self.clerk).stage_id = stage

    def assertBarred(self, regex, stage, user=None):
        before = self.case.stage_id
        with self.assertRaisesRegex(UserError, regex), self.env.cr.savepoint():
            self._move(stage, user)
        self.assertEqual(self.case.stage_id, before)

    def test_next_stages(self):
        self.new.next_stage_ids = self.checking
        self.assertBarred("may go to: Checking", self.offer)
        self._move(self.checking)
        self._move(self.offer)

    def test_next_stage_of_another_pipeline_is_refused(self):
        other = self.env["dispute.pipeline"].sudo().create({"name": "Other", "sequence": 99})
        stage = self.env["dispute.stage"].sudo().create({"name": "A", "pipeline_id": other.id})
        with self.assertRaisesRegex(ValidationError, "no stage of"):
            self.new.next_stage_ids = stage

    def test_copied_pipeline_leads_through_its_own_stages(self):
        self.new.next_stage_ids = self.checking
        self.checking.write({"timeout_days": 4, "timeout_stage_id": self.offer.id})
        copied = self.pipeline.with_user(self.administrator).copy({"name": "Second"})
        first, second = copied.stage_ids[:2]
        self.assertEqual(first.next_stage_ids, second)
        self.assertEqual(second.timeout_days, 4)
        self.assertEqual(second.timeout_stage_id.name, self.offer.name)
        self.assertEqual(second.timeout_stage_id.pipeline_id, copied)

    def test_groups_that_may_enter(self):
        self.offer.group_ids = self.env.ref("dispute_management.group_dispute_leader")
        self.assertBarred("entered by", self.offer)
        self._move(self.offer, self.leader)

    def test_required_field(self):
        self.new.requirement_ids = [
            Command.create({"field_name": "customer_reference", "message": "Ask for their number."})
        ]
        self.assertBarred("Ask for their number", self.checking)
        self.case.with_user(self.clerk).customer_reference = "C-1"
        self._move(self.checking)

    def test_requirement_has_a_message_of_its_own(self):
        requirement = (
            self.env["dispute.stage.requirement"]
            .sudo()
            .create({"stage_id": self.new.id, "field_name": "cause_id"})
        )
        self.assertIn("Root Cause", requirement.message)

    def test_withdrawal_needs_nothing(self):
        self.new.requirement_ids = [Command.create({"field_name": "customer_reference"})]
        self.case.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)
        self.assertTrue(self.case.is_closed)

    def test_required_evidence(self):
        item = (
            self.env["dispute.evidence.type"]
            .sudo()
            .create({"name": "Delivery note", "reason_id": self.reason.id, "is_required": True})
        )
        case = self.case = self._create_case({self._create_invoice_of(100): 100})
        self.assertEqual(case.evidence_ids.type_id, self.reason.evidence_type_ids)
        evidence = case.evidence_ids.filtered(lambda row: row.type_id == item)
        self.new.requirement_ids = [Command.create({"kind": "evidence", "evidence_type_id": item.id})]
        self.assertBarred("Delivery note", self.checking)
        attachment = (
            self.env["ir.attachment"]
            .with_user(self.clerk)
            .create({"name": "note.txt", "raw": b"x", "res_model": "dispute.case", "res_id": case.id})
        )
        evidence.with_user(self.clerk).attachment_ids = attachment
        self.assertTrue(evidence.is_there)
        self.assertFalse(case.missing_evidence_count)
        self._move(self.checking)

    def test_evidence_that_is_not_needed(self):
        item = (
            self.env["dispute.evidence.type"]
            .sudo()
            .create({"name": "Photo", "reason_id": self.reason.id, "is_required": True})
        )
        case = self._create_case({self._create_invoice_of(100): 100})
        missing = case.missing_evidence_count
        case.evidence_ids.filtered(lambda row: row.type_id == item).with_user(self.clerk).is_waived = True
        self.assertEqual(case.missing_evidence_count, missing - 1)

    def test_reason_in_use_is_archived_not_deleted(self):
        with self.assertRaisesRegex(UserError, "archive"):
            self.case.reason_id.with_user(self.administrator).sudo().unlink()
        self.case.reason_id.with_user(self.administrator).active = False

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
