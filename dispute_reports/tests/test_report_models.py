from collections import defaultdict
from datetime import datetime

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.dispute_management.models.dispute_stage_kinds import CLOSED_KINDS

from .report_models_common import ReportModelsCommon


@tagged("post_install", "-at_install")
class TestReportModels(ReportModelsCommon):
    """Figures of lines, stays, promises, settlements and invoices, recomputed from the records."""

    # Lines

    def test_lines(self):
        figures = self._get_by(self._report("line"), "product_id", "__count", "amount_disputed:sum")
        lines = self.counted.line_ids
        for product, claimed in lines.grouped(lambda line: line.move_line_id.product_id).items():
            expected = sum(
                line[f"amount_{part}_company"]
                for line in claimed
                for part in "open credited refunded rebilled applied written_off rejected paid_after".split()
            )
            count, amount = figures[product.with_user(self.viewer)]
            self.assertEqual(count, len(claimed))
            self.assertAlmostEqual(amount, expected, 6)
        ((total,),) = self._report("line")._read_group([], [], ["amount_disputed:sum"])
        ((of_cases,),) = self._get_report()._read_group([], [], ["amount_disputed:sum"])
        self.assertAlmostEqual(total, of_cases, 6)

    # Waiting

    def test_stays(self):
        expected = defaultdict(lambda: [0, set(), 0, 0])
        history = self.counted.stage_history_ids.filtered(lambda row: row.stage_id.kind not in CLOSED_KINDS)
        for row, hours, worked in history._get_spans():
            figures = expected[row.stage_id, row.waiting_on]
            figures[0] += 1
            figures[1].add(row.case_id)
            figures[2] += hours
            figures[3] += worked
        groups = self._report("stage")._read_group(
            [],
            ["stage_id", "waiting_on"],
            [
                "__count",
                "case_count:count_distinct",
                "hours:sum",
                "working_hours:sum",
                "hours_per_case:avg",
                "working_hours_per_case:avg",
            ],
        )
        self.assertEqual(len(groups), len(expected))
        for stage, turn, count, cases, hours, worked, a_case, worked_a_case in groups:
            rows, of_cases, all_hours, all_worked = expected[stage.sudo(), turn]
            self.assertEqual((count, cases), (rows, len(of_cases)))
            # The clock went on between the two.
            self.assertAlmostEqual(hours, all_hours, 1)
            self.assertAlmostEqual(worked, all_worked, 1)
            self.assertAlmostEqual(a_case, all_hours / len(of_cases), 1)
            self.assertAlmostEqual(worked_a_case, all_worked / len(of_cases), 1)

    # Promises

    def test_promises(self):
        promises = self.counted.sla_status_ids.filtered(lambda promise: not promise.is_cancelled)
        rows = self._report("sla").search([]).grouped("id")
        self.assertEqual(set(rows), set(promises.ids))
        self.assertIn("breached", promises.mapped("state"))
        for promise in promises:
            row = rows[promise.id]
            with self.subTest(promise.display_name):
                self.assertEqual(row.state, promise.state)
                late = promise.exceeded_hours if promise.state == "breached" else 0
                self.assertAlmostEqual(row.hours_late, late, 1)
        met = sum(promise.state == "reached" for promise in promises)
        failed = sum(promise.state == "breached" for promise in promises)
        groups = self._report("sla")._read_group(
            [], [], ["count_met:sum", "count_failed:sum", "attainment:avg"]
        )
        self.assertEqual(groups, [(met, failed, met / (met + failed))])

    def test_a_turn_of_the_customer_after_the_deadline_is_not_late(self):
        promise = self.waited.sudo().sla_status_ids.filtered(lambda promise: promise.target == "closing")
        self.assertTrue(promise.deadline < datetime(2025, 6, 2))
        row = self._report("sla").search([("id", "=", promise.id)])
        self.assertAlmostEqual(row.hours_late, promise.exceeded_hours, 1)
        without = self.env["dispute.working.time"]._get_worked_hours(
            [(promise.calendar_id, promise.deadline, datetime.now())]
        )
        self.assertGreater(without[0] - row.hours_late, 8)

    # Settlements

    def test_settlements(self):
        self._settle(self.waited, "credit_note", 40)
        self._settle(self.answered, "write_off", 5)
        self._settle(self.foreign, "credit_note", 300)
        lines = self.env["dispute.settlement.line"].sudo().search([("case_id", "in", self.counted.ids)])
        groups = self._get_by(
            self._report("settlement"),
            "kind",
            "__count",
            "amount:sum",
            "amount_executed:sum",
            "count_decided:sum",
            "count_approved:sum",
            "turnaround_days:avg",
        )
        self.assertEqual(set(groups), set(lines.mapped("kind")))
        for kind, settled in lines.grouped("kind").items():
            executed = settled.filtered(lambda line: line.state == "executed")
            decisions = [
                line.settlement_id.approval_ids.filtered(lambda item: item.state in ("approved", "refused"))
                for line in settled
            ]
            decided = sum(bool(decision) for decision in decisions)
            approved = sum(decision.sorted("date")[-1:].state == "approved" for decision in decisions)
            clock, calendar = self.env["dispute.working.time"], self.company.resource_calendar_id
            days = [
                (
                    clock._get_local_date(calendar, line.settlement_id.date_executed)
                    - clock._get_local_date(calendar, line.case_id.date_opened)
                ).days
                for line in executed
            ]
            count, amount, amount_executed, found_decided, found_approved, turnaround = groups[kind]
            self.assertEqual(count, len(settled))
            self.assertAlmostEqual(amount, sum(line._get_company_amount() for line in settled), 6)
            self.assertAlmostEqual(amount_executed, sum(line._get_company_amount() for line in executed), 6)
            self.assertEqual((found_decided, found_approved), (decided, approved))
            self.assertAlmostEqual(turnaround, sum(days) / len(days), 6)
        self.assertIn("credit_note", groups)

    def test_approval_rate(self):
        settlements = (
            self.env["dispute.settlement"]
            .sudo()
            .create(
                [
                    {
                        "case_id": case.id,
                        "line_ids": [
                            Command.create(
                                {"dispute_line_id": case.line_ids.id, "kind": "credit_note", "amount": 10}
                            )
                        ],
                    }
                    for case in (self.waited + self.answered).sudo()
                ]
            )
        )
        self.env["dispute.settlement.approval"].sudo().create(
            [
                {
                    "settlement_id": settlement.id,
                    "state": state,
                    "user_id": self.approver.id,
                    "date": moment,
                }
                for settlement, state, moment in (
                    (settlements[0], "refused", "2025-06-01 00:00:00"),
                    (settlements[0], "approved", "2025-06-02 00:00:00"),
                    (settlements[1], "refused", "2025-06-01 00:00:00"),
                )
            ]
        )
        groups = self._report("settlement")._read_group(
            [("settlement_id", "in", settlements.ids)], ["approver_id"], ["approval_rate:avg"]
        )
        self.assertEqual(groups, [(self.approver.with_user(self.viewer), 0.5)])

    # Invoices

    def test_dispute_rate(self):
        moves = self.env["account.move"].search(
            [
                ("company_id", "=", self.company.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
            ]
        )
        disputed = self.counted.line_ids.move_id
        # Of the merged case the invoice counts as one that was not disputed.
        self.assertNotIn(self.merged.line_ids.move_id, disputed)
        ((rate, by_amount),) = self._report("invoice")._read_group(
            [], [], ["dispute_rate:avg", "dispute_rate_amount:avg"]
        )
        self.assertAlmostEqual(rate, len(disputed) / len(moves), 6)
        self.assertAlmostEqual(
            by_amount,
            sum(disputed.mapped("amount_total_signed")) / sum(moves.mapped("amount_total_signed")),
            6,
        )

    # All of them

    def test_every_view_loads_and_every_row_opens(self):
        for name in ("line", "stage", "sla", "settlement", "invoice"):
            report = self._report(name)
            with self.subTest(name):
                for kind in ("pivot", "graph", "list", "search"):
                    report.get_view(view_type=kind)
                row = report.search([], limit=1)
                self.assertEqual(row.action_open_case()["res_model"], "dispute.case")
                names = [field for field in report._fields if field != "display_name"]
                self.assertTrue(report.search([]).read(names))

    def test_nobody_writes(self):
        for name in ("line", "stage", "sla", "settlement", "invoice"):
            for user in (self.viewer, self.administrator):
                for operation in ("create", "write", "unlink"):
                    self.assertFalse(self._report(name, user).has_access(operation))
            self.assertFalse(self._report(name, self.outsider).has_access("read"))
