from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestStageArchive(DisputeCommon):
    """A stage in use asks where its cases and settings go before it is archived."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.checking = cls._stage("checking").with_user(cls.administrator)
        cls.approval = cls._stage("approval").with_user(cls.administrator)
        cls.third_party = cls._stage("waiting_third_party").with_user(cls.administrator)
        cls.withdrawn = cls._stage("withdrawn").with_user(cls.administrator)
        cls.case = cls._create_case({cls._create_invoice_of(100): 100})
        cls.case.stage_id = cls.approval

    def _ask(self, stages, target=None):
        """The wizard as the action of Archive opens it."""
        action = stages.action_archive()
        self.assertEqual(action["res_model"], "dispute.stage.archive")
        wizard = (
            self.env["dispute.stage.archive"]
            .with_user(stages.env.user)
            .with_context(**action["context"])
            .create({})
        )
        wizard.target_stage_id = target
        return wizard

    def assertKept(self, regex, action):
        with self.assertRaisesRegex(UserError, regex), self.env.cr.savepoint():
            action()
        self.assertEqual(self.case.stage_id, self.approval)
        self.assertTrue(self.approval.active)

    def test_stage_without_use_is_archived_at_once(self):
        self.assertFalse(self.third_party.action_archive())
        self.assertFalse(self.third_party.active)
        self.third_party.action_unarchive()
        self.third_party.write({"active": False})
        self.assertFalse(self.third_party.active)

    def test_stage_in_use_is_not_archived_behind_its_cases(self):
        self.assertKept("1 open disputes stand in Approval", lambda: self.approval.write({"active": False}))

    def test_cases_go_where_the_administrator_says(self):
        closed = self._create_case({self._create_invoice_of(50): 50})
        closed.stage_id = self.approval
        closed._close(self._resolution("WDN"), self.cause)
        wizard = self._ask(self.approval, self.checking)
        self.assertEqual(wizard.case_count, 1)
        wizard.action_confirm()
        self.assertFalse(self.approval.active)
        self.assertRecordValues(
            self.case,
            [{"stage_id": self.checking.id, "waiting_on": "us", "is_closed": False}],
        )
        left, current = self.case.stage_history_ids[-2:]
        self.assertEqual(left.stage_id, self.approval)
        self.assertEqual(left.date_left, current.date_entered)
        self.assertRecordValues(
            current, [{"stage_id": self.checking.id, "date_left": False, "user_id": self.administrator.id}]
        )
        self.assertIn("Approval was archived", "".join(self.case.message_ids.mapped("body")))
        self.assertEqual(closed.stage_history_ids.stage_id & self.approval, self.approval)

    def test_customer_turn_pauses_where_the_cases_went(self):
        self._ask(self.approval, self._stage("waiting_customer")).action_confirm()
        self.assertEqual(self.case.waiting_on, "customer")
        self.assertTrue(self.case.date_reminder, "the timers of the stage they went to run")

    def test_no_rule_of_the_pipeline_bars_it_and_nobody_is_mailed(self):
        self.partner_a.email = "customer@example.com"
        offer = self._stage("offer").sudo()
        offer.group_ids = self.env.ref("dispute_management.group_dispute_approver")
        self.approval.sudo().next_stage_ids = self.checking
        self.approval.sudo().requirement_ids = [Command.create({"field_name": "tag_ids"})]
        before = self.case.message_ids
        self._ask(self.approval, offer).action_confirm()
        self.assertEqual(self.case.stage_id, offer)
        self.assertNotIn("auto_comment", (self.case.message_ids - before).mapped("message_type"))

    def test_open_cases_need_a_place_in_the_same_pipeline(self):
        self.assertKept("Choose the stage", self._ask(self.approval).action_confirm)
        self.assertKept(
            "can't be used instead", self._ask(self.approval, self._stage("resolved")).action_confirm
        )
        other = self.env["dispute.pipeline"].with_user(self.administrator).create({"name": "Other"})
        foreign = (
            self.env["dispute.stage"]
            .with_user(self.administrator)
            .create({"name": "A", "pipeline_id": other.id})
        )
        self.assertKept("can't be used instead", self._ask(self.approval, foreign).action_confirm)

    def test_settings_follow(self):
        new = self._stage("new").with_user(self.administrator)
        new.next_stage_ids = self.approval
        self.third_party.write({"timeout_days": 3, "timeout_stage_id": self.approval.id})
        self.checking.write({"timeout_days": 3, "timeout_stage_id": self.approval.id})
        activity_type = (
            self.env["mail.activity.type"]
            .with_user(self.administrator)
            .create({"name": "Approve", "res_model": "dispute.case", "dispute_stage_id": self.approval.id})
        )
        wizard = self._ask(self.approval, self.checking)
        for name in ("New", "Waiting for third party", "Approve"):
            self.assertIn(name, wizard.usage)
        wizard.action_confirm()
        self.assertEqual(new.next_stage_ids, self.checking)
        self.assertEqual(self.third_party.timeout_stage_id, self.checking)
        self.assertEqual(activity_type.dispute_stage_id, self.checking)
        self.assertRecordValues(self.checking, [{"timeout_days": 0, "timeout_stage_id": False}])

    def test_stage_that_settings_name_asks_too(self):
        self.case.stage_id = self.checking
        self.third_party.write({"timeout_days": 3, "timeout_stage_id": self.approval.id})
        with self.assertRaisesRegex(UserError, "is still used.*Waiting for third party"):
            self.approval.active = False
        self._ask(self.approval).action_confirm()
        self.assertFalse(self.approval.active)
        self.assertFalse(self.third_party.timeout_days)

    def test_closing_stage_gives_way_to_one_of_its_kind(self):
        self.third_party.write(
            {
                "timeout_days": 3,
                "timeout_stage_id": self.withdrawn.id,
                "timeout_resolution_id": self._resolution("NOA").id,
                "timeout_cause_id": self.cause.id,
            }
        )
        given_up = self.withdrawn.copy({"name": "Given up"})
        wizard = self._ask(self.withdrawn, given_up)
        self.assertEqual(wizard.allowed_stage_ids, given_up)
        wizard.action_confirm()
        self.assertEqual(self.third_party.timeout_stage_id, given_up)

    def test_pipeline_keeps_a_stage_to_start_and_one_to_close(self):
        pipeline = self.env["dispute.pipeline"].with_user(self.administrator).create({"name": "Short"})
        start, end = (
            self.env["dispute.stage"]
            .with_user(self.administrator)
            .create(
                [
                    {"name": "Start", "pipeline_id": pipeline.id, "kind": "new"},
                    {"name": "End", "pipeline_id": pipeline.id, "kind": "resolved"},
                ]
            )
        )
        with self.assertRaisesRegex(UserError, "in which cases start"):
            start.action_archive()
        with self.assertRaisesRegex(UserError, "in which cases close"):
            end.action_archive()
        start.copy({"name": "Start again"})
        start.action_archive()
        self.assertFalse(start.active)

    def test_stage_with_cases_neither_closes_nor_leaves(self):
        other = self.env["dispute.pipeline"].with_user(self.administrator).create({"name": "Other"})
        for vals in ({"kind": "resolved"}, {"pipeline_id": other.id}):
            self.assertKept("Disputes stand in Approval", lambda vals=vals: self.approval.write(vals))
        self.approval.kind = "waiting_third_party"
        self.third_party.kind = "withdrawn"

    def test_pipeline_in_use(self):
        pipeline = self.pipeline.with_user(self.administrator)
        self.assertKept("1 open disputes are in Standard", pipeline.action_archive)
        self.case._close(self._resolution("WDN"), self.cause)
        (self.env["dispute.pipeline"].search([]) - pipeline).with_user(self.administrator).action_archive()
        with self.assertRaisesRegex(UserError, "need a pipeline"), self.env.cr.savepoint():
            pipeline.action_archive()
        other = pipeline.copy({"name": "Other"})
        self.reason.sudo().pipeline_id = pipeline
        with self.assertRaisesRegex(UserError, "Reasons lead to Standard"), self.env.cr.savepoint():
            pipeline.action_archive()
        self.reason.sudo().pipeline_id = other
        pipeline.action_archive()
        self.assertFalse(pipeline.active)

    def test_only_administrators(self):
        for user in (self.clerk, self.leader, self.viewer):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.approval.with_user(user).action_archive()
            with self.assertRaises(AccessError):
                self.env["dispute.stage.archive"].with_user(user).create({"stage_ids": self.approval.ids})
