from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestWorkingHours(DisputeCommon):
    """Administrators of disputes keep the hours of their teams, and nobody else's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendars = cls.env["resource.calendar"].with_user(cls.administrator)
        cls.hours = cls.calendars.create(
            {
                "name": "Disputes desk",
                "attendance_ids": [
                    Command.clear(),
                    Command.create({"name": "Morning", "dayofweek": "0", "hour_from": 8, "hour_to": 12}),
                ],
            }
        )
        cls.leaves = cls.env["resource.calendar.leaves"]

    def _prepare_day_off(self, calendar, **values):
        return {
            "name": "Public holiday",
            "calendar_id": calendar.id,
            "company_id": self.company.id,
            "date_from": "2026-12-25 00:00:00",
            "date_to": "2026-12-25 23:59:59",
            **values,
        }

    def test_hours_for_disputes_only(self):
        self.team.with_user(self.administrator).calendar_id = self.hours
        self.hours.attendance_ids.hour_to = 13
        self.hours.attendance_ids.unlink()
        day = self.leaves.with_user(self.administrator).create(self._prepare_day_off(self.hours))
        day.name = "Christmas"
        day.unlink()

    def test_hours_of_the_company_and_its_people(self):
        own = self.hours.sudo().copy({"name": "Carla"})
        self.env["resource.resource"].sudo().create({"name": "Carla", "calendar_id": own.id})
        for calendar in (self.company.resource_calendar_id, own):
            theirs = self.calendars.browse(calendar.id)
            for refused in (
                lambda theirs=theirs: theirs.write({"name": "Ours"}),
                lambda theirs=theirs: theirs.attendance_ids.write({"hour_to": 20}),
                lambda theirs=theirs: theirs.write(
                    {"attendance_ids": [Command.create({"name": "x", "dayofweek": "6"})]}
                ),
                lambda theirs=theirs: self.leaves.with_user(self.administrator).create(
                    self._prepare_day_off(theirs)
                ),
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    refused()
        with self.assertRaises(AccessError):
            self.leaves.with_user(self.administrator).create(
                self._prepare_day_off(self.calendars, calendar_id=False)
            )

    def test_others_change_none(self):
        for user in (self.leader, self.clerk):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.hours.with_user(user).name = "Mine"

    def test_rights_of_another_app_stay_what_they_are(self):
        self.administrator.sudo().group_ids += self.env.ref("base.group_system")
        calendar = self.calendars.browse(self.company.resource_calendar_id.id)
        calendar.name = "Company"
        self.assertEqual(calendar.name, "Company")
