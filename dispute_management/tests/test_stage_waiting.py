from datetime import datetime

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestStageWaiting(DisputeCommon):
    """What waits in a stage too long: over weekends and holidays, and when the days are changed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner_a.email = "customer@example.com"
        cls.company.resource_calendar_id.tz = "UTC"
        cls.waiting = cls._stage("waiting_customer").with_user(cls.administrator)
        cls.waiting.write({"reminder_days": 2, "alert_days": 0, "mail_template_id": False})
        cls.withdrawal = {
            "timeout_days": 4,
            "timeout_stage_id": cls._stage("withdrawn").id,
            "timeout_resolution_id": cls._resolution("NOA").id,
            "timeout_cause_id": cls.cause.id,
        }

    def _wait(self, at="2026-06-05 12:00:00"):
        with freeze_time(at):
            case = self._create_case({self._create_invoice_of(100): 100})
            case.with_user(self.clerk).stage_id = self.waiting
        return case

    def _run_timers(self, at):
        with freeze_time(at), self.enter_registry_test_mode():
            self.env.ref("dispute_management.ir_cron_stage_timers").sudo().method_direct_trigger()

    def _count_reminders(self, case):
        return len(case.message_ids.filtered(lambda message: message.message_type == "auto_comment"))

    def test_over_a_weekend_and_a_holiday(self):
        self.waiting.write(self.withdrawal)
        self.env["resource.calendar.leaves"].sudo().create(
            {
                "name": "Holiday",
                "calendar_id": self.company.resource_calendar_id.id,
                "company_id": self.company.id,
                "date_from": "2026-06-10 00:00:00",
                "date_to": "2026-06-10 23:59:59",
            }
        )
        case = self._wait()  # a Friday
        self.assertEqual(case.date_reminder, datetime(2026, 6, 9, 12))
        self.assertEqual(case.date_timeout, datetime(2026, 6, 12, 12))
        before = self._count_reminders(case)
        self._run_timers("2026-06-09 11:00:00")
        self.assertEqual(self._count_reminders(case), before)
        for _run in range(2):
            self._run_timers("2026-06-09 13:00:00")
        self.assertEqual(self._count_reminders(case), before + 1, "reminded once, before it moves on")
        self._run_timers("2026-06-12 11:00:00")
        self.assertEqual(case.stage_id, self.waiting)
        for _run in range(2):
            self._run_timers("2026-06-12 13:00:00")
        self.assertEqual(case.stage_id, self._stage("withdrawn"))

    def test_calendar_days_run_through_it(self):
        self.waiting.write({"wait_unit": "calendar", **self.withdrawal})
        case = self._wait()
        self.assertEqual(case.date_reminder, datetime(2026, 6, 7, 12))
        self.assertEqual(case.date_timeout, datetime(2026, 6, 9, 12))

    def test_an_answer_keeps_the_case(self):
        self.waiting.write(self.withdrawal)
        case = self._wait()
        case.sudo().message_post(
            body="Here it is",
            author_id=self.partner_a.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        self._run_timers("2026-07-05 12:00:00")
        self.assertEqual(case.stage_id, self.waiting)
        self.assertFalse(case.date_timeout)

    def test_cases_that_wait_follow_a_change(self):
        case = self._wait()
        with freeze_time("2026-06-08 12:00:00"):
            self.waiting.write({"reminder_days": 3, **self.withdrawal})
        self.assertEqual(case.date_reminder, datetime(2026, 6, 10, 12))
        self.assertEqual(case.date_timeout, datetime(2026, 6, 11, 12))
        with freeze_time("2026-06-08 12:00:00"):
            self.waiting.write({"reminder_days": 0, "timeout_days": 0})
        self.assertFalse(case.date_reminder or case.date_timeout)

    def test_no_change_moves_a_case_at_once(self):
        case = self._wait("2026-05-01 12:00:00")
        with freeze_time("2026-06-08 12:00:00"):
            self.waiting.write({"wait_unit": "calendar", **self.withdrawal})
        self.assertEqual(case.date_timeout, datetime(2026, 6, 12, 12))

    def test_what_was_done_is_not_done_again(self):
        case = self._wait()
        self._run_timers("2026-06-09 13:00:00")
        reminded = self._count_reminders(case)
        with freeze_time("2026-06-10 12:00:00"):
            self.waiting.reminder_days = 1
        self._run_timers("2026-06-12 13:00:00")
        self.assertEqual(self._count_reminders(case), reminded)

    def test_cases_that_were_answered_are_left_alone(self):
        case = self._wait()
        case._change_turn("us")
        self.waiting.write(self.withdrawal)
        self.assertFalse(case.date_timeout)

    def test_a_rule_that_bars_the_move_tells_the_owner(self):
        self.waiting.write(self.withdrawal)
        self.waiting.next_stage_ids = [Command.set(self._stage("checking").ids)]
        case = self._wait()
        self._run_timers("2026-06-20 12:00:00")
        self.assertEqual(case.stage_id, self.waiting)
        self.assertIn("Could not move on", str(case.activity_ids.mapped("summary")))
