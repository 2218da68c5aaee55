from datetime import datetime

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestStageAutomation(DisputeCommon):
    """What entering a stage starts, and what waiting in it too long does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner_a.email = "customer@example.com"
        cls.waiting = cls._stage("waiting_customer").sudo()
        cls.waiting.write({"reminder_days": 0, "alert_days": 0, "timeout_days": 0, "mail_template_id": False})
        cls._stage("new").sudo().mail_template_id = False
        cls.template = (
            cls.env["mail.template"]
            .sudo()
            .create(
                {
                    "name": "Question",
                    "model_id": cls.env["ir.model"]._get_id("dispute.case"),
                    "subject": "About {{ object.name }}",
                    "body_html": "<p>Please answer</p>",
                }
            )
        )

    def _create_waiting_case(self):
        case = self._create_case({self._create_invoice_of(100): 100})
        case.with_user(self.clerk).stage_id = self.waiting
        return case

    def _run_timers(self):
        with self.enter_registry_test_mode():
            self.env.ref("dispute_management.ir_cron_stage_timers").sudo().method_direct_trigger()

    def test_mail_to_the_customer(self):
        self.waiting.mail_template_id = self.template
        case = self._create_waiting_case()
        message = case.message_ids.filtered(lambda message: "Please answer" in (message.body or ""))
        self.assertEqual(message.subject, f"About {case.name}")
        self.assertIn(case.contact_id, message.notified_partner_ids)
        self.assertFalse(case.date_first_response, "Automatic mail is no answer.")

    def test_activity_plan(self):
        plan = (
            self.env["mail.activity.plan"]
            .sudo()
            .create(
                {
                    "name": "Check",
                    "res_model": "dispute.case",
                    "company_id": False,
                    "template_ids": [
                        Command.create(
                            {
                                "summary": kind,
                                "responsible_type": kind,
                                "dispute_working_days": 2,
                                "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                            }
                        )
                        for kind in ("dispute_owner", "dispute_leader", "dispute_salesperson")
                    ],
                }
            )
        )
        checking = self._stage("checking").sudo()
        checking.activity_plan_id = plan
        invoice = self._create_invoice_of(100, invoice_user_id=self.colleague.id)
        with freeze_time("2026-06-05 08:00:00"):
            case = self._create_case({invoice: 100})
            case.with_user(self.clerk).stage_id = checking
        by_summary = {activity.summary: activity for activity in case.activity_ids}
        self.assertEqual(by_summary["dispute_owner"].user_id, self.clerk)
        self.assertEqual(by_summary["dispute_leader"].user_id, self.leader)
        self.assertEqual(by_summary["dispute_salesperson"].user_id, self.colleague)
        # A Friday: two working days are Monday evening, not Sunday.
        self.assertGreaterEqual(by_summary["dispute_owner"].date_deadline, datetime(2026, 6, 8).date())

    def test_a_mail_that_cant_be_written_stops_no_other(self):
        broken = self.template.copy({"subject": "{{ object.nothing_of_that_name }}"})
        self.waiting.write({"wait_unit": "calendar", "reminder_days": 2, "reminder_template_id": broken.id})
        other_stage = self.waiting.copy({"name": "Waiting too", "reminder_template_id": self.template.id})
        with freeze_time("2026-06-01 08:00:00"):
            case, other = self._create_waiting_case(), self._create_waiting_case()
            other.with_user(self.clerk).stage_id = other_stage
        with freeze_time("2026-06-03 09:00:00"), self.assertLogs(level="WARNING"):
            self._run_timers()
        self.assertIn("Please answer", "".join(other.message_ids.mapped("body")))
        todo = case.activity_ids.filtered(lambda item: "could not be done" in (item.summary or ""))
        self.assertEqual(todo.user_id, self.clerk)
        self.assertFalse(other.activity_ids.filtered(lambda item: "could not" in (item.summary or "")))

    def test_reminder_alert_and_moving_on(self):
        self.waiting.write(
            {
                "wait_unit": "calendar",
                "reminder_days": 2,
                "reminder_template_id": self.template.id,
                "alert_days": 3,
                "timeout_days": 4,
                "timeout_stage_id": self._stage("withdrawn").id,
                "timeout_resolution_id": self._resolution("NOA").id,
                "timeout_cause_id": self.cause.id,
            }
        )
        with freeze_time("2026-06-01 08:00:00"):
            case = self._create_waiting_case()
        self.assertEqual(case.date_reminder, datetime(2026, 6, 3, 8))
        with freeze_time("2026-06-03 07:00:00"):
            self._run_timers()
            self.assertFalse(case.message_ids.filtered(lambda m: "Please answer" in (m.body or "")))
        with freeze_time("2026-06-03 09:00:00"):
            self._run_timers()
            self._run_timers()
        reminders = case.message_ids.filtered(lambda m: "Please answer" in (m.body or ""))
        self.assertEqual(len(reminders), 1, "Run twice, reminded once.")
        with freeze_time("2026-06-04 09:00:00"):
            self._run_timers()
        self.assertEqual(case.activity_ids.user_id, self.clerk)
        with freeze_time("2026-06-05 09:00:00"):
            self._run_timers()
        self.assertEqual(case.stage_id, self._stage("withdrawn"))
        self.assertEqual(case.resolution_id, self._resolution("NOA"))

    def test_answering_in_time_stops_the_timers(self):
        self.waiting.write({"wait_unit": "calendar", "alert_days": 3})
        with freeze_time("2026-06-01 08:00:00"):
            case = self._create_waiting_case()
        self.assertTrue(case.date_alert)
        case.with_user(self.clerk).stage_id = self._stage("checking")
        self.assertFalse(case.date_alert)

    def test_case_that_cant_move_on_asks_its_owner(self):
        self.waiting.write(
            {
                "wait_unit": "calendar",
                "timeout_days": 1,
                "timeout_stage_id": self._stage("resolved").id,
                "timeout_resolution_id": self._resolution("PAID").id,
                "timeout_cause_id": self.cause.id,
            }
        )
        with freeze_time("2026-06-01 08:00:00"):
            case = self._create_waiting_case()
        with freeze_time("2026-06-03 08:00:00"):
            self._run_timers()
        self.assertEqual(case.stage_id, self.waiting)
        self.assertEqual(case.activity_ids.user_id, self.clerk)
        self.assertFalse(case.date_timeout)

    def test_working_days_skip_the_weekend(self):
        self.waiting.write({"alert_days": 1})
        with freeze_time("2026-06-05 12:00:00"):
            case = self._create_waiting_case()
        self.assertGreater(case.date_alert, datetime(2026, 6, 8))

    def test_moving_on_needs_a_stage_and_a_resolution(self):
        with self.assertRaisesRegex(ValidationError, "choose the stage"), self.env.cr.savepoint():
            self.waiting.timeout_days = 3
        with self.assertRaisesRegex(ValidationError, "resolution and root cause"):
            self.waiting.write({"timeout_days": 3, "timeout_stage_id": self._stage("withdrawn").id})
