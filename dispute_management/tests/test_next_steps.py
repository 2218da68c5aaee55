from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestNextSteps(DisputeCommon):
    """Buttons on a case that suggest what to do, by its reason and stage."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner_a.email = "customer@example.com"
        cls.photos = cls._step("qua_ask")
        cls.case = cls._create_case(
            {cls._create_invoice_of(100): 100},
            reason_id=cls.env.ref("dispute_management.dispute_reason_qua").id,
        )

    @classmethod
    def _step(cls, name):
        return cls.env.ref(f"dispute_management.dispute_next_step_{name}").sudo()

    @classmethod
    def _new_step(cls, **values):
        steps = cls.env["dispute.next.step"].with_user(cls.administrator)
        return steps.create({"name": "A step", "sequence": 1, **values})

    def _take(self, step, user=None):
        return self.case.with_user(user or self.clerk).action_take_step(step.id)

    def assertNoLonger(self, step):
        self.assertNotIn(step, self.case.next_step_ids)
        with self.assertRaisesRegex(UserError, "no longer fits"):
            self._take(step)

    def test_defaults_by_reason(self):
        suggested = self.case.with_user(self.clerk).next_step_ids
        self.assertEqual(
            suggested.mapped("name"),
            ["Ask for photos", "Have the fault checked", "Propose credit", "Refuse with a reason"],
        )
        self.case.reason_id = self.env.ref("dispute_management.dispute_reason_ndl")
        self.assertEqual(self.case.next_step_ids[:1].name, "Ask for proof of delivery")

    def test_every_reason_has_a_step_of_its_own(self):
        steps = self.env["dispute.next.step"].sudo().search([])
        reasons = self.env["dispute.reason"].search([("code", "not in", ("OTH", "REF"))])
        credit = self._step("credit")
        self.assertFalse(reasons - (steps - credit).reason_ids - credit.reason_ids)

    def test_stage_decides_what_is_suggested(self):
        self.case.stage_id = self._stage("offer")
        self.assertEqual(self.case.next_step_ids, self._step("call"))
        step = self._new_step(phase="offer", action_kind="call")
        self.case.invalidate_recordset(["next_step_ids"])
        self.assertEqual(self.case.next_step_ids[:1], step)
        step.stage_ids = self._stage("checking")
        self.case.invalidate_recordset(["next_step_ids"])
        self.assertNotIn(step, self.case.next_step_ids)

    def test_mail_asks_for_evidence_until_it_is_there(self):
        action = self._take(self.photos)
        composer = Form(
            self.env["mail.compose.message"].with_user(self.clerk).with_context(**action["context"])
        ).save()
        self.assertIn("Photos that show the fault", composer.body)
        self.assertEqual(composer.partner_ids, self.partner_a)
        self.assertIn(self.photos, self.case.next_step_ids, "not before it is sent")
        composer._action_send_mail()
        self.assertEqual(self.case.message_ids[0].notified_partner_ids & self.partner_a, self.partner_a)
        self.assertTrue(self.case.date_first_response)
        self.assertNoLonger(self.photos)

    def test_evidence_there_is_not_asked_for(self):
        evidence = self.case.evidence_ids.filtered(lambda item: item.type_id == self.photos.evidence_type_id)
        evidence.with_user(self.clerk).note = "On the shared drive"
        self.assertNoLonger(self.photos)

    def test_asking_is_suggested_until_it_was_asked(self):
        step = self.env.ref("dispute_management.dispute_next_step_delivery_proof")
        case = self._create_case(
            {self._create_invoice_of(100): 100},
            reason_id=self.env.ref("dispute_management.dispute_reason_ndl").id,
        )
        self.assertIn(step, case.next_step_ids)
        action = step.with_user(self.clerk)._take(case)
        wizard = (
            self.env["information.request.send"]
            .with_user(self.clerk)
            .with_context(**action["context"])
            .create({"recipient_ids": [Command.create({"email": "carrier@example.com"})]})
        )
        self.assertEqual(wizard.name, "Proof of delivery")
        wizard.action_ask()
        case.invalidate_recordset(["next_step_ids"])
        self.assertNotIn(step, case.next_step_ids)

    def test_activity_is_planned_once(self):
        inspect = self._step("inspect")
        self.assertFalse(self._take(inspect))
        self.assertRecordValues(
            self.case.activity_ids.filtered(lambda activity: activity.summary == inspect.name),
            [{"user_id": self.clerk.id, "activity_type_id": inspect.activity_type_id.id}],
        )
        self.assertNoLonger(inspect)

    def test_activity_for_somebody_else(self):
        step = self._new_step(
            activity_type_id=self.env.ref("mail.mail_activity_data_todo").id, responsible="leader"
        )
        self._take(step)
        self.assertEqual(
            self.case.activity_ids.filtered(lambda item: item.summary == "A step").user_id, self.leader
        )

    def test_proposal_opens_with_its_kind(self):
        action = self._take(self._step("refuse"))
        wizard = (
            self.env["settlement.propose"].with_user(self.clerk).with_context(**action["context"]).create({})
        )
        self.assertRecordValues(wizard, [{"kind": "rejection", "case_id": self.case.id}])

    def test_nothing_is_proposed_when_nothing_is_open(self):
        self._settle(self.case, "rejection")
        self.assertNoLonger(self._step("credit"))

    def test_move(self):
        checking = self._stage("checking")
        step = self._new_step(action_kind="move", stage_id=checking.id)
        self._take(step)
        self.assertEqual(self.case.stage_id, checking)
        self.assertNoLonger(step)

    def test_move_that_the_stage_refuses_is_not_suggested(self):
        self._stage("new").sudo().requirement_ids = [Command.create({"field_name": "customer_reference"})]
        step = self._new_step(action_kind="move", stage_id=self._stage("checking").id)
        self.assertNoLonger(step)
        self.case.customer_reference = "C-1"
        self._take(step)

    def test_call_is_taken_once_it_is_logged(self):
        step = self._new_step(action_kind="call")
        action = self._take(step)
        wizard = self.env["dispute.call"].with_user(self.clerk).with_context(**action["context"])
        wizard = wizard.create({"note": "They send photos"})
        self.assertIn(step, self.case.next_step_ids)
        wizard.action_log()
        self.assertNoLonger(step)

    def test_who_only_reads_takes_no_step(self):
        for user in (self.viewer, self.outsider, self.colleague):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._take(self._step("inspect"), user)
        self.case.with_user(self.viewer).with_context(dispute_next_step_id=self.photos.id).message_post(
            body="Hello"
        )
        self.assertFalse(self.case.done_step_ids)

    def test_step_of_another_company(self):
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        step = self._new_step(action_kind="call", company_id=False)
        step.sudo().company_id = other
        self.assertNotIn(step, self.case.next_step_ids)
        with self.assertRaisesRegex(UserError, "no longer fits"):
            self._take(step)

    def test_step_says_what_it_needs(self):
        for kind in ("activity", "settle", "move"):
            with self.subTest(kind=kind), self.assertRaisesRegex(ValidationError, "choose"):
                self._new_step(action_kind=kind)
        self._new_step(action_kind="mail")
        with self.assertRaises(AccessError):
            self.env["dispute.next.step"].with_user(self.leader).create({"name": "A", "action_kind": "call"})

    def test_archived_stage_takes_its_steps_along(self):
        step = self._new_step(action_kind="move", stage_id=self._stage("approval").id)
        action = self._stage("approval").with_user(self.administrator).action_archive()
        wizard = (
            self.env["dispute.stage.archive"].with_user(self.administrator).with_context(**action["context"])
        )
        wizard.create({"target_stage_id": self._stage("checking").id}).action_confirm()
        self.assertEqual(step.stage_id, self._stage("checking"))
