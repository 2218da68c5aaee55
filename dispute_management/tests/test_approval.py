from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .approval_common import ApprovalCommon

#: Kind, amount: whose approval it takes.
TABLE = [
    ("credit_note", 249.99, []),
    ("credit_note", 250, ["leader"]),
    ("credit_note", 4999.99, ["leader"]),
    ("credit_note", 5000, ["leader", "approver"]),
    ("write_off", 49.99, []),
    ("write_off", 50, ["leader"]),
    ("write_off", 999.99, ["leader"]),
    ("write_off", 1000, ["leader", "approver"]),
    ("rejection", 20_000, []),
]


@tagged("post_install", "-at_install")
class TestApproval(ApprovalCommon):
    """Whose approval it takes, who may give it, and what follows."""

    # Whose approval

    def test_who_must_approve(self):
        for user in (self.clerk, self.leader, self.administrator):
            for kind, amount, groups in TABLE:
                with self.subTest(kind=kind, amount=amount, user=user.login), self.env.cr.savepoint() as undo:
                    settlement = self._propose(amount, kind, user=user)
                    self.assertEqual(self._groups(settlement), groups)
                    self.assertEqual(settlement.state, "to_approve" if groups else "executed")
                    self.assertEqual(settlement.is_automatic, not groups)
                    undo.rollback()
                    self.env.invalidate_all()

    def test_a_payout_takes_approval_from_the_first_cent(self):
        case = self._create_paid_case()
        self.assertEqual(self._groups(self._propose(0.01, "refund_payment", case=case)), ["approver"])
        draft = self._draft(9000, "refund_original_payment")
        verdict = draft._judge(self.company, draft._get_tested_amounts())
        self.assertEqual([decision.threshold for decision in verdict.decisions], [0])

    def test_all_that_a_replacement_credits_takes_approval(self):
        for total, again, groups in (
            (249, 240, []),
            (250, 240, ["leader"]),
            (5000, 4999, ["leader", "approver"]),
        ):
            with self.subTest(total=total):
                case = self._create_case({self._create_invoice_of(total): total - again})
                settlement = self._draft(total - again, "replacement_invoice", case=case)
                settlement.line_ids.item_ids = [
                    Command.create(
                        {
                            "move_line_id": case.line_ids.move_id.invoice_line_ids.id,
                            "quantity": 1,
                            "price_unit": again,
                        }
                    )
                ]
                settlement.action_propose()
                self.assertEqual(self._groups(settlement), groups)

    def test_applying_what_the_customer_has_takes_none(self):
        draft = self._draft(20, "apply_credit")
        self.assertTrue(draft._judge(self.company, draft._get_tested_amounts()).is_automatic)

    def test_all_kinds_together_count(self):
        settlement = self._propose([("credit_note", 230), ("write_off", 30)])
        self.assertEqual(self._groups(settlement), ["leader"])
        self.assertEqual(settlement.amount_tested, 260)

    def test_splitting_gains_nothing(self):
        self.assertEqual(self._propose(200).state, "executed")
        self.assertEqual(self._propose(20, "rejection").state, "executed", "refusing gives nothing away")
        pending = self._propose(50)
        self.assertEqual(pending.amount_tested, 250, "what was settled counts")
        self.assertEqual(self._propose(1).amount_tested, 251, "what is pending counts")
        other = self._create_case({self._create_invoice_of(500): 400})
        self.assertEqual(self._propose(200, case=other).state, "executed", "another invoice, another matter")
        again = self._create_case({other.line_ids.move_id: 100})
        self.assertEqual(self._propose(60, case=again).state, "to_approve", "the same invoice, another case")
        self.assertEqual(self._propose(10, "write_off", case=again).state, "to_approve", "another kind")

    def test_a_draft_does_not_count(self):
        self._draft(240)
        self.assertEqual(self._propose(200).state, "executed")

    def test_the_total_of_a_batch_counts(self):
        cases = self.env["dispute.case"]
        for _index in range(3):
            cases |= self._create_case({self._create_invoice_of(100): 100})
        drafts = self.env["dispute.settlement"].union(*(self._draft(90, case=case) for case in cases))
        drafts.with_user(self.clerk).action_propose()
        self.assertEqual(set(drafts.mapped("state")), {"to_approve"})
        self.assertEqual(set(drafts.mapped("amount_tested")), {270})
        drafts.with_user(self.leader).action_approve()
        self.assertEqual(set(drafts.mapped("state")), {"executed"})

    def test_amounts_are_tested_in_company_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("2019-01-01", 0.5)])
        case = self._create_case({self._create_invoice_of(1000, currency_id=euro.id): 1000})
        settlement = self._propose(125, case=case)
        self.assertEqual((settlement.amount, settlement.amount_tested), (125, 250))
        self.assertEqual(settlement.state, "to_approve")

    def test_no_tier_blocks_unless_a_limit_lets_it_pass(self):
        self.env["dispute.approval.tier"].sudo().search(
            [("company_id", "=", self.company.id), ("kind", "=", "write_off")]
        ).active = False
        with self._cannot("no approval tier"):
            self._propose(50, "write_off")
        self.assertEqual(self._propose(49, "write_off").state, "executed")
        self.company.dispute_no_approval_write_off = 1000
        self.assertEqual(self._propose(50, "write_off").state, "executed")
        self.company.dispute_no_approval_rejection = False
        with self._cannot("no approval tier"):
            self._propose(50, "rejection")

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["credit_note", "write_off"]),
                st.floats(1, 300).map(lambda amount: round(amount, 2)),
                st.booleans(),
            ),
            min_size=1,
            max_size=5,
        )
    )
    def test_nobody_passes_more_than_the_limit_alone(self, proposals):
        """No sequence of proposals by one person settles what takes approval without it."""
        with self.env.cr.savepoint() as undo:
            for kind, amount, withdraw in proposals:
                settlement = self._draft(amount, kind, user=self.leader)
                settlement.action_propose()
                if settlement.state == "to_approve":
                    with self._cannot("You proposed"):
                        settlement.action_approve()
                    if withdraw:
                        settlement.action_withdraw()
            settled = sum(
                self.case.settlement_ids.filtered(lambda item: item.state == "executed").mapped("amount")
            )
            self.assertLess(settled, 250)
            self.assertAlmostEqual(self.case.amount_credited + self.case.amount_written_off, settled)
            undo.rollback()
            self.env.invalidate_all()

    # Who approves

    def test_approved_by_the_leader_it_is_carried_out(self):
        settlement = self._propose(300)
        self.assertFalse(settlement.line_ids.move_id)
        settlement.with_user(self.leader).action_approve()
        self.assertEqual(settlement.state, "executed")
        self.assertAmounts(self.case, open=19_700, credited=300)
        approval = settlement.approval_ids
        self.assertEqual((approval.state, approval.user_id), ("approved", self.leader))
        self.assertTrue(approval.date)
        self.assertIn("Approved by dispute_leader", "".join(self.case.sudo().message_ids.mapped("body")))

    def test_every_tier_decides_the_lowest_first(self):
        settlement = self._propose(6000)
        with self._cannot("Team leader"):
            settlement.with_user(self.approver).action_approve()
        settlement.with_user(self.leader).action_approve()
        self.assertEqual(settlement.state, "to_approve")
        self.assertEqual(settlement.approval_ids.mapped("state"), ["approved", "pending"])
        for user in (self.second_leader, self.administrator):
            with self._cannot("Approver"):
                settlement.with_user(user).action_approve()
        settlement.with_user(self.approver).action_approve()
        self.assertEqual(settlement.state, "executed")

    def test_each_tier_takes_a_different_person(self):
        self.leader.sudo().group_ids += self.env.ref("dispute_management.group_dispute_approver")
        settlement = self._propose(6000)
        settlement.with_user(self.leader).action_approve()
        with self._cannot("different person"):
            settlement.with_user(self.leader).action_approve()
        settlement.with_user(self.second_approver).action_approve()
        self.assertEqual(settlement.state, "executed")

    def test_who_may_not_approve_is_told_why(self):
        settlement = self._propose(300)
        for user in (self.clerk, self.colleague, self.viewer, self.approver):
            with self.subTest(user=user.login):
                own = settlement.with_user(user)
                self.assertFalse(own.can_approve)
                self.assertTrue(own.cannot_approve_reason)
                for method in (own.action_approve, own.action_refuse):
                    with self._cannot("proposed|Team leader"):
                        method()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            settlement.with_user(self.outsider).action_approve()
        self.assertIn("dispute_leader", settlement.with_user(self.viewer).cannot_approve_reason)
        self.assertTrue(settlement.with_user(self.leader).can_approve)
        self.assertFalse(settlement.with_user(self.leader).cannot_approve_reason)
        found = self.env["dispute.settlement"].with_user(self.leader).search([("can_approve", "=", True)])
        self.assertEqual(found, settlement)
        found = self.env["dispute.settlement"].with_user(self.clerk).search([("can_approve", "=", True)])
        self.assertFalse(found)

    def test_administrators_and_superusers_go_round_nothing(self):
        settlement = self._propose(300, "refund_payment", case=self._create_paid_case())
        system = self.env.ref("base.user_admin")
        system.write({"company_ids": [Command.link(self.company.id)]})
        for user in (self.administrator, system, self.env.ref("base.user_root")):
            for records in (settlement.with_user(user), settlement.with_user(user).sudo()):
                with self._cannot("Approver"):
                    records.action_approve()
                with self._cannot("approved"):
                    records.action_execute()
                with self._cannot("approved"):
                    records._execute()
        with self._cannot("set by hand"):
            settlement.with_user(self.administrator).write({"state": "approved"})
        with self._cannot("You proposed"):
            settlement.sudo().action_approve()

    def test_nobody_approves_their_own(self):
        settlement = self._propose(300, user=self.leader)
        with self._cannot("You proposed"):
            settlement.with_user(self.leader).action_approve()
        settlement.with_user(self.second_leader).action_approve()
        self.assertEqual(settlement.state, "executed")

    def test_who_changed_or_drafted_it_may_not_approve(self):
        settlement = self._draft(300, user=self.leader)
        settlement.with_user(self.clerk).action_propose()
        with self._cannot("changed"):
            settlement.with_user(self.leader).action_approve()
        settlement.with_user(self.second_leader).action_withdraw()
        settlement.with_user(self.second_leader).line_ids.amount = 310
        settlement.with_user(self.clerk).action_propose()
        with self._cannot("changed"):
            settlement.with_user(self.second_leader).action_approve()
        settlement.with_user(self.leader).action_approve()
        self.assertEqual(settlement.state, "executed")

    def test_a_delegate_approves_within_the_tier_until_the_date(self):
        settlement = self._propose(6000)
        self._delegate(self.leader, self.colleague)
        self._delegate(self.approver, self.viewer, days=0)
        with self._cannot("Team leader"):
            settlement.with_user(self.viewer).action_approve()
        settlement.with_user(self.colleague).action_approve()
        self.assertEqual(settlement.approval_ids[0].delegator_id, self.leader)
        with self._cannot("different person"):
            settlement.with_user(self.colleague).action_approve()
        with self._cannot("different person"):
            settlement.with_user(self.leader).action_approve()
        settlement.with_user(self.viewer).action_approve()
        self.assertEqual(settlement.state, "executed")
        past = self._propose(7000)
        delegation = self._delegate(self.second_leader, self.viewer, days=0)
        delegation.sudo().write({"date_from": "2020-01-01", "date_to": "2020-01-02"})
        with self._cannot("Team leader"):
            past.with_user(self.viewer).action_approve()

    def test_a_delegation_goes_round_nothing(self):
        # Not for what the delegator proposed, nor for what the delegate did.
        settlement = self._propose(300, user=self.leader)
        self._delegate(self.leader, self.colleague)
        self._delegate(self.second_leader, self.clerk)
        with self._cannot("Team leader"):
            settlement.with_user(self.colleague).action_approve()
        settlement.with_user(self.clerk).action_approve()
        self.assertEqual(settlement.state, "executed")
        own = self._propose(300)
        with self._cannot("You proposed"):
            own.with_user(self.clerk).action_approve()
        # One authority counts once, whoever uses it.
        self.leader.sudo().group_ids += self.env.ref("dispute_management.group_dispute_approver")
        settlement = self._propose(6000, user=self.administrator)
        settlement.with_user(self.colleague).action_approve()
        with self._cannot("different person"):
            settlement.with_user(self.leader).action_approve()

    def test_a_tier_without_anybody_is_told_everywhere(self):
        group = self.env.ref("dispute_management.group_dispute_approver")
        group.sudo().user_ids = [Command.clear()]
        settlement = self._propose(300, "refund_payment", case=self._create_paid_case())
        self.assertTrue(settlement.has_no_approver)
        self.assertIn("nobody", settlement.with_user(self.viewer).cannot_approve_reason)
        case = settlement.case_id
        self.assertTrue(case.has_no_approver)
        self.assertIn("nobody", case.approval_note)
        group.sudo().user_ids = self.approver
        self.env.invalidate_all()
        self.assertFalse(case.has_no_approver)
        self.assertIn("dispute_approver", case.approval_note)

    # Once

    def test_pressed_twice_it_happens_once(self):
        settlement = self._propose(300)
        with self._cannot("to approve"):
            settlement.action_propose()
        settlement.with_user(self.leader).action_approve()
        with self._cannot("nothing waits"):
            settlement.with_user(self.leader).action_approve()
        with self._cannot("nothing waits"):
            settlement.with_user(self.second_leader).action_approve()
        settlement.with_user(self.clerk).action_execute()
        self.assertEqual(len(self.invoice.reversal_move_ids), 1)
        self.assertAmounts(self.case, open=19_700, credited=300)

    def test_more_than_is_open_is_not_proposed(self):
        self._propose(15_000)
        with self._cannot("under way"):
            self._propose(5000.01)
        self._propose(5000)

    def test_states_follow_one_another(self):
        settlement = self._draft(300)
        for state in ("proposed", "accepted", "processing", "executed"):
            with self.subTest(state=state), self._cannot("can't become"):
                settlement._set_state(state)
        with self._cannot("approved"):
            settlement._execute()
        with self._cannot("approved"):
            settlement.action_execute()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            settlement.with_user(self.leader).write({"changed_uid": self.clerk.id})
