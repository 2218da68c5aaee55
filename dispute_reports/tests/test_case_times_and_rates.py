from datetime import datetime, timedelta
from statistics import median

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.dispute_management.models.dispute_stage_kinds import CLOSED_KINDS

from .report_models_common import ReportModelsCommon


@tagged("post_install", "-at_install")
class TestCaseTimesAndRates(ReportModelsCommon):
    """Figures of cases against a slow, plain recomputation from the records."""

    def _get_hours(self, case, condition=lambda row: True):
        rows = case.stage_history_ids.filtered(lambda row: row.stage_id.kind not in CLOSED_KINDS)
        return sum(worked for row, _hours, worked in rows._get_spans() if condition(row))

    def test_working_days(self):
        rows = self._get_report().search([]).grouped("case_id")
        self.assertEqual({case.id for case in rows}, set(self.counted.ids))
        for case in self.counted:
            row, day = rows[case.with_user(self.viewer)], case._get_hours_per_day()
            worked = self._get_hours(case) / day
            handled = self._get_hours(case, lambda row: row.waiting_on != "customer") / day
            with self.subTest(case.name):
                self.assertAlmostEqual(row.cycle_working_days, worked if case.is_closed else 0, 4)
                self.assertAlmostEqual(row.handling_days, handled if case.is_closed else 0, 4)
                self.assertAlmostEqual(row.open_working_days, 0 if case.is_closed else worked, 1)
        self.assertGreater(rows[self.waited.with_user(self.viewer)].open_working_days, 1)

    def test_working_days_of_groups(self):
        ((mean, middle, late),) = self._get_report()._read_group(
            [("is_closed", "=", True)],
            [],
            ["cycle_working_days:avg", "cycle_working_days_median:avg", "cycle_working_days_p90:avg"],
        )
        days = sorted(
            self._get_hours(case) / case._get_hours_per_day() for case in self.counted if case.is_closed
        )
        self.assertAlmostEqual(mean, sum(days) / len(days), 4)
        self.assertAlmostEqual(middle, median(days), 4)
        place = 0.9 * (len(days) - 1)
        low = int(place)
        self.assertAlmostEqual(late, days[low] + (place - low) * (days[low + 1] - days[low]), 4)

    def test_first_response(self):
        row = self._get_report().search([("case_id", "=", self.answered.id)])
        (expected,) = self.env["dispute.working.time"]._get_worked_hours(
            [
                (
                    self.company.resource_calendar_id,
                    self.answered.date_opened,
                    self.answered.date_first_response,
                )
            ]
        )
        self.assertGreater(expected, 0)
        self.assertAlmostEqual(row.first_response_hours, expected, 4)
        # Cases without an answer are in no mean.
        ((mean,),) = self._get_report()._read_group([], [], ["first_response_hours:avg"])
        self.assertAlmostEqual(mean, expected, 4)

    def test_a_calendar_of_the_team(self):
        hours = {"hour_from": 20, "hour_to": 23, "day_period": "afternoon", "name": "Night"}
        night = self.env["resource.calendar"].create(
            {
                "name": "Night",
                "tz": "UTC",
                "attendance_ids": [Command.create({**hours, "dayofweek": day}) for day in "0123456"],
            }
        )
        self.team.sudo().calendar_id = night
        row = self._get_report().search([("case_id", "=", self.answered.id)])
        (expected,) = self.env["dispute.working.time"]._get_worked_hours(
            [(night, self.answered.date_opened, self.answered.date_first_response)]
        )
        self.assertAlmostEqual(row.first_response_hours, expected, 4)

    def test_days_are_those_of_the_company(self):
        """Where a team works it may still be yesterday: that makes no day of being closed."""
        self.team.sudo().calendar_id = self.env["resource.calendar"].create({"name": "UTC", "tz": "UTC"})
        case = self._open(60, "2025-05-05 00:00:00")
        # In Auckland both are on the 10th.
        self._end(case, "REJ", "2025-05-09 13:00:00")
        case.sudo()._move_to_stage(self._stage("checking"), at=datetime(2025, 5, 10, 1))
        self._end(case, "REJ", "2025-05-12 00:00:00")
        row = self._get_report().search([("case_id", "=", case.id)])
        self.assertEqual(row.cycle_days, 7)

    def test_no_calendar_works_round_the_clock(self):
        self.company.resource_calendar_id = False
        row = self._get_report().search([("case_id", "=", self.answered.id)])
        self.assertAlmostEqual(row.first_response_hours, 28.25, 4)

    def test_rates(self):
        ((recovery, credit, lost, reopened, repeated, escalated),) = self._get_report()._read_group(
            [],
            [],
            [
                f"{name}:avg"
                for name in (
                    "recovery_rate credit_rate write_off_rate reopen_rate repeat_rate escalation_rate".split()
                )
            ],
        )
        cases = self.counted
        closed = cases.filtered("is_closed")
        wrong = closed.filtered(lambda case: case.resolution_id.is_decided and not case.is_valid)
        claimed = sum(closed.mapped("amount_disputed_company"))
        paid = sum(wrong.mapped("amount_paid_after_company"))
        kept = sum(wrong.mapped("amount_rejected_company")) + sum(wrong.mapped("amount_written_off_company"))
        given = sum(closed.mapped("amount_credited_company")) + sum(closed.mapped("amount_refunded_company"))
        self.assertAlmostEqual(recovery, paid / (paid + kept), 6)
        self.assertAlmostEqual(credit, given / claimed, 6)
        self.assertAlmostEqual(lost, sum(closed.mapped("amount_written_off_company")) / claimed, 6)
        ever = [case for case in cases if case.is_closed or case.reopen_count]
        self.assertAlmostEqual(reopened, 1 / len(ever), 6)
        again = 0
        for case in cases:
            again += any(
                other.partner_id == case.partner_id
                and other != case
                and (other.date_opened, other.id) < (case.date_opened, case.id)
                and other.date_opened >= case.date_opened - timedelta(days=365)
                for other in self.all_cases.filtered(lambda other: not other.merged_into_id)
            )
        self.assertAlmostEqual(repeated, again / len(cases), 6)
        self.assertEqual(escalated, 0)

    def test_recovery(self):
        invoice = self.refused.line_ids.move_id
        self._register_payment(invoice)
        self.assertEqual(self.refused.amount_paid_after, 200)
        figures = self._get_figures("case_id", "recovery_rate:avg")
        self.assertEqual(figures[self.refused.display_name], 1)

    def _register_payment(self, invoice):
        return (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"payment_date": "2025-07-01"})
            ._create_payments()
        )

    def test_what_was_opened_before_is_looked_up(self):
        """Not sought among all cases of the customer, for each of them: there may be thousands."""
        statement = SQL(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'dispute_case' AND indexdef LIKE %s",
            "%(partner_id, company_id, date_opened, id) WHERE (merged_into_id IS NULL)",
        )
        self.assertEqual(len(self.env.execute_query(statement)), 1)

    def test_cost(self):
        self.company.dispute_delay_rate = 10
        row = self._get_report().search([("case_id", "=", self.refused.id)])
        # 200.00 for 20 days at 10 % a year.
        self.assertAlmostEqual(row.amount_delay, round(200 * 20 * 10 / 36500, 2), 6)
        self.assertAlmostEqual(row.amount_cost, row.amount_delay, 6)
        ((cost, goodwill, late, lost),) = self._get_report()._read_group(
            [], [], ["amount_cost:sum", "amount_goodwill:sum", "amount_delay:sum", "amount_written_off:sum"]
        )
        self.assertAlmostEqual(cost, goodwill + late + lost, 6)

    def test_rates_of_the_subtotals_of_a_pivot(self):
        by_reason, total = self._get_report().formatted_read_grouping_sets(
            [], [["reason_id"], []], ["credit_rate:avg", "repeat_rate:avg", "cycle_working_days_median:avg"]
        )
        by_hand = {group["reason_id"][0]: group for group in by_reason}
        for reason, cases in self.counted.grouped("reason_id").items():
            closed = cases.filtered("is_closed")
            claimed = sum(closed.mapped("amount_disputed_company"))
            given = sum(closed.mapped("amount_credited_company"))
            expected = given / claimed if claimed else False
            self.assertEqual(by_hand[reason.id]["credit_rate:avg"], expected)
        self.assertAlmostEqual(total[0]["credit_rate:avg"], 100 / 340, 6)
