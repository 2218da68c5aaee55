from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestActivities(DisputeCommon):
    """Marking an activity done moves the case, for whoever holds it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.activity_type = (
            cls.env["mail.activity.type"]
            .with_user(cls.administrator)
            .create(
                {
                    "name": "Check delivery",
                    "res_model": "dispute.case",
                    "dispute_stage_id": cls._stage("checking").id,
                }
            )
        )
        cls.case = cls._create_case({cls._create_invoice_of(100): 100})

    def _ask(self, user):
        return self.case.with_user(self.clerk).activity_schedule(
            activity_type_id=self.activity_type.id, user_id=user.id
        )

    def test_done_moves_the_case(self):
        activity = self._ask(self.outsider)
        activity.with_user(self.outsider).action_feedback(feedback="Delivered on Monday")
        self.assertEqual(self.case.stage_id, self._stage("checking"))

    def test_done_asks_for_a_field(self):
        self.activity_type.dispute_field_name = "customer_reference"
        activity = self._ask(self.outsider)
        with self.assertRaisesRegex(UserError, "Reference"), self.env.cr.savepoint():
            activity.with_user(self.outsider).action_feedback()
        self.assertTrue(activity.active)
        self.case.with_user(self.clerk).customer_reference = "C-9"
        activity.with_user(self.outsider).action_feedback()
        self.assertEqual(self.case.stage_id, self._stage("checking"))

    def test_done_leaves_a_closed_case_alone(self):
        self.case.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)
        activity = self._ask(self.outsider)
        activity.with_user(self.outsider).action_feedback()
        self.assertEqual(self.case.stage_id, self._stage("withdrawn"))

    def test_rules_of_the_pipeline_hold_for_activities(self):
        self._stage("new").sudo().next_stage_ids = self._stage("offer")
        activity = self._ask(self.outsider)
        with self.assertRaisesRegex(UserError, "may go to"):
            activity.with_user(self.outsider).action_feedback()

    def test_viewers_end_nobody_s_activity(self):
        activity = self._ask(self.outsider)
        for end in ("action_feedback", "action_done", "unlink"):
            with self.subTest(end), self.assertRaises(AccessError), self.env.cr.savepoint():
                getattr(activity.with_user(self.viewer), end)()
        self.assertEqual(self.case.stage_id, self._stage("new"))
