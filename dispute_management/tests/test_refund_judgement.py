from odoo import fields
from odoo.tests import freeze_time, tagged

from .refund_common import RefundCommon


@tagged("post_install", "-at_install")
class TestRefundJudgement(RefundCommon):
    """What the refund terms say of a case: the facts are gathered right, and the terms kept."""

    def setUp(self):
        super().setUp()
        frozen = freeze_time("2026-06-11 10:00:00")
        frozen.start()
        self.addCleanup(frozen.stop)

    def test_window_from_the_invoice(self):
        for day, decision in (("2026-05-12", "accept"), ("2026-05-11", "refuse")):
            with self.subTest(day=day):
                self.assertEqual(self._judge(self._claim(50, day))[0], decision)

    def test_what_was_opened_counts_not_today(self):
        case = self._claim(50, "2026-05-12")
        with freeze_time("2026-12-01 10:00:00"):
            self.assertEqual(self._judge(case), ("accept", 50, ["within"]))

    def test_window_from_delivery_and_payment(self):
        case = self._claim(50, "2026-01-01")
        self.policy.window_from = "delivery"
        self._reset(case)
        self.assertEqual(self._judge(case), ("review", 50, ["window_unknown"]))
        case.move_ids.sudo().delivery_date = "2026-06-01"
        self.assertEqual(self._judge(case)[0], "accept")
        self.policy.window_from = "payment"
        self._reset(case)
        self.assertEqual(self._judge(case), ("review", 50, ["window_unknown"]))
        self._register_payment(case.move_ids.sudo(), payment_date="2026-06-05")
        case.line_ids._refresh_amounts()
        self.assertNotEqual(self._judge(case)[2], ["window_unknown"])

    def _reset(self, case):
        """Have the terms in force now judge a case that nobody judged yet."""
        self.policy.sudo().date_version = "2020-01-01"

    def test_missing_evidence(self):
        self.policy.is_evidence_required = True
        self._reset(None)
        reason = self.env.ref("dispute_management.dispute_reason_oth").sudo().copy({"code": "TST"})
        kind = (
            self.env["dispute.evidence.type"]
            .sudo()
            .create({"name": "Photo", "reason_id": reason.id, "is_required": True})
        )
        case = self._claim(50, reason_id=reason.id)
        self.assertEqual(self._judge(case), ("review", 50, ["evidence"]))
        self.assertIn("Photo", case.with_user(self.clerk).refund_verdict_note)
        case.evidence_ids.filtered(lambda item: item.type_id == kind).note = "In the mail of June"
        self.assertEqual(self._judge(case)[0], "accept")

    def test_share_and_ceiling_in_the_companys_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("2019-01-01", 0.5)])
        invoice = self._create_invoice_of(1000, currency_id=euro.id, invoice_date="2026-06-01")
        case = self._create_case({invoice: 100})
        self.policy.ceiling = 150
        self._reset(case)
        self.assertEqual(self._judge(case), ("accept", 75, ["within", "ceiling"]), "150 are 75 euros.")
        self.policy.share = 50
        self._reset(case)
        self.assertEqual(self._judge(case), ("accept", 50, ["within", "share"]))
        verdict, _terms = case._judge_refund()[case]
        self.assertTrue(verdict.is_automatic, "50 euros are 100.")
        self.policy.auto_accept_limit = 99.99
        self._reset(case)
        verdict, _terms = case._judge_refund()[case]
        self.assertFalse(verdict.is_automatic)

    def test_the_customers_history(self):
        case = self._claim(50)
        self.policy.write({"history_count": 2, "history_amount": 70, "history_days": 60})
        self._reset(case)
        self._refund_before(30, partner=self.partner_b)
        self._refund_before(30)
        self.assertEqual(self._judge(case)[0], "accept")
        second = self._refund_before(40)
        self.assertEqual(self._judge(case), ("review", 50, ["history_count", "history_amount"]))
        with freeze_time("2026-08-20 10:00:00"):
            self.assertEqual(self._judge(case)[0], "accept", "Longer ago than the terms look.")
        self.assertEqual(second.state, "executed")

    def test_overdue_debts(self):
        case = self._claim(50)
        self.policy.is_debt_reviewed = True
        self._reset(case)
        self.assertEqual(self._judge(case)[0], "accept")
        self._create_invoice_of(500, partner=self.partner_b, invoice_date="2026-01-01")
        disputed = self._claim(20, "2026-01-01")
        self.assertTrue(disputed.move_ids.sudo().dispute_amount)
        self.assertEqual(self._judge(case)[0], "accept", "Not others' debts, nor what is in dispute.")
        debt = self._create_invoice_of(500, invoice_date="2026-01-01", invoice_date_due="2026-01-31")
        self.assertEqual(self._judge(case), ("review", 50, ["overdue"]))
        debt.invoice_date_due = "2026-06-11"
        self.assertEqual(self._judge(case)[0], "accept", "Due today is not overdue.")

    def test_the_day_of_the_review_is_a_to_do(self):
        policy = self.policy.with_user(self.administrator).sudo(False)
        policy.date_review = "2026-12-01"
        # Changed terms keep an earlier version, and no second review.
        policy.write({"date_review": "2027-01-15", "window_days": 60})
        self.assertRecordValues(
            self.policy.activity_ids,
            [
                {
                    "user_id": self.administrator.id,
                    "date_deadline": fields.Date.to_date("2027-01-15"),
                    "summary": "Review the refund terms",
                }
            ],
        )
        self.assertFalse(self.policy.version_ids.activity_ids)
        policy.date_review = False
        self.assertFalse(self.policy.activity_ids)

    def test_which_policy(self):
        case = self._claim(50)
        other = self.policy.copy({"name": "Special", "sequence": -5, "verdict": "refuse"})
        other.reason_ids = self.env.ref("dispute_management.dispute_reason_dup")
        self.assertEqual(self._judge(case)[0], "accept")
        self.policy.active = False
        self.assertEqual(self._judge(case), ("review", 50, ["no_terms"]))

    def test_a_case_keeps_the_terms_of_its_day(self):
        case = self._claim(50)
        with freeze_time("2026-06-12 10:00:00"):
            self.policy.verdict = "refuse"
            self.assertEqual(self._judge(case)[0], "accept", "Opened when the terms were others.")
            later = self._claim(60)
            self.assertEqual(self._judge(later)[0], "refuse")
            settlement = self._refund_before(10)
            self.assertEqual(settlement.case_id.refund_policy_id, self.policy)
            self.assertEqual(settlement.case_id.refund_policy_version, 2)
            case._keep_judgement()
            self.assertEqual((case.refund_policy_id, case.refund_policy_version), (self.policy, 1))
            self.assertEqual(self._judge(case)[0], "accept")
            other = self.policy.copy({"name": "Newer", "sequence": -9, "verdict": "refuse"})
            other.date_version = fields.Datetime.to_datetime("2020-01-01")
            self.assertEqual(self._judge(case)[0], "accept", "Judged once, it stays judged.")

    def test_wizard_says_the_same(self):
        case = self._claim(50, "2026-05-01")
        wizard = self.env["settlement.propose"].with_user(self.clerk).create({"case_id": case.id})
        self.assertEqual(wizard.refund_verdict_note, case.with_user(self.clerk).refund_verdict_note)
        self.assertIn("Outside the terms", wizard.refund_verdict_note)
        self.assertIn("Claimed after 41 days, 30 are allowed", wizard.refund_verdict_note)
        self.assertIn("Test terms, version", wizard.refund_verdict_note)

    def test_judging_many_takes_no_more_queries(self):
        self.policy.write({"history_count": 2, "is_debt_reviewed": True, "window_from": "payment"})
        few = self.env["dispute.case"].union(*(self._claim(50) for _index in range(2)))
        many = self.env["dispute.case"].union(*(self._claim(50) for _index in range(8)))
        counts = []
        for cases in (few, few, many):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            cases._judge_refund()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[2], counts[1] + 6, "Six cases more, no query for each.")
