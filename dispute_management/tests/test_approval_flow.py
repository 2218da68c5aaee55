from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .approval_common import ApprovalCommon

APPROVAL_ACTIVITY = "dispute_management.mail_activity_type_approval"


@tagged("post_install", "-at_install")
class TestApprovalFlow(ApprovalCommon):
    """What waiting for approval does to the case, and what a refusal or a change undoes."""

    def _refuse(self, settlement, user, reason="Too much"):
        action = settlement.with_user(user).action_refuse()
        wizard = self.env[action["res_model"]].with_user(user).with_context(**action["context"])
        wizard.create({"reason": reason}).action_refuse()

    def _get_holders(self, settlement):
        kind = self.env.ref(APPROVAL_ACTIVITY)
        return settlement.sudo().activity_ids.filtered(lambda item: item.activity_type_id == kind).user_id

    # Refusing and changing

    def test_a_refusal_returns_it_to_draft_with_its_reason(self):
        settlement = self._propose(6000)
        with self._cannot("why"):
            self._refuse(settlement, self.leader, "  ")
        self._refuse(settlement, self.leader)
        self.assertEqual(settlement.state, "draft")
        self.assertEqual(settlement.refusal_reason, "Too much")
        self.assertEqual(settlement.approval_ids.mapped("state"), ["refused", "void"])
        self.assertEqual(self.case.stage_id, self._stage("checking"))
        todo = self.case.sudo().activity_ids.filtered(lambda item: "refused" in (item.summary or ""))
        self.assertEqual(todo.user_id, self.clerk)
        self.assertIn("Too much", todo.note)
        settlement.line_ids.amount = 200
        settlement.action_propose()
        self.assertEqual(settlement.state, "executed")

    def test_the_second_tier_can_refuse_too(self):
        settlement = self._propose(6000)
        settlement.with_user(self.leader).action_approve()
        self._refuse(settlement, self.approver)
        self.assertEqual(settlement.approval_ids.mapped("state"), ["void", "refused"])
        settlement.action_propose()
        self.assertEqual(self._groups(settlement)[2:], ["leader", "approver"], "all approve anew")

    def test_only_who_may_approve_may_refuse(self):
        settlement = self._propose(300)
        wizard = (
            self.env["settlement.refuse"]
            .with_user(self.approver)
            .create({"settlement_ids": settlement.ids, "reason": "No"})
        )
        with self._cannot("Team leader"):
            wizard.action_refuse()
        self.assertEqual(settlement.state, "to_approve")

    def test_a_change_voids_what_was_approved(self):
        for change in (
            lambda settlement: settlement.line_ids.write({"amount": 6001}),
            lambda settlement: settlement.line_ids.write({"kind": "write_off"}),
            lambda settlement: settlement.write(
                {
                    "line_ids": [
                        (0, 0, {"dispute_line_id": self.case.line_ids.id, "kind": "write_off", "amount": 1})
                    ]
                }
            ),
        ):
            settlement = self._propose(6000)
            settlement.with_user(self.leader).action_approve()
            change(settlement.with_user(self.second_leader))
            self.assertEqual(settlement.state, "draft")
            self.assertEqual(set(settlement.approval_ids.mapped("state")), {"void"})
            self.assertEqual(settlement.changed_uid, self.second_leader)
            self.assertFalse(self._get_holders(settlement))
            with self._cannot("approved"):
                settlement.action_execute()
        settlement = self._propose(6000)
        settlement.reason_text = "In other words"
        self.assertEqual(settlement.state, "to_approve", "words are no change of the amount")

    def test_what_was_decided_stays(self):
        settlement = self._propose(300)
        settlement.with_user(self.leader).action_approve()
        approval = settlement.approval_ids
        for user in (self.leader, self.administrator):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                approval.with_user(user).write({"state": "refused"})
        for vals in ({"state": "refused"}, {"reason": "Because"}, {"user_id": self.clerk.id}):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                approval.sudo().write(vals)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            approval.sudo().unlink()

    def test_taken_back_by_who_may_work_on_it(self):
        settlement = self._propose(300)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            settlement.with_user(self.viewer).action_withdraw()
        settlement.action_withdraw()
        self.assertEqual(settlement.state, "draft")
        self.assertEqual(self.case.stage_id, self._stage("checking"))

    # The case

    def test_the_case_waits_in_its_approval_stage(self):
        settlement = self._propose(300)
        self.assertEqual(self.case.stage_id, self.stage_approval)
        self.assertEqual(self.case.waiting_on, "colleague")
        self.assertIn("dispute_leader", self.case.approval_note)
        settlement.with_user(self.leader).action_approve()
        self.assertEqual(self.case.stage_id, self._stage("checking"))
        self.assertFalse(self.case.approval_note)

    def test_two_settlements_wait_for_both(self):
        first, second = self._propose(300), self._propose(301)
        first.with_user(self.leader).action_approve()
        self.assertEqual(self.case.stage_id, self.stage_approval)
        second.with_user(self.leader).action_approve()
        self.assertEqual(self.case.stage_id, self._stage("checking"))

    def test_a_pipeline_without_such_a_stage_changes_the_turn(self):
        self.stage_approval.is_approval = False
        settlement = self._propose(300)
        self.assertEqual(self.case.stage_id, self._stage("checking"))
        self.assertEqual(self.case.waiting_on, "colleague")
        settlement.with_user(self.leader).action_approve()
        self.assertEqual((self.case.waiting_on, self.case.answered_by), ("us", "colleague"))

    def test_a_stage_that_bars_the_way_is_no_hindrance(self):
        self._stage("checking").sudo().next_stage_ids = self._stage("offer")
        self.assertEqual(self._propose(300).state, "to_approve")
        self.assertEqual(self.case.stage_id, self._stage("checking"))

    def test_a_turn_that_others_hold_is_left_alone(self):
        self.case._change_turn("colleague")
        self.assertEqual(self._propose(20).state, "executed")
        self.assertEqual(self.case.waiting_on, "colleague")

    def test_the_customer_hears_nothing_twice(self):
        case = self._create_case({self._create_invoice_of(1000): 900})
        settlement = self._propose(300, case=case)
        self.assertEqual(case.stage_id, self.stage_approval)
        settlement.with_user(self.leader).action_approve()
        self.assertEqual(case.stage_id, self._stage("checking"), "New would acknowledge it again")

    def test_approval_of_the_rest_closes_the_case(self):
        case = self._create_case({self._create_invoice_of(400): 400})
        wizard = (
            self.env["settlement.propose"]
            .with_user(self.clerk)
            .create({"case_id": case.id, "cause_id": self.cause.id, "reason_text": "Agreed"})
        )
        self.assertTrue(wizard.needs_approval)
        self.assertIn("dispute_leader", wizard.approval_note)
        wizard.action_settle()
        self.assertFalse(case.is_closed)
        case.settlement_ids.with_user(self.leader).action_approve()
        self.assertEqual(case.stage_kind, "resolved")
        self.assertEqual(case.resolution_id, self._resolution("CRF"))
        self.assertAmounts(case, credited=400)

    def test_closing_a_case_ends_what_is_pending(self):
        settlement = self._propose(300)
        self.case.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)
        self.assertEqual(settlement.state, "cancelled")
        self.assertFalse(self._get_holders(settlement))
        with self._cannot("nothing waits"):
            settlement.with_user(self.leader).action_approve()

    def test_what_can_t_be_carried_out_stays_ready_and_says_why(self):
        settlement = self._propose(300, "write_off")
        self.company.dispute_writeoff_account_id = False
        settlement.with_user(self.leader).action_approve()
        self.assertEqual(settlement.state, "approved")
        self.assertTrue(self.case.is_ready_to_execute)
        found = self.env["dispute.case"].with_user(self.clerk).search([("is_ready_to_execute", "=", True)])
        self.assertEqual(found, self.case)
        told = self.case.sudo().activity_ids.filtered(lambda item: "not carried out" in (item.summary or ""))
        self.assertIn("settings", told.note)
        self.assertEqual(told.user_id, self.case.user_id)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            settlement.with_user(self.approver).action_execute()
        self.company.dispute_writeoff_account_id = self.company_data["default_account_expense"]
        self.case.with_user(self.clerk).action_execute()
        self.assertEqual(settlement.state, "executed")
        self.assertFalse(self.case.is_ready_to_execute)

    def test_several_are_decided_at_once(self):
        """One that can't be carried out stops no other, and each is told on its own case."""
        cases = self._create_cases(3)
        settlements = self.env["dispute.settlement"].union(
            *(self._propose(300, "write_off", case=case) for case in cases)
        )
        bad = settlements[1]
        bad.sudo().resolution_id = self._resolution("WOF")
        bad.sudo().case_id.line_ids.move_id.line_ids.remove_move_reconcile()
        self._register_payment(bad.sudo().case_id.line_ids.move_id, amount=1900)
        settlements.with_user(self.leader).action_approve()
        self.assertEqual(settlements.mapped("state"), ["executed", "approved", "executed"])
        for settlement in settlements:
            notes = settlement.sudo().case_id.message_ids.filtered(
                lambda message: "Approved by" in (message.body or "")
            )
            self.assertEqual(len(notes), 1)
            self.assertEqual(notes.author_id, self.leader.partner_id)

    def test_deciding_on_more_costs_hardly_more(self):
        counts = []
        for number in (2, 2, 8):
            settlements = self.env["dispute.settlement"].union(
                *(self._propose(300, case=case) for case in self._create_cases(number))
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            settlements.with_user(self.leader).action_approve()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(set(settlements.mapped("state")), {"executed"})
        few, many = counts[1:]
        self.assertLess((many - few) / 6, few / 4, counts)

    # Helpers

    def _create_cases(self, number):
        cases = [self._create_case({self._create_invoice_of(2000): 2000}) for _index in range(number)]
        return self.env["dispute.case"].union(*cases)

    # Activities

    def test_who_may_decide_has_an_activity(self):
        settlement = self._propose(6000, user=self.leader)
        self.assertIn(self.second_leader, self._get_holders(settlement))
        self.assertNotIn(self.leader, self._get_holders(settlement))
        self.assertNotIn(self.approver, self._get_holders(settlement))
        self._delegate(self.approver, self.colleague)
        settlement.with_user(self.second_leader).action_approve()
        holders = self._get_holders(settlement)
        self.assertLessEqual(self.approver | self.second_approver | self.colleague, holders)
        self.assertNotIn(self.second_leader, holders)
        settlement.with_user(self.approver).action_approve()
        self.assertFalse(self._get_holders(settlement))

    # What an auditor looks at

    def test_exceptions(self):
        automatic = self._propose(20)
        other = self._create_case({self._create_invoice_of(1000): 900})
        below = self._propose(240, case=other)
        self.assertTrue(automatic.is_automatic and below.is_automatic)
        self.assertFalse(automatic.is_just_below)
        self.assertTrue(below.is_just_below)
        found = self.env["dispute.settlement"].with_user(self.viewer).search([("is_just_below", "=", True)])
        self.assertEqual(found, below)
        action = self.env.ref("dispute_management.dispute_settlement_action_exceptions")
        self.assertTrue(action)

    def test_an_attempt_on_one_s_own_is_on_record(self):
        settlement = self._propose(300, user=self.leader)
        with self.enter_registry_test_mode():
            for user in (self.leader, self.approver):
                with self.assertRaises(UserError):
                    settlement.with_user(user).action_approve()
            # As when the request that failed is taken back.
            self.env.cr.postrollback.run()
        self.env.invalidate_all()
        attempt = settlement.approval_ids.filtered(lambda item: item.state == "attempt")
        self.assertEqual(attempt.user_id, self.leader, "no right at all is no attempt on one's own")
        self.assertIn("You proposed", attempt.reason)
        found = self.env["dispute.settlement"].with_user(self.viewer).search([("has_own_attempt", "=", True)])
        self.assertEqual(found, settlement)
        settlement.with_user(self.second_leader).action_approve()
        self.assertEqual(settlement.state, "executed")
