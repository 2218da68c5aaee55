from datetime import date

import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.dispute_reports.report.dispute_report import AMOUNT_FIELDS

from .common import DisputeReportCommon


@tagged("post_install", "-at_install")
class TestDisputeReport(DisputeReportCommon):
    def _get_row(self, case):
        return self._get_report().search([("case_id", "=", case.id)])

    def test_one_row_a_case_merged_ones_left_out(self):
        rows = self._get_report().search([("case_id", "in", (self.cases + self.merged).ids)])
        self.assertEqual(set(rows.ids), set(self.cases.ids))
        self.assertEqual(rows.ids, rows.case_id.ids)
        self.assertEqual(sum(rows.mapped("count")), 4)

    def test_dates_are_those_where_the_company_works(self):
        row = self._get_row(self.credited)
        self.assertEqual((row.date_opened, row.date_closed), (date(2025, 2, 1), date(2025, 2, 11)))
        # The month does not move with whoever looks.
        for zone in ("UTC", "America/Los_Angeles", "Pacific/Auckland"):
            months = (
                self._get_report().with_context(tz=zone)._read_group([], ["date_opened:month"], ["count:sum"])
            )
            self.assertEqual(months, [(date(2025, 2, 1), 3), (date(2025, 3, 1), 1)])

    def test_dates_without_calendar_are_utc(self):
        self.company.resource_calendar_id = False
        self.assertEqual(self._get_row(self.credited).date_opened, date(2025, 1, 31))

    def test_cycle_days(self):
        self.assertEqual([self._get_row(case).cycle_days for case in self.cases], [10.0, 20.0, 0.0, 30.0])
        self.assertEqual(
            self._get_figures("reason_id", "cycle_days:avg", "cycle_days:count"),
            {self.price.display_name: (20.0, 3), self.quantity.display_name: (False, 0)},
        )
        self.assertEqual(
            self._get_report()._read_group(
                [], [], ["cycle_days:avg", "cycle_days_median:avg", "cycle_days_p90:avg"]
            ),
            [(20.0, 20.0, 28.0)],
        )

    def test_median_is_no_mean(self):
        self._end(self._late_case(), "WDN", "2025-06-01 00:00:00")
        ((mean, median),) = self._get_report()._read_group(
            [("date_closed", "!=", False)], [], ["cycle_days:avg", "cycle_days_median:avg"]
        )
        # 10, 20, 30 and 100 days.
        self.assertEqual((mean, median), (40.0, 25.0))

    def _late_case(self):
        return self._open(10, "2025-02-21 00:00:00")

    def test_days_in_which_it_was_closed_do_not_count(self):
        self.refused.sudo().action_reopen()
        self.refused.sudo().closed_days = 7
        self._end(self.refused, "REJ", "2025-03-05 00:00:00")
        row = self._get_row(self.refused)
        self.assertEqual((row.cycle_days, row.reopen_count), (23.0, 1))

    def test_open_days(self):
        row = self._get_row(self.foreign)
        today = self.env["dispute.working.time"]._get_local_date(
            self.company.resource_calendar_id, self.env.cr.now().replace(microsecond=0)
        )
        self.assertEqual(row.open_days, (today - date(2025, 2, 5)).days)
        self.assertFalse(row.is_closed)
        self.assertFalse(row.date_closed)
        self.assertEqual(self._get_row(self.refused).open_days, 0)

    def test_amounts_in_company_currency(self):
        row = self._get_row(self.foreign)
        self.assertEqual(row.company_currency_id, self.company.currency_id)
        self.assertEqual((row.amount_disputed, row.amount_open), (150.0, 150.0))
        self.assertEqual(
            self._get_figures(
                "reason_id",
                "count:sum",
                "amount_disputed:sum",
                "amount_open:sum",
                "amount_credited:sum",
                "amount_rejected:sum",
            ),
            {
                self.price.display_name: (3, 340.0, 0.0, 100.0, 240.0),
                self.quantity.display_name: (1, 150.0, 150.0, 0.0, 0.0),
            },
        )

    def test_parts_add_up_to_the_claim(self):
        for row in self._get_report().search([]):
            parts = sum(row[name] for name in AMOUNT_FIELDS if name != "amount_disputed")
            self.assertAlmostEqual(parts, row.amount_disputed, 6)

    def test_validity_counts_decided_cases(self):
        self.assertEqual(
            [self._get_row(case).validity for case in self.cases],
            ["valid", "not_valid", False, "undecided"],
        )
        ((rate, amount_rate),) = self._get_report()._read_group(
            [], [], ["is_valid:avg", "valid_amount_rate:avg"]
        )
        self.assertEqual(rate, 0.5)
        self.assertAlmostEqual(amount_rate, 100 / 300, 6)

    def test_validity_of_no_decision_is_no_figure(self):
        self.assertEqual(
            self._get_figures("reason_id", "is_valid:avg", "valid_amount_rate:avg"),
            {
                self.price.display_name: (0.5, 100 / 300),
                self.quantity.display_name: (False, False),
            },
        )

    def test_rates_in_subtotals(self):
        """The pivot asks for all its totals at once: a rate is never a mean of rates."""
        measures = ["is_valid:avg", "valid_amount_rate:avg", "cycle_days_median:avg"]
        by_partner, total = self._get_report().formatted_read_grouping_sets(
            [], [["partner_id"], []], measures
        )
        self.assertEqual(
            [(group["is_valid:avg"], group["cycle_days_median:avg"]) for group in by_partner],
            [(1.0, 10.0), (0.0, 25.0)],
        )
        self.assertEqual([total[0][name] for name in measures], [0.5, 100 / 300, 20.0])

    def test_groupings(self):
        for groupby, expected in {
            "partner_id": {"partner_a": 2, "partner_b": 2},
            "country_id": {"Germany": 2, "France": 2},
            # A customer with two tags counts under both of them.
            "partner_tag_ids": {"Big": 4, "New": 2},
            "stage_kind": {"new": 1, "rejected": 1, "resolved": 1, "withdrawn": 1},
            "validity": {"valid": 1, "not_valid": 1, "undecided": 1, False: 1},
            "is_closed": {False: 1, True: 3},
            "source": {"internal": 4},
            "team_id": {self.team.display_name: 4},
            "user_id": {self.clerk.display_name: 4},
            "cause_id": {self.cause.sudo().display_name: 3, False: 1},
        }.items():
            with self.subTest(groupby):
                figures = self._get_figures(groupby, "__count")
                found = {getattr(key, "id", key) or False: count for key, count in figures.items()}
                self.assertEqual(found, expected)

    def test_grouping_by_tag_in_the_web_client(self):
        by_tag, total = self._get_report().formatted_read_grouping_sets(
            [], [["partner_tag_ids"], []], ["__count", "amount_disputed:sum"]
        )
        self.assertEqual([group["amount_disputed:sum"] for group in by_tag], [490.0, 250.0])
        # The total counts no case twice.
        self.assertEqual((total[0]["__count"], total[0]["amount_disputed:sum"]), (4, 490.0))

    def test_searching(self):
        for domain, cases in [
            ([("validity", "=", "valid")], self.credited),
            ([("partner_tag_ids", "in", self.tag_new.ids)], self.credited + self.foreign),
            ([("partner_tag_ids", "ilike", "new")], self.credited + self.foreign),
            ([("country_id.code", "=", "FR")], self.refused + self.silent),
            ([("date_opened", ">=", "2025-02-05")], self.foreign + self.silent),
            ([("is_closed", "=", False)], self.foreign),
            ([("name", "=", self.silent.name)], self.silent),
        ]:
            with self.subTest(domain):
                self.assertEqual(set(self._get_report().search(domain).case_id.ids), set(cases.ids))

    def test_pending_changes_are_counted(self):
        """Nothing need be saved first: the report flushes what it reads."""
        self.assertEqual(self._get_figures("user_id", "__count"), {self.clerk.display_name: 4})
        self.silent.sudo().user_id = self.leader
        self.partner_b.country_id = self.germany
        self.assertEqual(
            self._get_figures("user_id", "__count"),
            {self.clerk.display_name: 3, self.leader.display_name: 1},
        )
        self.assertEqual(self._get_figures("country_id", "__count"), {"Germany": 4})

    def test_opening_a_row(self):
        row = self._get_row(self.refused)
        action = row.action_open_case()
        self.assertEqual((action["res_model"], action["res_id"]), ("dispute.case", self.refused.id))

    def test_queries(self):
        report = self._get_report()
        report._read_group([], ["reason_id"], ["__count"])
        self.env.invalidate_all()
        # Every figure knows where its companies work, and in what currencies they keep their books.
        report._get_only_zone()
        with self.assertQueryCount(1):
            report._read_group(
                [], ["date_opened:month"], ["count:sum", "cycle_days:avg", "valid_amount_rate:avg"]
            )

    def test_nothing_can_be_changed(self):
        row = self._get_row(self.refused).sudo()
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.Error), self.env.cr.savepoint():
            row.amount_disputed = 1
            self.env.flush_all()
