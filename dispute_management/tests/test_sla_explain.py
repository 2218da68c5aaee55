from datetime import datetime

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..models.dispute_sla_explanation_mixin import FIRST_ROWS, LAST_ROWS
from .sla_common import SlaCommon


@tagged("post_install", "-at_install")
class TestSlaExplain(SlaCommon):
    """A promise tells how each hour was spent, and the sum that gives its deadline."""

    def _explain(self, status, at):
        with freeze_time(at):
            status.invalidate_recordset()
            return status._get_explanation()

    def assertRows(self, explanation, *rows):
        found = [
            (f"{row['start']:%d %H:%M}", f"{row['stop']:%d %H:%M}", row["kind"], row["why"], row["hours"])
            for row in explanation["rows"]
        ]
        self.assertEqual(found, list(rows))

    def test_run_pause_and_night(self):
        case = self._open_case()
        self._move(case, "waiting_customer", "2026-06-01 10:00:00")
        self._move(case, "checking", "2026-06-02 09:00:00")
        found = self._explain(case.sla_status_ids, "2026-06-02 10:00:00")
        name = self.calendar.name
        self.assertRows(
            found,
            ("01 08:00", "01 10:00", "run", "New: Us", 2),
            ("01 10:00", "01 12:00", "paused", "Waiting for customer: Customer", 2),
            ("01 12:00", "01 13:00", "off", f"outside {name}", 1),
            ("01 13:00", "01 17:00", "paused", "Waiting for customer: Customer", 4),
            ("01 17:00", "02 08:00", "off", f"outside {name}", 15),
            ("02 08:00", "02 09:00", "paused", "Waiting for customer: Customer", 1),
            ("02 09:00", "02 10:00", "run", "Checking: Us", 1),
            ("02 10:00", "02 12:00", "run", "Checking: Us", 2),
            ("02 12:00", "02 13:00", "off", f"outside {name}", 1),
            ("02 13:00", "02 16:00", "run", "Checking: Us", 3),
        )
        self.assertEqual([row["is_ahead"] for row in found["rows"]], [False] * 7 + [True] * 3)
        self.assertEqual(found["totals"], {"run": 8, "paused": 7, "off": 17})
        self.assertEqual((found["used"], found["left"], found["elapsed"]), (3, 5, 32))
        self.assertEqual(case.date_deadline, datetime(2026, 6, 2, 16))

    def test_what_is_late_is_shown_apart(self):
        case = self._open_case()
        found = self._explain(case.sla_status_ids, "2026-06-02 10:30:00")
        self.assertEqual(found["totals"]["run"], 8)
        self.assertEqual([row["hours"] for row in found["rows"] if row["is_late"]], [2.5])
        self.assertEqual((found["exceeded"], found["left"]), (2.5, 0))

    def test_a_very_long_table_is_shortened_and_still_adds_up(self):
        case = self._open_case("2019-06-03 08:00:00")
        with freeze_time("2026-06-01 10:00:00"):
            status = case.sla_status_ids
            rows = status._get_explanation()["rows"]
            shown = status._shorten(rows)
            self.assertEqual(len(shown), FIRST_ROWS + 1 + LAST_ROWS)
            self.assertAlmostEqual(
                sum(row["hours"] for row in shown), sum(row["hours"] for row in rows), places=6
            )
            for row, following in zip(shown, shown[1:], strict=False):
                self.assertEqual(row["stop"], following["start"])
            self.assertIn(f"{len(rows) - FIRST_ROWS - LAST_ROWS} rows", status.explanation)

    def test_a_holiday_goes_by_its_name(self):
        self.calendar.global_leave_ids = [
            Command.create(
                {"name": "Whit", "date_from": "2026-06-01 13:00:00", "date_to": "2026-06-01 17:00:00"}
            )
        ]
        case = self._open_case()
        found = self._explain(case.sla_status_ids, "2026-06-01 09:00:00")
        self.assertIn(
            ("off", "Whit", 4.0), [(row["kind"], row["why"], row["hours"]) for row in found["rows"]]
        )
        self.assertEqual(case.date_deadline, datetime(2026, 6, 2, 12))

    def test_while_the_customer_is_to_answer(self):
        case = self._open_case()
        self._move(case, "waiting_customer", "2026-06-01 10:00:00")
        found = self._explain(case.sla_status_ids, "2026-06-03 10:00:00")
        self.assertTrue(found["paused"])
        self.assertEqual((found["used"], found["left"], found["exceeded"]), (2, 6, 0))
        self.assertEqual(found["totals"]["run"], 2)
        self.assertEqual(found["elapsed"], 50)

    def test_closed_time_is_paused_on_reopening(self):
        case = self._open_case()
        self._close(case, "2026-06-01 10:00:00")
        with freeze_time("2026-06-03 08:00:00"):
            case.with_user(self.clerk).action_reopen()
        found = self._explain(case.sla_status_ids, "2026-06-03 09:00:00")
        self.assertEqual(found["totals"], {"run": 8, "paused": 14, "off": 33})
        self.assertEqual((found["used"], found["left"]), (3, 5))

    def test_calendar_days(self):
        self._create_policy(name="Law", duration=15, duration_unit="calendar")
        case = self._open_case()
        law = case.sla_status_ids.filtered("is_fixed")
        self._move(case, "waiting_customer", "2026-06-02 08:00:00")
        found = self._explain(law, "2026-06-03 08:00:00")
        self.assertEqual([(row["kind"], row["hours"]) for row in found["rows"]], [("run", 48), ("run", 312)])

    def test_what_was_true_then_is_kept(self):
        case = self._open_case()
        self._close(case, "2026-06-02 10:00:00")
        status = case.sla_status_ids
        self.assertEqual((status.used_hours, status.exceeded_hours), (10, 2))
        self.assertFalse(self._explain(status, "2026-06-05 10:00:00")["is_changed"])
        self.calendar.attendance_ids.filtered(lambda line: line.hour_from == 8).unlink()
        self.assertEqual(status.deadline, datetime(2026, 6, 1, 17))
        self.assertEqual((status.used_hours, status.exceeded_hours, status.state), (10, 2, "breached"))
        self.assertTrue(self._explain(status, "2026-06-05 10:00:00")["is_changed"])

    def test_the_button_shows_it_to_who_may_read_the_case(self):
        case = self._open_case()
        for user in (self.clerk, self.viewer):
            status = case.sla_status_ids.with_user(user)
            action = status.action_explain()
            self.assertEqual((action["res_model"], action["res_id"]), ("dispute.sla.status", status.id))
            with freeze_time("2026-06-01 11:00:00"):
                status.invalidate_recordset()
                self.assertIn("Will run", status.explanation)
                self.assertIn(self.calendar.name, status.explanation)
