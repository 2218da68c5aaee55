from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .refund_common import RefundCommon


@tagged("post_install", "-at_install")
class TestAutoRefund(RefundCommon):
    """Refunds that run by themselves: only what the terms accept, once, capped and watched."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"dispute_auto_refund": True, "dispute_auto_refund_daily": 1000})
        cls.today = fields.Date.to_string(fields.Date.today())

    def _claim(self, *args, **kwargs):
        return super()._claim(*args, day=kwargs.pop("day", self.today), **kwargs)

    def _run(self):
        with self.enter_registry_test_mode():
            self.env.ref("dispute_management.ir_cron_auto_refund").sudo().method_direct_trigger()
        self.env.invalidate_all()

    def _states(self, *cases):
        return [case.settlement_ids.mapped("state") for case in cases]

    def test_what_the_terms_accept_is_credited_and_closed(self):
        case = self._claim(60)
        self._run()
        self.assertEqual(self._states(case), [["executed"]])
        self.assertTrue(case.settlement_ids.is_by_policy and case.settlement_ids.is_automatic)
        self.assertEqual((case.stage_kind, case.resolution_id), ("resolved", self._resolution("CRF")))
        self.assertAmounts(case, credited=60)
        self.assertEqual(
            (case.refund_policy_id, case.refund_policy_version), (self.policy, self.policy.version)
        )
        self._run()
        self.assertEqual(len(case.settlement_ids), 1)

    def test_switched_off_it_does_nothing(self):
        self.company.dispute_auto_refund = False
        case = self._claim(60)
        self._run()
        self.assertFalse(case.settlement_ids)
        self.company.write({"dispute_auto_refund": True, "dispute_auto_refund_daily": 0})
        self._run()
        self.assertFalse(case.settlement_ids)

    def test_what_somebody_has_to_look_at_is_left_alone(self):
        large = self._claim(100.01)
        late = self._claim(60, day="2020-01-01")
        waiting = self._claim(60)
        waiting._move_to_stage(self._stage("waiting_customer"))
        closed = self._claim(60)
        closed._close(self._resolution("WDN"), self.cause)
        decided = self._claim(60)
        self.env["dispute.settlement"].with_user(self.clerk).create(
            {
                "case_id": decided.id,
                "line_ids": [
                    Command.create({"dispute_line_id": decided.line_ids.id, "kind": "rejection", "amount": 1})
                ],
            }
        )
        self._run()
        self.assertFalse((large | late | waiting | closed).settlement_ids)
        self.assertEqual(decided.settlement_ids.mapped("state"), ["draft"])

    def test_approval_and_consent_hold(self):
        self.env["dispute.approval.tier"].sudo().with_context(active_test=False).search(
            [("company_id", "=", self.company.id), ("kind", "=", "credit")], order="amount", limit=1
        ).write({"active": True, "amount": 50})
        case = self._claim(60)
        self._run()
        self.assertEqual(self._states(case), [["to_approve"]])
        self.policy.write({"share": 50, "date_version": "2020-01-01"})
        half = self._claim(60)
        self._run()
        self.assertEqual(self._states(half), [["proposed"]])
        self.assertEqual(half.settlement_ids.amount_given, 30)
        self.assertEqual(sum(half.settlement_ids.line_ids.mapped("amount")), 60)

    def test_a_bad_case_hurts_no_other(self):
        first, bad, last = self._claim(10), self._claim(20), self._claim(30)
        refund = type(bad)._refund_by_policy

        def fail(case, verdict):
            refund(case, verdict)
            if case == bad:
                raise ZeroDivisionError("Something broke after the entries were made")

        self.patch(type(bad), "_refund_by_policy", fail)
        with self.assertLogs("odoo.addons.dispute_management", "WARNING"):
            self._run()
        self.assertEqual(self._states(first, bad, last), [["executed"], [], ["executed"]])
        self.assertFalse(bad.move_ids.reversal_move_ids)
        self.assertIn("Something broke", bad.refund_stop_reason)
        todos = bad.sudo().activity_ids.filtered(lambda todo: todo.summary == "Automatic refund held back")
        self.assertEqual(todos.user_id, self.leader)
        self._run()
        self.assertEqual(len(bad.sudo().activity_ids.filtered(lambda todo: todo in todos)), 1, "Told once.")

    def test_a_disputed_payment_is_for_people(self):
        payment = self.init_payment(60, post=True, date=fields.Date.today(), partner=self.partner_a)
        case = (
            self.env["dispute.case"]
            .with_user(self.clerk)
            .create(
                {
                    "reason_id": self.reason.id,
                    "line_ids": [Command.create({"payment_id": payment.id, "amount": 60})],
                }
            )
        )
        self._run()
        self.assertFalse(case.settlement_ids)
        self.assertIn("payment is in dispute", case.refund_stop_reason)

    def test_the_days_amount(self):
        self.company.write({"dispute_auto_refund_daily": 100, "dispute_brake_customer_count": 0})
        with freeze_time("2026-06-01 10:00:00") as frozen:
            cases = [self._claim(40, day="2026-06-01") for _index in range(3)]
            self._run()
            self.assertEqual(self._states(*cases), [["executed"], ["executed"], []])
            self._run()
            self.assertFalse(cases[2].settlement_ids, "A second run of the day refunds no more.")
            self.assertFalse(cases[2].date_refund_stopped)
            frozen.move_to("2026-06-02 10:00:00")
            self._run()
            self.assertEqual(self._states(cases[2]), [["executed"]])

    def test_more_than_a_day_s_amount_stops_no_other(self):
        self.company.dispute_auto_refund_daily = 50
        large, small = self._claim(80), self._claim(10)
        self._run()
        self.assertEqual(self._states(large, small), [[], ["executed"]])
        self.assertIn("80.00", large.refund_stop_reason)
        self.assertIn("50.00", large.refund_stop_reason)

    def test_the_brake_on_a_customer(self):
        self.company.write({"dispute_brake_customer_count": 2, "dispute_brake_user_count": 0})
        cases = [self._claim(10) for _index in range(3)]
        other = self._claim(10, partner=self.partner_b)
        self._run()
        self.assertEqual(self._states(*cases, other), [["executed"], ["executed"], [], ["executed"]])
        self.assertIn("3 refunds in 30 days", cases[2].refund_stop_reason)
        self.assertIn("Automatic refund held back", cases[2].sudo().activity_ids.mapped("summary"))

    def test_the_brake_on_an_amount(self):
        self.company.write({"dispute_brake_customer_count": 0, "dispute_brake_customer_amount": 100})
        cases = [self._claim(50), self._claim(50), self._claim(0.01)]
        self._run()
        self.assertEqual(self._states(*cases), [["executed"], ["executed"], []])
        self.assertIn("100.01", cases[2].refund_stop_reason)

    def test_the_brake_on_a_user(self):
        self.company.write({"dispute_brake_customer_count": 0, "dispute_brake_user_count": 1})
        mine = self._claim(10)
        again = self._claim(10, partner=self.partner_b)
        others = self._claim(10, user=self.leader)
        self._run()
        self.assertEqual(self._states(mine, again, others), [["executed"], [], ["executed"]])
        self.assertIn(self.clerk.name, again.refund_stop_reason)

    def test_nobody_writes_that_it_was_by_the_terms(self):
        case = self._claim(60)
        for vals in ({"date_refund_stopped": False}, {"refund_stop_reason": "x"}):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                case.with_user(self.administrator).write(vals)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.env["dispute.settlement"].with_user(self.clerk).create(
                {"case_id": case.id, "is_by_policy": True}
            )
