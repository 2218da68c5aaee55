from datetime import datetime

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..models.dispute_sla_renewal_mixin import AT_ONCE
from .sla_common import SlaCommon


@tagged("post_install", "-at_install")
class TestSlaRenewal(SlaCommon, CronMixinCase):
    """Promises follow changes of policies and working hours: at once, or in the background when many."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cron = cls.env.ref("dispute_management.ir_cron_renew_promises")

    def _open_cases(self, count):
        invoice = self._create_invoice_of(count)
        line = {"move_id": invoice.id, "amount": 1}
        with freeze_time("2026-06-01 08:00:00"):
            return (
                self.env["dispute.case"]
                .with_user(self.clerk)
                .create(
                    [
                        {"reason_id": self.reason.id, "line_ids": [Command.create(line)]}
                        for _case in range(count)
                    ]
                )
            )

    def test_many_follow_in_the_background(self):
        cases = self._open_cases(AT_ONCE + 20)
        self.assertEqual(set(cases.mapped("date_deadline")), {datetime(2026, 6, 1, 17)})
        with self.capture_triggers("dispute_management.ir_cron_renew_promises") as capture:
            self.policy.duration = 4
        self.assertTrue(capture.records)
        self.assertEqual(set(cases.mapped("is_clock_stale")), {True})
        self.assertIn("being computed", cases[0].with_user(self.viewer).sla_notice)
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        cases.invalidate_recordset()
        self.assertEqual(set(cases.mapped("date_deadline")), {datetime(2026, 6, 1, 12)})
        self.assertEqual(set(cases.mapped("is_clock_stale")), {False})
        self.assertFalse(cases[0].with_user(self.viewer).sla_notice)

    def test_many_in_a_stage_follow_in_the_background(self):
        cases = self._open_cases(AT_ONCE + 20)
        with freeze_time("2026-06-01 09:00:00"):
            self._stage("new").with_user(self.administrator).waiting_on = "customer"
        self.assertEqual(set(cases.mapped("waiting_since")), {datetime(2026, 6, 1, 9)})
        self.assertEqual(set(cases.mapped("is_clock_stale")), {True})
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        cases.invalidate_recordset()
        self.assertEqual(set(cases.sla_status_ids.mapped("date_paused")), {datetime(2026, 6, 1, 9)})
        self.assertEqual(set(cases.mapped("deadline_paused")), {datetime(2026, 6, 1, 9)})

    def test_it_is_done_in_batches_that_can_be_stopped_and_run_again(self):
        cases = self._open_cases(6)
        self.env["dispute.sla.status"].sudo().search([("case_id", "in", cases.ids)]).deadline = False
        cases.sudo().is_clock_stale = True
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            for _run in range(2):
                self.env(cr=cr, su=True)["dispute.case"]._cron_renew_promises(batch=2)
        cases.invalidate_recordset()
        self.assertEqual(set(cases.mapped("date_deadline")), {datetime(2026, 6, 1, 17)})
        self.assertEqual([len(case.sla_status_ids) for case in cases], [1] * 6)

    def test_closed_cases_keep_what_was_true(self):
        case, closed = self._open_case(), self._open_case()
        self._close(closed, "2026-06-02 10:00:00")
        before = closed.sla_status_ids.read(["deadline", "policy_id", "state", "hours_late", "match_note"])
        self.policy.duration = 80
        self._create_policy(name="Another", sequence=-9, duration=1)
        self.calendar.attendance_ids.filtered(lambda line: line.hour_from == 8).unlink()
        after = closed.sla_status_ids.read(["deadline", "policy_id", "state", "hours_late", "match_note"])
        self.assertEqual(after, before)
        self.assertEqual(case.sla_status_ids.policy_id.name, "Another")

    def test_cost_of_following_does_not_grow_with_the_cases(self):
        costs = []
        for count in (10, 40):
            cases = self._open_cases(count).sudo()
            self.env.flush_all()
            self.env.invalidate_all()
            cases._renew_promises()
            self.policy.invalidate_recordset()
            before = self.env.cr.sql_log_count
            self.env.cr.execute("UPDATE dispute_sla_policy SET duration = duration + 1")
            self.env.invalidate_all()
            cases._renew_promises()
            self.env.flush_all()
            costs.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(costs[1], costs[0] + 3)

    def test_dragging_policies(self):
        first = self._create_policy(name="First", sequence=90, duration=2)
        case = self._open_case()
        self.assertEqual(case.deadline_policy_id, self.policy)
        policies = (first | self.policy).with_user(self.administrator)
        policies.web_resequence({"sequence": {}})
        self.assertEqual((case.deadline_policy_id, case.date_deadline), (first, datetime(2026, 6, 1, 10)))

    def test_a_promise_that_no_policy_makes_any_more_is_cancelled(self):
        case = self._open_case()
        self.policy.active = False
        self.assertEqual((case.sla_status_ids.state, case.date_deadline), ("cancelled", False))
        self.policy.active = True
        self.assertEqual(case.sla_status_ids.state, "breached")
        self.assertEqual(case.date_deadline, datetime(2026, 6, 1, 17))

    def test_a_new_policy_knows_what_was_kept_already(self):
        case = self._open_case()
        self._move(case, "waiting_third_party", "2026-06-01 09:00:00")
        with freeze_time("2026-06-01 10:00:00"):
            case.with_user(self.clerk).message_post(
                body="On it", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        self._create_policy(name="Answer", target="first_response", duration=1)
        self._create_policy(name="Third", target="stage_kind", stage_kind="waiting_third_party")
        states = {status.policy_id.name: status.state for status in case.sla_status_ids}
        self.assertEqual(states["Answer"], "breached")
        self.assertEqual(states["Third"], "reached")
        answer = case.sla_status_ids.filtered(lambda status: status.target == "first_response")
        self.assertEqual((answer.date_reached, answer.exceeded_hours), (datetime(2026, 6, 1, 10), 1))

    def test_facts_of_a_promise_are_not_for_hands(self):
        case = self._open_case()
        with self.assertRaisesRegex(Exception, "can't be set by hand"):
            case.with_user(self.clerk).is_clock_stale = True
