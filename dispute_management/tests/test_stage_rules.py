from datetime import datetime

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

    def test_every_field_can_be_required(self):
        answers = {
            "cause_id": self.cause,
            "resolution_id": self._resolution("WDN"),
            "contact_id": self.partner_a,
            "coordinator_id": self.leader,
            "customer_reference": "C-1",
            "customer_wish": "refund",
            "description": "Two are missing",
            "tag_ids": self.env["dispute.tag"].sudo().create({"name": "Chairs"}),
            "date_first_response": datetime(2026, 6, 1),
        }
        requirements = self.env["dispute.stage.requirement"]
        self.assertEqual([name for name, _label in requirements._get_requirable_fields()], list(answers))
        self.case.sudo().contact_id = False
        for name, answer in answers.items():
            self.new.requirement_ids = [
                Command.clear(),
                Command.create({"field_name": name, "message": f"Tell us: {name}."}),
            ]
            with self.subTest(name):
                self.assertBarred(f"Tell us: {name}", self.checking)
                self.case.sudo()[name] = answer
                self._move(self.checking)
                self.case.sudo().stage_id = self.new

    def test_requirement_has_a_message_of_its_own(self):
        requirement = (
            self.env["dispute.stage.requirement"]
            .sudo()
            .create({"stage_id": self.new.id, "field_name": "cause_id"})
        )
        self.assertIn("Root Cause", requirement.message)
        requirement.field_name = "contact_id"
        self.assertEqual(requirement.message, "Contact is needed first.", "it follows the choice")
        requirement.write({"kind": "evidence", "field_name": False})
        self.assertEqual(requirement.message, "Required evidence is needed first.")
        requirement.message = "The photos, please."
        requirement.write({"kind": "field", "field_name": "tag_ids"})
        self.assertEqual(requirement.message, "The photos, please.", "what somebody wrote stays")

    def test_all_required_evidence(self):
        self.new.requirement_ids = [Command.create({"kind": "evidence", "message": "Papers first."})]
        reason = self.env.ref("dispute_management.dispute_reason_qty")
        case = self.case = self._create_case({self._create_invoice_of(100): 100}, reason_id=reason.id)
        self.assertBarred("Papers first", self.checking)
        case.evidence_ids.with_user(self.clerk).is_waived = True
        self._move(self.checking)

    def test_new_cases_start_where_their_maker_may_enter(self):
        invoice = self._create_invoice_of(100)
        self.offer.group_ids = self.env.ref("dispute_management.group_dispute_leader")
        with self.assertRaisesRegex(UserError, "entered by"), self.env.cr.savepoint():
            self._create_case({invoice: 10}, stage_id=self.offer.id)
        case = self._create_case({invoice: 10}, user=self.leader, stage_id=self.offer.id)
        self.assertEqual(case.stage_id, self.offer)

    def test_many_at_once_move_together_or_not_at_all(self):
        other = self._create_case({self._create_invoice_of(100): 100}, customer_reference="C-2")
        self.new.requirement_ids = [Command.create({"field_name": "customer_reference", "message": "No."})]
        with self.assertRaisesRegex(UserError, self.case.name), self.env.cr.savepoint():
            (other | self.case).with_user(self.clerk).write({"stage_id": self.checking.id})
        self.assertEqual((other | self.case).stage_id, self.new)

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
