from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestActivityDone(DisputeCommon):
    """Marking an activity done asks for the field that the administrator wants, of whoever holds it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.activity_type = (
            cls.env["mail.activity.type"]
            .with_user(cls.administrator)
            .create(
                {
                    "name": "Find the cause",
                    "res_model": "dispute.case",
                    "dispute_field_name": "cause_id",
                    "dispute_stage_id": cls._stage("checking").id,
                }
            )
        )
        cls.case = cls._create_case({cls._create_invoice_of(100): 100})
        cls.activity = cls.case.activity_schedule(
            activity_type_id=cls.activity_type.id, user_id=cls.outsider.id
        )

    def _mark_done(self, user=None, end="action_feedback", **values):
        """:return: the form that opens instead"""
        activity = self.activity.with_user(user or self.outsider)
        with self.assertRaisesRegex(UserError, "fill in") as refused, self.env.cr.savepoint():
            getattr(activity, end)(**values)
        action = refused.exception.context["dispute_action"]
        return (
            self.env[action["res_model"]]
            .with_user(user or self.outsider)
            .with_context(**action["context"])
            .create({})
        )

    def test_who_holds_it_fills_in_the_field(self):
        wizard = self._mark_done(feedback="The picker took the wrong pallet")
        self.assertEqual((wizard.case_name, wizard.field_name), (self.case.name, "cause_id"))
        wizard.cause_id = self.cause
        wizard.action_done()
        self.assertEqual(self.case.cause_id, self.cause)
        self.assertEqual(self.case.stage_id, self._stage("checking"))
        self.assertFalse(self.activity.active)
        self.assertIn("wrong pallet", str(self.case.sudo().message_ids.mapped("body")))

    def test_every_way_of_marking_it_done_asks(self):
        for end in ("action_done", "action_feedback", "action_feedback_schedule_next"):
            with self.subTest(end):
                self.assertEqual(self._mark_done(end=end).field_name, "cause_id")
        self.assertTrue(self.activity.active)

    def test_every_field_that_can_be_filled_in(self):
        answers = {
            "cause_id": self.cause,
            "resolution_id": self._resolution("NOA"),
            "contact_id": self.partner_a,
            "coordinator_id": self.leader,
            "customer_reference": "C-77",
            "customer_wish": "credit",
            "description": "Two pallets",
            "tag_ids": self.env["dispute.tag"].sudo().create({"name": "Pallets"}),
        }
        facts = {"date_first_response"}
        names = {name for name, _label in self.activity_type._get_dispute_fields()}
        self.assertEqual(names, answers.keys() | facts, "Decide what a new field is asked with.")
        for name, answer in answers.items():
            with self.subTest(name):
                self.activity_type.dispute_field_name = name
                self.case.sudo()[name] = False
                self.activity = self.case.activity_schedule(
                    activity_type_id=self.activity_type.id, user_id=self.outsider.id
                )
                wizard = self._mark_done()
                with self.assertRaisesRegex(UserError, "fill in"):
                    wizard.action_done()
                wizard[name] = answer
                wizard.action_done()
                self.assertEqual(self.case.sudo()[name], answer)

    def test_what_follows_from_work_is_not_filled_in(self):
        self.activity_type.dispute_field_name = "date_first_response"
        with self.assertRaisesRegex(UserError, "First") as refused:
            self.activity.with_user(self.outsider).action_feedback()
        self.assertFalse(refused.exception.context)

    def test_only_the_field_asked_for_is_written(self):
        wizard = self._mark_done()
        wizard.write({"cause_id": self.cause.id, "coordinator_id": self.outsider.id})
        wizard.action_done()
        self.assertFalse(self.case.coordinator_id)

    def test_what_others_gave_meanwhile_stands(self):
        wizard = self._mark_done()
        wizard.cause_id = self.cause
        found = self.env.ref("dispute_management.dispute_cause_pic")
        self.case.with_user(self.clerk).cause_id = found
        wizard.action_done()
        self.assertEqual(self.case.cause_id, found)
        self.assertFalse(self.activity.active)

    def test_nobody_answers_what_others_hold(self):
        stranger = self._create_user("dispute_stranger")
        for user in (stranger, self.viewer):
            with self.subTest(user.login), self.assertRaises(AccessError), self.env.cr.savepoint():
                wizard = (
                    self.env["dispute.activity.done"]
                    .with_user(user)
                    .create({"activity_id": self.activity.id, "cause_id": self.cause.id})
                )
                wizard.action_done()
        self.assertFalse(self.case.cause_id)

    def test_done_once(self):
        wizard = self._mark_done()
        wizard.cause_id = self.cause
        wizard.action_done()
        self.case.sudo().write({"cause_id": False, "tag_ids": [Command.clear()]})
        messages = self.case.message_ids
        wizard.action_done()
        self.assertFalse(self.case.cause_id)
        self.assertEqual(self.case.message_ids, messages)
