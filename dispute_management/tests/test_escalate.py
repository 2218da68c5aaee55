from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .escalation_common import EscalationCommon


@tagged("post_install", "-at_install")
class TestEscalate(EscalationCommon):
    """Handing a case over by hand: who, why, what was tried and what is wanted."""

    def _hand_over(self, cases, user=None, **values):
        wizard = (
            self.env["dispute.escalate"]
            .with_user(user or self.clerk)
            .create(
                {
                    "case_ids": cases.ids,
                    "reason": "They threaten to leave",
                    "wanted": "Decide on a credit",
                    **values,
                }
            )
        )
        wizard.action_escalate()
        return wizard

    def test_next_level_and_its_person_are_proposed(self):
        self.tier_management.user_id = self.manager
        case = self._open()
        action = self.env["dispute.escalate"].with_user(self.clerk).with_context(default_case_ids=case.ids)
        with Form(action) as form:
            self.assertEqual(form.tier_id, self.tier_leader)
            self.assertEqual(form.user_id, self.leader)
            self.assertIn("New", form.tried)
            form.tier_id = self.tier_management
            self.assertEqual(form.user_id, self.manager)
            form.reason = "Too large for us"
            form.wanted = "A decision"
        form.record.action_escalate()
        self.assertEqual((case.escalation_level, case.user_id), (2, self.manager))

    def test_note_tells_what_was_tried_and_what_is_wanted(self):
        case = self._open()
        self._hand_over(case, tried="Two calls\nA photo")
        message = case.message_ids[0]
        for words in ("They threaten to leave", "Two calls", "A photo", "Decide on a credit", "Team leader"):
            self.assertIn(words, message.body)
        self.assertEqual(message.notified_partner_ids, self.leader.partner_id)
        self.assertTrue(message.subtype_id.internal, "Customers never read it.")
        self.assertEqual(case.user_id, self.clerk, "The leader is told; the owner stays.")
        self.assertIn(self.leader.partner_id, case.message_partner_ids)
        log = case.sudo().escalation_log_ids
        self.assertRecordValues(
            log,
            [
                {
                    "reason": "They threaten to leave",
                    "tier_id": self.tier_leader.id,
                    "user_id": self.clerk.id,
                    "user_ids": self.leader.ids,
                }
            ],
        )
        self.assertFalse(self._run())
        self.assertFalse(self._get_messages(self.leader), "The note was the message.")

    def test_taking_over_leaves_the_owner_a_follower(self):
        self.tier_management.user_id = self.manager
        case = self._open()
        self._hand_over(case, tier_id=self.tier_management.id)
        self.assertEqual(case.user_id, self.manager)
        self.assertIn(self.clerk.partner_id, case.message_partner_ids)

    def test_several_cases_are_one_message(self):
        cases = self._open() | self._open()
        self._hand_over(cases)
        self._run()
        self.assertEqual(len(self._get_messages(self.leader)), 1)
        for case in cases:
            self.assertIn("Decide on a credit", case.message_ids[0].body)

    def test_down_again(self):
        self.tier_management.user_id = self.manager
        case = self._open()
        self._hand_over(case, tier_id=self.tier_management.id)
        self._pass(hours=1)
        self._hand_over(case, user=self.leader, tier_id=self.tier_leader.id)
        self.assertEqual(case.escalation_level, 1)

    def test_refused(self):
        case = self._open()
        self._hand_over(case)
        with self.assertRaisesRegex(UserError, "there already"):
            self._hand_over(case, tier_id=self.tier_leader.id)
        with self.assertRaisesRegex(UserError, "Nobody is in charge"):
            self._hand_over(case, tier_id=self.tier_management.id)
        with self.assertRaisesRegex(UserError, "no right to see"):
            self._hand_over(case, tier_id=self.tier_management.id, user_id=self.outsider.id)
        self._close(case)
        with self.assertRaisesRegex(UserError, "closed"):
            self._hand_over(case, tier_id=self.tier_management.id, user_id=self.manager.id)

    def test_who_may_not_work_on_a_case_does_not_escalate_it(self):
        case = self._open(user_id=self.leader.id)
        self.team.member_ids = False
        with self.assertRaises(AccessError):
            self._hand_over(case, user=self.colleague)
        with self.assertRaises(AccessError):
            self._hand_over(case, user=self.viewer)

    def test_level_is_on_every_view(self):
        views = self.env["dispute.case"].with_user(self.clerk)
        for view_type in ("kanban", "list", "form"):
            with self.subTest(view_type):
                self.assertIn("escalation_tier_id", views.get_view(view_type=view_type)["arch"])
        search = views.get_view(view_type="search")["arch"]
        self.assertIn("group_by_escalation", search)
        case = self._open()
        self._hand_over(case)
        self.assertIn(case, views.search([("escalation_level", ">", 0)]))
        (group,) = views._read_group([("id", "=", case.id)], ["escalation_tier_id"], ["__count"])
        self.assertEqual(group, (self.tier_leader, 1))
