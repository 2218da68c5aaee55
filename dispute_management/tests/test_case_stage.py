from datetime import datetime

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestCaseStage(DisputeCommon):
    def test_history_has_no_gaps(self):
        with freeze_time("2026-06-01 08:00:00"):
            case = self._create_case({self._create_invoice_of(100): 100})
        with freeze_time("2026-06-01 10:30:00"):
            case.with_user(self.clerk).stage_id = self._stage("checking")
        with freeze_time("2026-06-02 08:00:00"):
            case.with_user(self.clerk).stage_id = self._stage("waiting_customer")
        rows = case.stage_history_ids
        self.assertEqual(
            rows.stage_id,
            self._stage("new") | self._stage("checking") | self._stage("waiting_customer"),
        )
        for row, following in zip(rows[:-1], rows[1:], strict=True):
            self.assertEqual(row.date_left, following.date_entered)
        self.assertFalse(rows[-1].date_left)
        self.assertEqual(rows[0].calendar_hours, 2.5)
        self.assertEqual(case.waiting_on, "customer")
        self.assertEqual(case.waiting_since, datetime(2026, 6, 2, 8))

    def test_an_answer_ends_the_turn_of_who_gave_it(self):
        with freeze_time("2026-06-01 08:00:00"):
            case = self._create_case({self._create_invoice_of(100): 100})
            case.with_user(self.clerk).stage_id = self._stage("waiting_customer")
        self.assertTrue(case.date_reminder)
        with freeze_time("2026-06-02 09:00:00"):
            case._change_turn("us")
            case._change_turn("us")
        self.assertEqual((case.waiting_on, case.answered_by), ("us", "customer"))
        self.assertEqual(case.stage_id, self._stage("waiting_customer"))
        self.assertEqual(case.stage_history_ids.mapped("waiting_on"), ["us", "customer", "us"])
        self.assertEqual(case.stage_history_ids[1].date_left, datetime(2026, 6, 2, 9))
        self.assertFalse(case.date_reminder)
        case.with_user(self.clerk).stage_id = self._stage("checking")
        self.assertFalse(case.answered_by)

    def test_moving_many_at_once(self):
        invoice = self._create_invoice_of(100)
        cases = self._create_case({invoice: 10}) | self._create_case({invoice: 20})
        cases.with_user(self.clerk).write({"stage_id": self._stage("checking").id})
        self.assertEqual(cases.stage_id, self._stage("checking"))
        self.assertEqual(len(cases.stage_history_ids), 4)

    def test_closing_needs_resolution_and_cause(self):
        case = self._create_case({self._create_invoice_of(100): 100})
        with self.assertRaisesRegex(UserError, "resolution and root cause"):
            case.with_user(self.clerk).stage_id = self._stage("withdrawn")
        case.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)
        self.assertEqual(case.stage_id, self._stage("withdrawn"))
        self.assertTrue(case.date_closed)
        self.assertFalse(case.is_valid)
        self.assertAmounts(case, rejected=100)

    def test_resolved_needs_nothing_open(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 100})
        with self.assertRaisesRegex(UserError, "is open"), self.env.cr.savepoint():
            case.with_user(self.clerk)._close(self._resolution("PAID"), self.cause)
        self._register_payment(invoice, amount=100)
        case.with_user(self.clerk)._close(self._resolution("PAID"), self.cause)
        self.assertTrue(case.is_closed)
        self.assertAmounts(case, paid_after=100)

    def test_claim_of_a_closed_case_stands(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 50})
        case.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)
        with self.assertRaisesRegex(UserError, "reopen"), self.env.cr.savepoint():
            case.line_ids.with_user(self.clerk).amount = 60
        with self.assertRaisesRegex(UserError, "reopen"), self.env.cr.savepoint():
            case.with_user(self.clerk).line_ids = [Command.create({"move_id": invoice.id, "amount": 1})]
        case.with_user(self.clerk).action_reopen()
        case.line_ids.with_user(self.clerk).amount = 60
        self.assertAmounts(case, open=60)

    def test_close_wizard(self):
        cases = self._create_case({self._create_invoice_of(9): 9}) | self._create_case(
            {self._create_invoice_of(7): 7}
        )
        wizard = (
            self.env["dispute.close"]
            .with_user(self.clerk)
            .with_context(active_ids=cases.ids)
            .create({"resolution_id": self._resolution("WDN").id, "cause_id": self.cause.id})
        )
        wizard.action_close()
        self.assertEqual(set(cases.mapped("stage_kind")), {"withdrawn"})

    def test_reopening_goes_on_with_the_clock(self):
        with freeze_time("2026-06-01 08:00:00"):
            case = self._create_case({self._create_invoice_of(100): 100})
            deadline = case.sla_status_ids.filtered(lambda status: status.target == "closing").deadline
        with freeze_time("2026-06-03 08:00:00"):
            case.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)
            self.assertFalse(case.date_deadline)
        with freeze_time("2026-06-10 08:00:00"):
            case.with_user(self.clerk).action_reopen()
            self.assertFalse(case.is_closed)
            self.assertEqual(case.reopen_count, 1)
            self.assertEqual(case.closed_days, 7)
            self.assertFalse(case.date_closed)
            closing = case.sla_status_ids.filtered(lambda s: s.target == "closing")
            self.assertEqual((closing.deadline - deadline).days, 7)
            self.assertAmounts(case, open=100)

    def test_customer_turn_moves_the_deadline(self):
        with freeze_time("2026-06-01 08:00:00"):
            case = self._create_case({self._create_invoice_of(100): 100})
            before = case.sla_status_ids.filtered(lambda s: s.target == "closing").deadline
            case.with_user(self.clerk).stage_id = self._stage("waiting_customer")
        with freeze_time("2026-06-08 08:00:00"):
            case.with_user(self.clerk).stage_id = self._stage("checking")
            after = case.sla_status_ids.filtered(lambda s: s.target == "closing").deadline
        self.assertEqual((after - before).days, 7)

    def test_third_party_does_not_pause(self):
        with freeze_time("2026-06-01 08:00:00"):
            case = self._create_case({self._create_invoice_of(100): 100})
            before = case.date_deadline
            case.with_user(self.clerk).stage_id = self._stage("waiting_third_party")
        with freeze_time("2026-06-08 08:00:00"):
            case.with_user(self.clerk).stage_id = self._stage("checking")
            self.assertEqual(case.date_deadline, before)
            self.assertEqual(case.deadline_state, "breached")

    def test_first_answer_of_a_person_counts(self):
        case = self._create_case({self._create_invoice_of(100): 100})
        case.with_user(self.clerk).message_post(body="note", subtype_xmlid="mail.mt_note")
        self.assertFalse(case.date_first_response)
        case.with_user(self.clerk).message_post(
            body="We are on it", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertTrue(case.date_first_response)
        status = case.sla_status_ids.filtered(lambda s: s.target == "first_response")
        self.assertEqual(status.state, "reached")

    def test_message_of_someone_without_a_user_is_no_answer_of_ours(self):
        case = self._create_case({self._create_invoice_of(100): 100})
        case.sudo().message_post(
            body="Where is it?",
            author_id=self.partner_a.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertFalse(case.date_first_response)

    def test_stage_of_another_pipeline_is_refused(self):
        other = self.env["dispute.pipeline"].sudo().create({"name": "Other", "sequence": 99})
        stage = self.env["dispute.stage"].sudo().create({"name": "A", "pipeline_id": other.id})
        case = self._create_case({self._create_invoice_of(100): 100})
        with self.assertRaisesRegex(UserError, "another pipeline"):
            case.with_user(self.clerk).stage_id = stage

    def test_what_is_under_way_is_not_archived(self):
        case = self._create_case({self._create_invoice_of(100): 100})
        for user in (self.clerk, self.administrator):
            with self.assertRaisesRegex(UserError, "close it before you archive"), self.env.cr.savepoint():
                case.with_user(user).action_archive()
        case.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)
        case.with_user(self.clerk).action_archive()
        self.assertFalse(case.active)
        case.with_user(self.clerk).action_reopen()
        self.assertTrue(case.active, "What is open again is seen again.")
