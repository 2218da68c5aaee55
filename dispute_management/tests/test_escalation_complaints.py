from datetime import timedelta

from odoo.tests import new_test_user, tagged

from .escalation_common import EscalationCommon


@tagged("post_install", "-at_install")
class TestEscalationComplaints(EscalationCommon):
    """What users of other systems complain of; each test bears the name of a complaint."""

    def _let_pass_deadline(self, case):
        self._pass(seconds=(case.date_deadline - self._now() + timedelta(hours=1)).total_seconds())

    def test_escalates_at_once_on_reopening(self):
        self._create_rule()
        escalated, silent = self._open(), self._open()
        self._pass(days=1)
        self._close(silent)
        self._let_pass_deadline(escalated)
        self.assertEqual(self._run().case_id, escalated)
        self._close(escalated)
        self._pass(days=60)
        (escalated | silent).action_reopen()
        self.assertFalse(self._run(), "Neither anew nor for the time in which it was closed.")
        self._pass(days=1)
        self.assertFalse(self._run())
        self._let_pass_deadline(silent)
        self.assertEqual(self._run().case_id, silent, "What remained of its time is over.")

    def test_escalates_at_once_on_reopening_what_was_late_before(self):
        case = self._open()
        self._let_pass_deadline(case)
        self._close(case)
        self._create_rule(include_past=True)
        case.action_reopen()
        self._plan()
        self.assertFalse(self._run())

    def test_agent_replied_still_escalates(self):
        self.policy.active = False
        self.policy.copy({"active": True, "name": "First response", "target": "first_response"})
        self._create_rule()
        self._create_rule("sla_share", percent=75)
        answered, waiting = self._open(), self._open()
        self._pass(days=1)
        self._say(answered, self.clerk, "We are looking into it")
        self._pass(days=30)
        self.assertEqual(self._run().case_id, waiting)
        self.assertFalse(answered.date_escalation)

    def test_agent_replied_still_escalates_as_unanswered(self):
        customer = new_test_user(self.env, "escalation_customer", groups="base.group_portal")
        customer.partner_id.parent_id = self.partner_a
        self._create_rule("messages", count=2)
        case = self._open()
        self._say(case, customer, "Hello?")
        self._say(case, customer, "Hello??")
        self._say(case, self.clerk, "Sorry, here we are")
        self.assertFalse(self._run())

    def test_alert_floods(self):
        self._create_rule(alert_owner=True, alert_leader=True)
        cases = self.env["dispute.case"].concat(*(self._open() for _case in range(10)))
        mails = self.env["mail.mail"].sudo()
        before = mails.search_count([])
        self._let_pass_deadline(cases[0])
        self.assertEqual(len(self._run()), 10)
        for user in (self.clerk, self.leader):
            self.assertEqual(len(self._get_messages(user)), 1)
        self.assertLessEqual(mails.search_count([]) - before, 2)
        self._pass(days=30)
        self._run()
        self.assertEqual(len(self._get_messages(self.clerk)), 1, "Told once, not every night.")

    def test_no_escalation_to_manager(self):
        self.tier_management.user_id = self.manager
        self._create_rule(raise_level="next")
        case = self._open()
        self._let_pass_deadline(case)
        self._run()
        self.assertEqual(case.escalation_tier_id, self.tier_leader)
        self.assertTrue(self._get_messages(self.leader))
        self._pass(days=8)
        self._run()
        self.assertEqual((case.escalation_tier_id, case.user_id), (self.tier_management, self.manager))
        self.assertIn(case.name, self._get_messages(self.manager).body)

    def test_closed_sla_still_flagged(self):
        self._create_rule()
        case = self._open()
        self._pass(days=1)
        self._close(case)
        self.assertFalse(case.date_escalation)
        self._pass(days=60)
        self.assertFalse(self._run())
        self.assertNotEqual(case.deadline_state, "breached")
        late = self.env["dispute.case"].search([("deadline_state", "in", ["breached", "at_risk"])])
        self.assertNotIn(case, late)

    def test_escalates_while_it_is_the_customers_turn(self):
        self._create_rule()
        self._create_rule("no_progress", days=2)
        case = self._open()
        case._move_to_stage(self._stage("waiting_customer"))
        self._pass(days=60)
        self.assertFalse(case.date_escalation)
        self.assertFalse(self._run())
        case._change_turn("us")
        self.assertFalse(self._run(), "The pause counts for nothing.")
        self._let_pass_deadline(case)
        self.assertEqual(len(self._run()), 2)
