import io
from datetime import date
from unittest.mock import patch

import openpyxl
from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import BaseCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.dispute_reports.tools.period import get_last_period, get_next_start
from odoo.addons.dispute_reports.wizard.dispute_workbook import DisputeWorkbook

from .common import DisputeReportCommon


class TestPeriods(BaseCase):
    def test_periods(self):
        for every, day, start, end, following in [
            ("week", date(2026, 3, 1), date(2026, 2, 16), date(2026, 2, 22), date(2026, 3, 2)),
            ("week", date(2026, 3, 2), date(2026, 2, 23), date(2026, 3, 1), date(2026, 3, 9)),
            ("month", date(2026, 3, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 4, 1)),
            ("month", date(2026, 1, 1), date(2025, 12, 1), date(2025, 12, 31), date(2026, 2, 1)),
            ("quarter", date(2026, 3, 31), date(2025, 10, 1), date(2025, 12, 31), date(2026, 4, 1)),
            ("quarter", date(2026, 10, 1), date(2026, 7, 1), date(2026, 9, 30), date(2027, 1, 1)),
        ]:
            with self.subTest(every=every, day=day):
                self.assertEqual(get_last_period(every, day), (start, end))
                self.assertEqual(get_next_start(every, day), following)


@tagged("post_install", "-at_install")
class TestWorkbookSchedule(DisputeReportCommon):
    """Sent once a period to each who may have it, in their language and with their rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        for user in (cls.viewer, cls.approver):
            user.sudo().email = f"{user.login}@example.com"
        cls.approver.sudo().lang = "fr_FR"
        cls.schedule = (
            cls.env["dispute.workbook.schedule"]
            .with_user(cls.administrator)
            .create(
                {
                    "name": "Disputes of the month",
                    "every": "month",
                    "next_date": "2025-03-01",
                    "user_ids": [Command.set((cls.viewer + cls.approver).ids)],
                    "company_ids": [Command.set(cls.company.ids)],
                }
            )
        )

    def _run(self, day="2025-03-03"):
        last = self.env["mail.mail"].sudo().search([], order="id desc", limit=1).id or 0
        with freeze_time(f"{day} 05:00:00" if len(day) == 10 else day), self.enter_registry_test_mode():
            self.env.ref("dispute_reports.ir_cron_send_workbooks").method_direct_trigger()
        self.env.invalidate_all()
        mails = self.env["mail.mail"].sudo().search([("id", ">", last)], order="id")
        return {mail.email_to.partition("<")[2].rstrip(">").partition("@")[0]: mail for mail in mails}

    def _read(self, mail):
        return openpyxl.load_workbook(io.BytesIO(mail.attachment_ids.raw))

    def _get_numbers(self, mail):
        return {row[0] for row in self._read(mail).worksheets[-1].iter_rows(min_row=2, values_only=True)}

    def test_each_gets_theirs_once(self):
        mails = self._run()
        self.assertEqual(set(mails), {self.viewer.login, self.approver.login})
        # Opened in February, in the company's time zone.
        expected = {case.name for case in self.credited + self.refused + self.foreign}
        for mail in mails.values():
            self.assertEqual(self._get_numbers(mail), expected)
            self.assertTrue(mail.attachment_ids.name.endswith("_2025-02-01_2025-02-28.xlsx"))
        self.assertIn("02/01/2025", mails[self.viewer.login].subject)
        self.assertIn("01/02/2025", mails[self.approver.login].subject)
        self.assertEqual(
            (self.schedule.next_date, self.schedule.date_sent), (date(2025, 4, 1), date(2025, 3, 3))
        )
        self.assertFalse(self.schedule.note)
        self.assertFalse(self._run("2025-03-04"), "once a month")

    def test_with_the_rights_of_who_gets_it(self):
        other = self.setup_other_company(name="Other company")["company"]
        self.schedule.sudo().company_ids |= other
        mails = self._run()
        companies = {
            row[1]
            for row in self._read(mails[self.viewer.login])["Key figures"].iter_rows(
                min_row=2, values_only=True
            )
        }
        self.assertEqual(companies, {self.company.name})

    def test_it_comes_from_the_company(self):
        other = self.setup_other_company(name="Another company")["company"]
        other.email = "another@example.com"
        self.company.email = False
        self.schedule.sudo().company_ids |= other
        self.viewer.sudo().company_ids |= other
        mails = self._run()
        self.assertEqual(mails[self.viewer.login].email_from, '"Another company" <another@example.com>')
        # Who has it of no company with an address gets it from the system, not from themselves.
        self.assertEqual(
            mails[self.approver.login].email_from, self.env.ref("base.user_root").email_formatted
        )

    def test_who_may_not_have_it_any_more(self):
        group = self.env.ref("dispute_management.group_dispute_viewer")
        self.viewer.sudo().group_ids -= group
        self.approver.sudo().email = False
        self.assertFalse(self._run())
        self.assertIn(self.viewer.name, self.schedule.note)
        self.assertIn("no e-mail address", self.schedule.note)

    def test_who_left(self):
        self.approver.sudo().active = False
        self.assertEqual(set(self._run()), {self.viewer.login})
        self.assertIn(self.approver.name, self.schedule.note)
        self.assertEqual(self.schedule.date_sent, date(2025, 3, 3))
        # Nobody is left: it goes on to the next month, but was not sent.
        self.viewer.sudo().active = False
        self.assertFalse(self._run("2025-04-03"))
        self.assertEqual(
            (self.schedule.date_sent, self.schedule.next_date), (date(2025, 3, 3), date(2025, 5, 1))
        )

    def test_a_month_is_over_where_the_companies_work(self):
        """In Auckland it is March half a day before London, in Los Angeles a third of a day after."""
        other = self.setup_other_company(name="Other company")["company"]
        other.resource_calendar_id = self.env["resource.calendar"].create(
            {"name": "Los Angeles", "tz": "America/Los_Angeles", "company_id": other.id}
        )
        for companies, too_early, late_enough in [
            (self.company, "2025-02-28 10:30:00", "2025-02-28 11:30:00"),
            (self.company + other, "2025-03-01 07:30:00", "2025-03-01 08:30:00"),
        ]:
            with self.subTest(companies.mapped("name")):
                self.schedule.sudo().write({"company_ids": companies.ids, "next_date": "2025-03-01"})
                self.assertFalse(self._run(too_early))
                self.assertEqual(len(self._run(late_enough)), 2)
                self.assertEqual(self.schedule.next_date, date(2025, 4, 1))

    def test_one_that_fails_stops_no_other(self):
        write = DisputeWorkbook._write_workbook

        def fail(workbook, stream):
            if workbook.env.user == self.viewer:
                raise ValueError("broken")
            return write(workbook, stream)

        with (
            patch.object(DisputeWorkbook, "_write_workbook", fail),
            mute_logger("odoo.addons.dispute_reports.models.dispute_workbook_schedule"),
        ):
            mails = self._run()
        self.assertEqual(set(mails), {self.approver.login})
        self.assertIn("broken", self.schedule.note)

    def test_only_colleagues_who_read_disputes(self):
        portal = new_test_user(self.env, login="schedule_portal", groups="base.group_portal")
        for user in (self.outsider, portal):
            with self.subTest(user.login), self.assertRaises(ValidationError):
                self.schedule.user_ids = [Command.link(user.id)]

    def test_who_may_set_it_up(self):
        for user in (self.viewer, self.clerk, self.leader, self.approver, self.outsider):
            with self.subTest(user.login):
                for operation in ("read", "write", "create", "unlink"):
                    self.assertFalse(self.schedule.with_user(user).has_access(operation))
                with self.assertRaises(AccessError):
                    self.schedule.with_user(user).action_send()
        with freeze_time("2025-03-14 12:00:00"):
            self.schedule.action_send()
        # In Auckland.
        self.assertEqual(self.schedule.next_date, date(2025, 3, 15))
