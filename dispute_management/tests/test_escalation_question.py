from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .escalation_common import EscalationCommon
from .request_common import CARRIER, RequestCommon


@tagged("post_install", "-at_install")
class TestEscalationQuestion(EscalationCommon, RequestCommon):
    """Questions that stay unanswered: a rule tells the manager of who was asked, once for each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls.env.ref("dispute_management.dispute_escalation_rule_unanswered").sudo()
        cls.rule.is_on = True
        cls.company.resource_calendar_id.tz = "UTC"

    def setUp(self):
        super().setUp()
        # Monday 9:00; due on Tuesday, its manager told on Friday.
        self.case = self._open()
        self.template = self.question.sudo().copy({"name": "Why?", "due_days": 1, "reason_ids": False})

    def _ask_late(self, *whom, **values):
        return self._ask(*whom, case=self.case, question=self.template, **values)

    def _go_to(self, moment):
        self.clock.move_to(moment)

    def _get_todos(self, user):
        self.case.invalidate_recordset()
        return self.case.activity_ids.filtered(
            lambda activity: activity.user_id == user and activity.dispute_unanswered_id
        )

    def test_as_shipped_the_leader_has_a_todo_three_working_days_late(self):
        request = self._ask_late(CARRIER)
        [due] = request._get_working_deadlines([request.date_due], [3])
        self.assertEqual(self.case.date_escalation, due)
        self._go_to(due - timedelta(minutes=1))
        self.assertFalse(self._run())
        self._go_to(due)
        log = self._run()
        self.assertEqual((log.rule_id, log.user_ids, log.is_failed), (self.rule, self.leader, False))
        self.assertEqual(log.reason, f"{CARRIER} does not answer: {request.name}")
        todo = self._get_todos(self.leader)
        self.assertEqual(todo.summary, log.reason)
        self.assertEqual(len(self._get_messages(self.leader)), 1)
        self._pass(days=30)
        self.assertFalse(self._run(), "Once an occasion.")
        self.assertEqual(self._get_todos(self.leader), todo)

    def test_whoever_leads_reads_no_more_than_the_case_of_their_todo(self):
        self.team.user_id = self.outsider
        other = self._open()
        with self.assertRaises(AccessError):
            self.case.with_user(self.outsider).check_access("read")
        self._ask_late(CARRIER)
        self._pass(days=10)
        self.assertEqual(self._run().user_ids, self.outsider)
        self.case.with_user(self.outsider).check_access("read")
        with self.assertRaises(AccessError):
            other.with_user(self.outsider).check_access("read")

    def test_answered_or_withdrawn_there_is_nothing_to_tell_or_to_do(self):
        answered, withdrawn = self._ask_late(CARRIER, "other@example.com")
        answered._answer("Carrier", "All of it")
        withdrawn.with_user(self.clerk).action_cancel()
        self.assertFalse(self.case.date_escalation)
        self._pass(days=10)
        self.assertFalse(self._run())
        late, given_up = self._ask_late(CARRIER, "other@example.com")
        self._pass(days=10)
        self.assertEqual(len(self._run()), 2)
        self.assertEqual(len(self._get_todos(self.leader)), 2)
        late._answer("Carrier", "All of it")
        self.assertEqual(self._get_todos(self.leader).dispute_unanswered_id, given_up)
        given_up.with_user(self.clerk).action_cancel()
        self.assertFalse(self._get_todos(self.leader))

    def test_more_time_moves_it_and_is_another_occasion(self):
        request = self._ask_late(CARRIER)
        before = self.case.date_escalation
        request._extend(request._get_latest_day(), CARRIER)
        self.assertGreater(self.case.date_escalation, before)
        self._go_to(before)
        self.assertFalse(self._run())
        self._go_to(self.case.date_escalation)
        self.assertTrue(self._run())

    def test_passed_on_late_it_counts_from_there(self):
        request = self._ask_late(CARRIER)
        self._pass(days=7)
        self.assertTrue(self._run())
        request._forward("depot@carrier.example.com", "Carrier")
        self.assertFalse(self._get_todos(self.leader))
        self.assertFalse(self._run(), "They were asked just now.")
        self._pass(days=7)
        self.assertIn("depot@carrier.example.com", self._run().reason)
        self.assertEqual(len(self._get_todos(self.leader)), 1)

    def test_each_question_has_its_todo_and_one_message_tells_of_both(self):
        requests = self._ask_late(CARRIER, "other@example.com")
        self._pass(days=10)
        self.assertEqual(len(self._run()), 2)
        self.assertEqual(self._get_todos(self.leader).dispute_unanswered_id, requests)
        self.assertEqual(len(self._get_messages(self.leader)), 1)

    def test_merged_into_another_case_it_fires_no_second_time(self):
        request = self._ask_late(CARRIER)
        self._pass(days=10)
        first = self._run()
        self.assertEqual(first.request_id, request)
        target, last = self._open(), self._open()
        self.case.with_user(self.clerk)._merge_into(target)
        self.assertFalse(target.date_escalation, "Their manager knows.")
        # However often it goes on in another case.
        target.with_user(self.clerk)._merge_into(last)
        self.assertEqual(request.case_id, last)
        self.assertFalse(self._run())
        self.case = last
        self.assertEqual(len(self._get_todos(self.leader)), 1)
        request._forward("depot@carrier.example.com", "Carrier")
        self._pass(days=7)
        self.assertEqual(self._run().case_id, last, "Somebody else does not answer.")

    def test_the_customers_turn_is_no_excuse(self):
        self._ask_late(CARRIER)
        self.case._change_turn("customer")
        self._pass(days=10)
        self.assertEqual(self._run().rule_id, self.rule)

    def test_rule_changed_by_the_administrator(self):
        rule = self.rule.with_user(self.administrator)
        rule.write(
            {
                "days": 1,
                "day_unit": "calendar",
                "activity_person": "owner",
                "activity_summary": "Call them",
                "question_ids": [Command.set(self.template.ids)],
            }
        )
        self._plan()
        request = self._ask_late(CARRIER)
        self._ask("other@example.com", case=self.case, question=self.template.sudo().copy())
        self.assertEqual(self.case.date_escalation, request.date_due + timedelta(days=1))
        self._go_to(self.case.date_escalation)
        self.assertEqual(self._run().user_ids, self.clerk)
        todo = self._get_todos(self.clerk)
        self.assertEqual((todo.summary, todo.dispute_unanswered_id), ("Call them", request))
        rule.is_on = False
        self._plan()
        self._pass(days=30)
        self.assertFalse(self._run(), "Switched off.")

    def test_another_rule_finds_the_managers_of_who_is_asked_now(self):
        self.rule.is_on = False
        todo = self.env.ref("mail.mail_activity_data_todo")
        self._create_rule(
            "stage_days", days=1, alert_leader=False, activity_type_id=todo.id, activity_person="manager"
        )
        self._ask_late(CARRIER, "other@example.com")
        nobody_asked = self._open()
        self._pass(days=3)
        logs = self._run()
        self.assertEqual(logs.case_id, self.case | nobody_asked)
        self.assertEqual(logs.user_ids, self.leader)
        for case in logs.case_id:
            case.invalidate_recordset()
            planned = case.activity_ids.filtered(lambda activity: activity.user_id == self.leader)
            self.assertEqual(len(planned), 1, "One a person.")

    def test_dry_run_lists_the_late_ones_and_whom_they_go_to(self):
        rule = self.rule.with_user(self.administrator)
        self._ask_late(CARRIER)
        self._pass(days=10)
        in_time = self._open()
        self._ask(CARRIER, case=in_time, question=self.template)
        trial = self.env["dispute.escalation.trial"].browse(rule.action_try()["res_id"])
        self.assertEqual((trial.count, trial.line_ids.case_id), (1, self.case))
        self.assertEqual(trial.line_ids.people, self.leader.name)
        self.assertFalse(self._get_todos(self.leader))
        self.assertEqual(self._run().case_id, self.case)
