from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError
from odoo.tests import BaseCase, freeze_time, tagged
from odoo.tools import mute_logger

from ..tools.duration import split_hours
from .common import DisputeCommon


class TestDuration(BaseCase):
    """Hours as people say them."""

    def test_split_hours(self):
        for hours, per_day, expected in (
            (0, 24, (0, 0, 0)),
            (0.5, 24, (0, 0, 30)),
            (25.25, 24, (1, 1, 15)),
            (23.9999, 24, (1, 0, 0)),
            (7.9, 8, (0, 7, 54)),
            (20, 8, (2, 4, 0)),
            (15.2, 7.6, (2, 0, 0)),
            (30, 0, (1, 6, 0)),
        ):
            with self.subTest(hours=hours, per_day=per_day):
                self.assertEqual(split_hours(hours, per_day), expected)


@tagged("post_install", "-at_install")
class TestCaseTime(DisputeCommon):
    """Time per stage from the case's own history, and cases that got stuck."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.new = cls._stage("new").sudo()
        cls.checking = cls._stage("checking").sudo()
        # A Monday; eight hours a day, without a break in between.
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Office",
                "tz": "UTC",
                "hours_per_day": 8,
                "attendance_ids": [
                    (0, 0, {"name": str(day), "dayofweek": str(day), "hour_from": 9, "hour_to": 17})
                    for day in range(5)
                ],
            }
        )
        cls.team.calendar_id = cls.calendar
        cls.case = cls._at(
            "2026-03-02 09:00",
            lambda: cls._create_case({cls._create_invoice_of(100): 100}).with_user(cls.clerk),
        )

    @classmethod
    def _at(cls, when, what):
        with freeze_time(when):
            return what()

    def _look(self, when):
        self.env.invalidate_all()
        with freeze_time(when):
            return self.case.read(["duration_tracking", "stage_times", "is_rotting", "rotting_days"])[0]

    def test_time_per_stage(self):
        self._at("2026-03-03 11:00", lambda: self.case.write({"stage_id": self.checking.id}))
        self._at("2026-03-03 12:30", lambda: self.case.sudo()._change_turn("colleague"))
        self._at("2026-03-06 17:00", lambda: self.case.write({"stage_id": self.new.id}))
        seen = self._look("2026-03-09 10:00")
        self.assertEqual(
            seen["duration_tracking"],
            {
                str(self.new.id): (26 + 65) * 3600,
                str(self.checking.id): 78 * 3600,
            },
        )
        with freeze_time("2026-03-09 10:00"):
            rows = self.case._get_stage_times()
        self.assertEqual(
            [(row["stage"], row["count"], row["spent"], row["worked"]) for row in rows],
            [("New", 2, "3 d 19 h", "1 d 3 h"), ("Checking", 1, "3 d 6 h", "3 d 6 h")],
        )
        self.assertIn("3 d 19 h", seen["stage_times"])

    def test_timeline(self):
        self._at("2026-03-03 11:00", lambda: self.case.write({"stage_id": self.checking.id}))
        self.env.invalidate_all()
        with freeze_time("2026-03-03 11:45"):
            rows = self.case.stage_history_ids.read(["time_spent", "time_worked", "waiting_on", "user_id"])
        self.assertEqual(
            [(row["time_spent"], row["time_worked"], row["user_id"][0]) for row in rows],
            [("1 d 2 h", "1 d 2 h", self.clerk.id), ("45 min", "45 min", self.clerk.id)],
        )

    def test_time_closed_is_no_time_in_a_stage(self):
        self._at("2026-03-03 09:00", lambda: self.case._close(self._resolution("WDN"), self.cause))
        self.assertEqual(self._look("2026-04-01 09:00")["duration_tracking"], {str(self.new.id): 24 * 3600})

    def test_names_are_text(self):
        self.new.name = "<script>alert(1)</script>"
        self.assertIn("&lt;script&gt;", self._look("2026-03-03 09:00")["stage_times"])

    def test_whoever_holds_an_activity_reads_the_timeline(self):
        with self.assertRaises(AccessError):
            self.case.with_user(self.outsider).stage_history_ids.read(["time_spent"])
        self.case.activity_schedule("mail.mail_activity_data_todo", user_id=self.outsider.id)
        self.env.invalidate_all()
        self.assertTrue(self.case.with_user(self.outsider).stage_history_ids.read(["time_spent"]))

    def _search_rotting(self, when, operator="=", value=True):
        with freeze_time(when):
            return self.case in self.env["dispute.case"].with_user(self.clerk).search(
                [("is_rotting", operator, value)]
            )

    def test_stale(self):
        self.new.rotting_threshold_days = 3
        for when, days in (("2026-03-05 08:59", 0), ("2026-03-05 09:00", 3), ("2026-03-07 09:00", 5)):
            with self.subTest(when=when):
                seen = self._look(when)
                self.assertEqual((seen["is_rotting"], seen["rotting_days"]), (bool(days), days))
                self.assertEqual(self._search_rotting(when), bool(days))
                self.assertEqual(self._search_rotting(when, "!="), not days)
                self.assertEqual(self._search_rotting(when, "=", False), not days)

    def test_what_moves_is_not_stale(self):
        self.new.rotting_threshold_days = self.checking.rotting_threshold_days = 3
        self._at("2026-03-04 09:00", lambda: self.case.write({"stage_id": self.checking.id}))
        self.assertFalse(self._search_rotting("2026-03-06 09:00"))
        self._at("2026-03-06 09:00", lambda: self.case.sudo()._change_turn("colleague"))
        self.assertFalse(self._look("2026-03-08 09:00")["is_rotting"])
        self.assertTrue(self._search_rotting("2026-03-09 09:00"))
        self._at("2026-03-09 09:00", lambda: self.case._close(self._resolution("WDN"), self.cause))
        self.assertFalse(self._look("2026-05-01 09:00")["is_rotting"])

    def test_stage_without_a_limit_never_is(self):
        self.new.rotting_threshold_days = 0
        self.assertFalse(self._look("2027-03-05 09:00")["is_rotting"])
        self.assertFalse(self._search_rotting("2027-03-05 09:00"))
        self.env["dispute.stage"].sudo().search([]).rotting_threshold_days = 0
        self.assertFalse(self._search_rotting("2027-03-05 09:00"))
        self.assertTrue(self._search_rotting("2027-03-05 09:00", "=", False))

    @mute_logger("odoo.sql_db")
    def test_limit_is_not_negative(self):
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self.new.with_user(self.administrator).rotting_threshold_days = -1
            self.env.flush_all()
