from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestSettlementBatch(DisputeCommon):
    """Many cases settled in one go: preview, approval of the total, progress, what came of each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Batch = cls.env["dispute.settlement.batch"].with_user(cls.clerk)

    def _claim(self, *amounts, user=None, **values):
        """Cases of the clerk, each on an invoice of its own."""
        invoice = self._create_invoice_of(100)
        others = self.env["account.move"].create(
            [invoice.copy_data({"invoice_date": invoice.invoice_date})[0] for _ in amounts[1:]]
        )
        others.action_post()
        return (
            self.env["dispute.case"]
            .with_user(user or self.clerk)
            .create(
                [
                    {
                        "reason_id": self.reason.id,
                        "line_ids": [Command.create({"move_id": invoice.id, "amount": amount})],
                        **values,
                    }
                    for invoice, amount in zip(invoice | others, amounts, strict=True)
                ]
            )
            .with_user(self.clerk)
        )

    def _wizard(self, cases, kind="write_off", user=None, **values):
        return (
            self.env["settlement.batch"]
            .with_user(user or self.clerk)
            .with_context(active_ids=cases.ids, active_model="dispute.case")
            .create({"kind": kind, "reason_text": "Not worth the work", **values})
        )

    def _settle_batch(self, cases, *args, **kwargs):
        action = self._wizard(cases, *args, **kwargs).action_settle()
        return self.Batch.browse(action["res_id"])

    def _run(self):
        with self.enter_registry_test_mode():
            self.env.ref("dispute_management.ir_cron_settle_batches").sudo().method_direct_trigger()
        self.env.invalidate_all()

    def test_a_few_are_settled_at_once(self):
        cases = self._claim(1, 2, 3)
        batch = self._settle_batch(cases)
        self.assertEqual((batch.state, batch.progress, batch.failed_count), ("done", 100, 0))
        self.assertEqual((batch.case_count, batch.amount, batch.user_id), (3, 6, self.clerk))
        self.assertEqual(set(cases.mapped("stage_kind")), {"resolved"})
        self.assertEqual(set(cases.mapped("resolution_id")), {self._resolution("SMW")})
        self.assertEqual(cases.mapped("amount_written_off"), [1, 2, 3])
        self.assertEqual(set(batch.settlement_ids.mapped("reason_text")), {"Not worth the work"})
        self.assertEqual(batch.line_ids.mapped("settlement_state"), ["executed"] * 3)

    def test_other_decisions(self):
        credited, refused = self._claim(10, 20), self._claim(30, 40)
        self._settle_batch(credited, "credit_note")
        self.assertEqual(credited.mapped("amount_credited"), [10, 20])
        with self.assertRaisesRegex(UserError, "why the claims are refused"):
            self._settle_batch(refused, "rejection", reason_text=" ")
        self._settle_batch(refused, "rejection")
        self.assertEqual(set(refused.mapped("stage_kind")), {"rejected"})

    def test_the_preview_says_what_is_left_out_and_why(self):
        good = self._claim(1)
        closed = self._claim(2)
        closed._close(self._resolution("WDN"), self.cause)
        under_way = self._claim(90)
        self.env["dispute.settlement"].with_user(self.clerk).create(
            {
                "case_id": under_way.id,
                "line_ids": [
                    Command.create(
                        {"dispute_line_id": under_way.line_ids.id, "kind": "write_off", "amount": 90}
                    )
                ],
            }
        ).action_propose()
        foreign = self._claim(3, user=self.leader, user_id=self.leader.id, team_id=False)
        wizard = self._wizard(good | closed | under_way | foreign)
        notes = {line.case_id: line.note for line in wizard.line_ids}
        self.assertFalse(notes[good])
        self.assertIn("Closed", notes[closed])
        self.assertIn("under way", notes[under_way])
        self.assertEqual(
            (wizard.amount, wizard.left_count >= 2),
            (sum(line.amount_open for line in wizard.line_ids if not line.note), True),
        )
        wizard.action_settle()
        self.assertEqual(good.stage_kind, "resolved")
        self.assertAmounts(under_way, open=90)
        with self.assertRaisesRegex(UserError, "None of these"):
            self._settle_batch(closed)

    def test_the_total_decides_on_approval(self):
        cases = self._claim(20, 20, 20)
        wizard = self._wizard(cases)
        self.assertTrue(wizard.needs_approval, "60 reach the leaders' tier at 50.")
        self.assertIn("Team leader", wizard.approval_note)
        batch = self.Batch.browse(wizard.action_settle()["res_id"])
        self.assertEqual(set(batch.settlement_ids.mapped("state")), {"to_approve"})
        self.assertEqual(set(batch.settlement_ids.mapped("amount_tested")), {60})
        # Taken back and proposed alone, each is still one of the batch.
        one = batch.settlement_ids[0].with_user(self.clerk)
        one.action_withdraw()
        one.action_propose()
        self.assertEqual((one.state, one.amount_tested), ("to_approve", 60))
        with self.assertRaises(UserError):
            batch.settlement_ids.with_user(self.clerk).action_approve()
        batch.settlement_ids.with_user(self.leader).action_approve()
        self.assertEqual(set(cases.mapped("stage_kind")), {"resolved"})

    def test_many_are_settled_in_the_background(self):
        self._free_from_approval()
        cases = self._claim(*([1] * 55))
        batch = self._settle_batch(cases)
        self.assertEqual((batch.state, batch.progress), ("running", 0))
        self.assertFalse(any(cases.mapped("is_closed")))
        # Stopped after a chunk, it goes on from there.
        batch.sudo()._settle_chunk()
        self.env.invalidate_all()
        self.assertEqual(batch.done_count, 50)
        # A run ends when its time is up; the next one goes on.
        for _ in range(3):
            self._run()
        self.assertEqual((batch.state, batch.done_count, batch.failed_count), ("done", 55, 0))
        self.assertEqual(set(cases.mapped("amount_written_off")), {1})
        self.assertEqual(len(batch.settlement_ids.line_ids.move_id), 55)
        told = self.env["mail.message"].sudo().search([("subject", "=", "55 disputes were settled")])
        self.assertEqual(told.notified_partner_ids, self.clerk.partner_id)
        self._run()
        self.assertEqual(len(batch.settlement_ids.line_ids.move_id), 55)

    def test_credit_notes_are_matched_in_one_go(self):
        """Matched one after another, each took 45 queries."""
        self._free_from_approval()

        def count(number):
            cases = self._claim(*([60] * number))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._settle_batch(cases, "credit_note")
            self.env.flush_all()
            self.assertEqual(set(cases.mapped("amount_credited")), {60})
            self.assertEqual(set(cases.line_ids.move_id.mapped("amount_residual")), {40})
            refunds = cases.settlement_ids.line_ids.move_id
            self.assertEqual(set(refunds.mapped("amount_residual")), {0})
            return self.env.cr.sql_log_count - before

        count(1)
        few, many = count(3), count(13)
        self.assertLess((many - few) / 10, 20)

    def test_two_claims_on_one_invoice_in_one_go(self):
        self._free_from_approval()
        invoice = self._create_invoice_of(100)
        cases = self._create_case({invoice: 70}) | self._create_case({invoice: 30})
        self._settle_batch(cases, "credit_note")
        self.assertEqual(cases.mapped("amount_credited"), [70, 30])
        self.assertEqual((invoice.amount_residual, invoice.payment_state), (0, "reversed"))
        self.assertEqual(set(cases.settlement_ids.line_ids.move_id.mapped("amount_residual")), {0})

    def test_a_bad_case_hurts_no_other(self):
        cases = self._claim(1, 2, 3)
        wizard = self._wizard(cases)
        # Paid between preview and settling; the batch is drafted by then.
        start = type(self.Batch)._start

        def pay_first(batch):
            self._register_payment(cases[1].sudo().move_ids)
            return start(batch)

        self.patch(type(self.Batch), "_start", pay_first)
        batch = self.Batch.browse(wizard.action_settle()["res_id"])
        self.assertEqual(batch.line_ids.mapped("state"), ["settled", "failed", "settled"])
        self.assertIn("is open", batch.line_ids[1].note)
        self.assertEqual(batch.line_ids[1].settlement_state, "cancelled")
        self.assertEqual(batch.failed_count, 1)
        self.assertEqual(cases.mapped("amount_written_off"), [1, 0, 3])

    def test_stopping(self):
        self._free_from_approval()
        cases = self._claim(*([1] * 52))
        batch = self._settle_batch(cases)
        batch.sudo()._settle_chunk()
        with self.assertRaises(AccessError):
            batch.with_user(self.colleague).action_stop()
        batch.with_user(self.leader).action_stop()
        self.assertEqual((batch.state, batch.failed_count), ("stopped", 2))
        self._run()
        self.assertEqual(sum(cases.mapped("amount_written_off")), 50)
        self.assertFalse(cases[-1].settlement_ids.filtered(lambda item: item.state != "cancelled"))

    def test_it_is_done_in_the_name_of_who_decided(self):
        self._free_from_approval()
        cases = self._claim(*([1] * 21))
        batch = self._settle_batch(cases)
        self.clerk.sudo().group_ids = self.env.ref("base.group_user")
        self._run()
        batch = batch.sudo()
        self.assertEqual((batch.state, batch.failed_count), ("done", 21))
        self.assertFalse(sum(cases.sudo().mapped("amount_written_off")))

    def test_batches_are_facts(self):
        batch = self._settle_batch(self._claim(1))
        for records, vals in ((batch, {"state": "running"}), (batch.line_ids, {"state": "waiting"})):
            for user in (self.clerk, self.administrator):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    records.with_user(user).write(vals)
            with self.assertRaises(UserError), self.env.cr.savepoint():
                records.sudo().unlink()
        self.assertEqual(batch.with_user(self.viewer).case_count, 1)
