from datetime import date, datetime, timedelta
from html import unescape

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .request_common import CARRIER, RequestCommon

FRIDAY = "2026-06-05 09:00:00"


@tagged("post_install", "-at_install")
class TestInformationRequestReminder(RequestCommon):
    """Reminders go at set times, one mail a person."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.company.sudo().resource_calendar_id
        cls.calendar.tz = "UTC"

    def _create_question(self, **values):
        return (
            self.env["dispute.question"]
            .sudo()
            .create({"name": "Why?", "body": "Why is it so?", "due_days": 1, **values})
        )

    def _run_cron(self, at):
        with (
            freeze_time(at),
            self.mock_mail_gateway(mail_unlink_sent=False),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("dispute_management.ir_cron_remind").sudo().method_direct_trigger()
        self.env.invalidate_all()
        return self._new_mails

    def test_the_start_of_a_working_day_so_many_days_away(self):
        clock = self.env["dispute.working.time"]
        friday = datetime(2026, 6, 5, 9)
        sunday = datetime(2026, 6, 7, 9)
        start = self.calendar.attendance_ids.filtered(lambda row: row.dayofweek == "0").sorted("hour_from")[0]
        hour = int(start.hour_from)
        for at, days, day in (
            (friday, 0, date(2026, 6, 5)),
            (friday, 1, date(2026, 6, 8)),
            (friday, -1, date(2026, 6, 4)),
            (friday, 6, date(2026, 6, 15)),
            (friday, -5, date(2026, 5, 29)),
            (sunday, 0, date(2026, 6, 8)),
            (sunday, 1, date(2026, 6, 8)),
            (sunday, -1, date(2026, 6, 5)),
        ):
            with self.subTest(at=at, days=days):
                [found] = clock._get_day_starts([(self.calendar, at, days)])
                self.assertEqual(found, datetime.combine(day, datetime.min.time()).replace(hour=hour))
        nobody_works = self.calendar.copy({"attendance_ids": [Command.clear()]})
        self.assertEqual(
            clock._get_day_starts([(nobody_works, friday, 2), (self.env["resource.calendar"], friday, -2)]),
            [friday + timedelta(days=2), friday - timedelta(days=2)],
        )

    def test_the_days_of_reminders(self):
        for values, days in (
            # Due on Monday: the morning of Friday is past, so that morning, then every second.
            ({}, [8, 10, 12, 16, 18, 22]),
            ({"due_days": 3}, [9, 10, 12, 16, 18, 22]),
            ({"due_days": 3, "repeat_days": 0}, [9]),
            ({"due_days": 1, "repeat_days": 0}, [8]),
        ):
            with self.subTest(values):
                with freeze_time(FRIDAY):
                    request = self._ask(CARRIER, question=self._create_question(**values))
                found = []
                while request.date_reminder:
                    found.append(request.date_reminder.day)
                    self.assertTrue(self._run_cron(request.date_reminder))
                self.assertEqual(found, days)
                self.assertEqual(request.reminder_count, len(days))

    def test_one_mail_a_person_a_day(self):
        other = self.calendar.copy({"tz": "America/New_York"})
        far = self._create_case({self._create_invoice_of(50): 50})
        far.sudo().team_id = self.team.copy({"calendar_id": other.id})
        with freeze_time("2026-06-05 13:00:00"):
            here = self._ask(CARRIER, question=self._create_question())
            there = self._ask(CARRIER, case=far, question=self._create_question(name="How?"))
            stranger = self._ask("other@example.com", question=self._create_question())
        self.assertLess(here.date_reminder, there.date_reminder)
        mails = self._run_cron(here.date_reminder)
        self.assertEqual(sorted(mails.mapped("email_to")), sorted([CARRIER, "other@example.com"]))
        mail = mails.filtered(lambda mail: mail.email_to == CARRIER)
        for request in here | there:
            self.assertIn(request.name, unescape(mail.body_html))
        # What was brought forward is not sent again at its own time.
        self.assertGreater(there.date_reminder.date(), date(2026, 6, 9))
        self.assertFalse(self._run_cron(datetime(2026, 6, 8, 15)))
        self.assertEqual(stranger.reminder_count, 1)

    def test_answered_and_withdrawn_are_reminded_of_no_more(self):
        with freeze_time(FRIDAY):
            first, second = self._ask(CARRIER, "other@example.com", question=self._create_question())
            at = first.date_reminder
            first._answer("Carrier", "Yes")
            second.with_user(self.clerk).action_cancel()
        self.assertFalse(self._run_cron(at))

    def test_the_board_tells_for_how_many_days(self):
        with freeze_time("2026-06-01 09:00:00"):
            request = self._ask(CARRIER)
            self.assertEqual(request.days_waiting, 0)
        with freeze_time("2026-06-08 08:00:00"):
            request.invalidate_recordset()
            self.assertEqual(request.days_waiting, 7)
            request._forward("driver@carrier.example.com", "Carrier")
            self.assertEqual(request.days_waiting, 0, "Of whoever is asked now.")
        with freeze_time("2026-06-09 08:00:00"):
            request._answer("Driver", "It rained")
            self.assertEqual(request.days_waiting, 0)
