from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .escalation_common import EscalationCommon


@tagged("post_install", "-at_install")
class TestEscalation(EscalationCommon):
    """Each trigger and each effect of the rules, with the people they concern."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = new_test_user(
            cls.env, "escalation_customer", groups="base.group_portal", email="c@example.com"
        )
        cls.customer.partner_id.parent_id = cls.partner_a

    # Triggers

    def test_share_of_a_promise(self):
        rule = self._create_rule("sla_share", percent=75)
        case = self._open()
        self.assertEqual(case.date_escalation, case.sla_status_ids.date_warning)
        self.assertFalse(self._run())
        self._pass(days=4)
        self.assertEqual(self._run().rule_id, rule)
        self.assertFalse(self._run(), "Once an occasion.")
        self.assertFalse(case.date_escalation)

    def test_any_share_of_a_promise(self):
        self._create_rule("sla_share", percent=50)
        case = self._open()
        # Half of 40 hours from Monday 9:00 is Wednesday 13:00 in the calendar's zone.
        self.assertLess(case.date_escalation, case.sla_status_ids.date_warning)
        self._create_rule("sla_share", percent=100)
        late = self._open()
        self.assertEqual(late.date_escalation, case.date_escalation)

    def test_breach_escalates_each_promise_once(self):
        self._create_rule()
        self.policy.copy({"name": "Offer", "target": "stage_kind", "stage_kind": "proposed"})
        case = self._open()
        self._pass(days=10)
        logs = self._run()
        self.assertEqual(len(logs), 2)
        self.assertEqual(logs.case_id, case)
        self.assertEqual(len(self._get_messages(self.leader)), 1, "Both in one message.")

    def test_days_without_progress(self):
        self._create_rule("no_progress", days=3)
        case = self._open()
        self._pass(days=2)
        self._say(case, self.clerk)
        self._pass(days=2)
        self.assertFalse(self._run(), "Worked on two days ago.")
        self._pass(days=4)
        self.assertEqual(self._run().case_id, case)
        self.assertFalse(self._run())
        self._say(case, self.clerk)
        self._pass(days=7)
        self.assertEqual(len(self._run()), 1, "Stale again is another occasion.")

    def test_days_follow_the_working_hours(self):
        """Without any promise, too: a holiday moves the day that is looked at."""
        self.policy.active = False
        self._create_rule("no_progress", days=3)
        case = self._open()
        self._plan()
        before = case.date_escalation
        self.env["resource.calendar.leaves"].sudo().create(
            {
                "name": "Holiday",
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": "2030-03-05 00:00:00",
                "date_to": "2030-03-05 23:59:59",
            }
        )
        self.assertEqual(case.date_escalation - before, timedelta(days=1))

    def test_what_the_suite_notes_is_no_progress(self):
        case = self._open()
        before = case.date_progress
        self._pass(days=1)
        case.with_user(self.env.ref("base.user_root")).message_post(body="Noted")
        self.assertEqual(case.date_progress, before)

    def test_days_in_a_stage(self):
        self._create_rule("stage_days", days=3, day_unit="calendar")
        case = self._open()
        self._pass(days=2)
        case._change_turn("colleague")
        self._pass(days=1)
        self.assertEqual(self._run().case_id, case, "Another's turn is the same stay.")
        case._move_to_stage(self._stage("checking"))
        self._pass(days=2)
        self.assertFalse(self._run())
        self._pass(days=1)
        self.assertTrue(self._run())

    def test_days_in_a_stage_leave_the_customers_turn_out(self):
        self._create_rule("stage_days", days=3, day_unit="calendar")
        case = self._open()
        self._pass(days=1)
        case._change_turn("customer")
        self._pass(days=5)
        self.assertFalse(case.date_escalation)
        case._change_turn("us")
        self._pass(days=1)
        self.assertFalse(self._run())
        self._pass(days=1)
        self.assertTrue(self._run())

    def test_amount_in_company_currency(self):
        self._create_rule("amount", amount=500)
        small, large = self._open(499.99), self._open(500)
        self.assertEqual(self._run().case_id, large)
        self.assertFalse(self._run())
        self.assertFalse(small.date_escalation)

    def test_reopened(self):
        rule = self._create_rule("reopened", count=2)
        case = self._open()
        for number in (1, 2, 3):
            self._close(case)
            self._pass(hours=1)
            case.action_reopen()
            self.assertEqual(self._run().rule_id, rule if number > 1 else self.rules)

    def test_repeated_messages(self):
        self._create_rule("messages", count=2)
        case = self._open()
        self._say(case, self.customer, "Hello?")
        self.assertFalse(self._run())
        self._say(case, self.customer, "Is anybody there?")
        self.assertEqual(self._run().case_id, case)
        self._say(case, self.customer, "I ask again")
        self.assertFalse(self._run(), "One silence of ours is one occasion.")
        self._say(case, self.clerk, "We are here")
        self.assertFalse(case.unanswered_count)
        self._pass(hours=1)
        self._say(case, self.customer, "Good")
        self._say(case, self.customer, "And now?")
        self.assertEqual(len(self._run()), 1)

    def test_notes_are_no_answer(self):
        self._create_rule("messages", count=1)
        case = self._open()
        self._say(case, self.customer)
        case.with_user(self.clerk).message_post(body="They wrote", subtype_xmlid="mail.mt_note")
        self.assertEqual(case.unanswered_count, 1)

    def test_legal_threat(self):
        self._create_rule("legal")
        case = self._open()
        self.assertFalse(self._run())
        case.with_user(self.clerk).is_legal_threat = True
        self.assertEqual(self._run().reason, "Legal action is threatened")
        case.with_user(self.clerk).priority = "1"
        self.assertFalse(self._run())
        with self.assertRaises(UserError):
            case.with_user(self.clerk).date_legal_threat = False

    def test_risk(self):
        self._create_rule("risk", risk=70)
        case = self._open()
        case.sudo().risk = 69
        self.assertFalse(self._run())
        case.sudo().risk = 70
        self.assertTrue(self._run())

    def test_risk_from_where_the_company_warns(self):
        self._create_rule("risk")
        case, late = self._open(), self._open()
        case.sudo().risk = 69
        late.sudo().risk = 100
        self.assertFalse(self._run(), "What has happened needs no warning.")
        with self.assertRaises(AccessError):
            self.company.with_user(self.leader).dispute_risk_alert = 60
        self.company.dispute_risk_alert = 60
        self._plan()
        self.assertEqual(self._run().case_id, case)
        self.company.dispute_risk_alert = 50
        self._plan()
        self.assertFalse(self._run().rule_id, "Once a rule.")

    def test_scope(self):
        other = self.env.ref("dispute_management.dispute_reason_tax")
        self._create_rule("legal", reason_ids=[Command.set(other.ids)])
        case = self._open(is_legal_threat=True)
        self.assertFalse(self._run())
        case.reason_id = other
        self.assertTrue(self._run())

    def test_scope_by_level(self):
        self._create_rule("legal", is_unescalated=True, raise_level="tier", tier_id=self.tier_leader.id)
        self._create_rule("legal", tier_ids=[Command.set(self.tier_leader.ids)], alert_owner=True)
        self._open(is_legal_threat=True)
        self.assertEqual(len(self._run()), 2, "The second fires once the first has raised the case.")

    # Effects

    def test_alert_and_log(self):
        rule = self._create_rule("legal", alert_owner=True, alert_user_ids=[Command.set(self.manager.ids)])
        case = self._open(is_legal_threat=True)
        log = self._run()
        self.assertEqual(log.user_ids, self.clerk | self.leader | self.manager)
        self.assertRecordValues(
            log, [{"case_id": case.id, "rule_id": rule.id, "company_id": self.company.id, "is_failed": False}]
        )
        for user in log.user_ids:
            message = self._get_messages(user)
            self.assertEqual(len(message), 1)
            self.assertIn(case.name, message.body)
            self.assertIn("Legal action", message.body)

    def test_owner_team_priority_follower(self):
        self._create_rule(
            "legal",
            new_owner="user",
            new_user_id=self.colleague.id,
            new_priority="2",
            follower_ids=[Command.set(self.manager.ids)],
        )
        case = self._open(is_legal_threat=True)
        self._run()
        self.assertEqual(case.user_id, self.colleague)
        self.assertEqual(case.priority, "2")
        self.assertIn(self.manager.partner_id, case.message_partner_ids)

    def test_priority_is_never_lowered(self):
        self._create_rule("legal", new_priority="1")
        case = self._open(is_legal_threat=True, priority="2")
        self._run()
        self.assertEqual(case.priority, "2")

    def test_team_by_its_method(self):
        team = self.team.copy(
            {
                "name": "Specialists",
                "user_id": self.manager.id,
                "member_ids": [Command.set(self.colleague.ids)],
            }
        )
        team.assignment_method = "least_loaded"
        self._create_rule("legal", new_owner="team", new_team_id=team.id, company_id=self.company.id)
        case = self._open(is_legal_threat=True)
        self._run()
        self.assertEqual((case.team_id, case.user_id), (team, self.colleague))

    def test_activity_is_planned_without_a_mail_each(self):
        todo = self.env.ref("mail.mail_activity_data_todo")
        self._create_rule(
            "legal", activity_type_id=todo.id, activity_person="leader", activity_summary="Call them"
        )
        cases = self._open(is_legal_threat=True) | self._open(is_legal_threat=True)
        before = self.env["mail.mail"].sudo().search_count([])
        self._run()
        for case in cases:
            self.assertEqual(case.activity_ids.user_id, self.leader)
            self.assertEqual(case.activity_ids.summary, "Call them")
        self.assertLessEqual(self.env["mail.mail"].sudo().search_count([]) - before, 1)

    def test_mail_to_the_customer(self):
        template = self.env.ref("dispute_management.mail_template_dispute_reminder")
        self._create_rule("legal", mail_template_id=template.id)
        self.partner_a.email = "a@example.com"
        case = self._open(is_legal_threat=True)
        self._run()
        self.assertEqual(case.message_ids.filtered("partner_ids")[:1].partner_ids, case.contact_id)

    def test_stage(self):
        checking = self._stage("checking")
        self._create_rule("legal", new_stage_id=checking.id)
        case = self._open(is_legal_threat=True)
        self._run()
        self.assertEqual(case.stage_id, checking)

    def test_stage_that_may_not_be_entered_is_said(self):
        self._create_rule("legal", new_stage_id=self._stage("resolved").id, new_priority="1")
        case = self._open(is_legal_threat=True)
        log = self._run()
        self.assertEqual(case.stage_id, self._stage("new"))
        self.assertEqual(case.priority, "1", "The rest is done.")
        self.assertIn("Choose resolution", log.error)
        self.assertFalse(self._run(), "It is not tried for ever.")

    def test_what_fails_for_one_leaves_the_others_alone(self):
        self._create_rule("legal", new_owner="user", new_user_id=self.colleague.id)
        for error in (ValidationError("Not this one"), KeyError("of somebody's own addon")):
            with self.subTest(type(error).__name__):
                self._fail_for_one(error)

    def _fail_for_one(self, error):
        good, bad = self._open(is_legal_threat=True), self._open(is_legal_threat=True)
        bad_id, Case = bad.id, type(self.env["dispute.case"])
        odoo_write = Case.write

        def write(records, vals):
            if "user_id" in vals and bad_id in records.ids:
                raise error
            return odoo_write(records, vals)

        logger = "odoo.addons.dispute_management.models.dispute_escalation_run"
        with patch.object(Case, "write", write), self.assertLogs(logger, "WARNING"):
            logs = self._run()
        self.assertEqual(good.user_id, self.colleague)
        self.assertEqual(bad.user_id, self.clerk)
        self.assertEqual({log.case_id: log.error for log in logs}, {good: False, bad: str(error)})
        self.assertFalse(self._run())

    # Levels

    def test_levels_up_to_management(self):
        self.tier_management.user_id = self.manager
        self._create_rule(raise_level="tier", tier_id=self.tier_leader.id)
        case = self._open()
        self.assertFalse(case.escalation_level)
        self._pass(days=7)
        self._run()
        self.assertEqual((case.escalation_tier_id, case.user_id), (self.tier_leader, self.clerk))
        self.assertIn(self.leader.partner_id, case.message_partner_ids)
        self._pass(days=6)
        self.assertFalse(self._run())
        self._pass(days=1)
        log = self._run()
        self.assertEqual((case.escalation_level, case.user_id), (2, self.manager))
        self.assertEqual((log.tier_id, log.user_ids), (self.tier_management, self.manager))
        note = case.message_ids.filtered(lambda message: "Hand-over" in message.body)[:1]
        self.assertIn("What was tried", note.body)
        self.assertIn("What is wanted", note.body)
        self._pass(days=90)
        self.assertFalse(self._run(), "There is nobody above.")

    def test_customers_turn_pauses_a_level(self):
        self.tier_management.user_id = self.manager
        self.tier_leader.write({"time_limit": 2, "limit_unit": "calendar"})
        case = self._open()
        case._raise_to(self.tier_leader)
        self._pass(days=1)
        case._change_turn("customer")
        self._pass(days=9)
        self.assertFalse(self._run())
        case._change_turn("us")
        self._pass(hours=23)
        self.assertFalse(self._run())
        self._pass(hours=1)
        self.assertTrue(self._run())

    def test_level_without_anybody_is_passed_over(self):
        self.team.user_id = False
        case = self._open(user_id=self.clerk.id)
        self.assertFalse(case._get_next_tier_id())
        self.tier_management.user_id = self.manager
        self.assertEqual(case._get_next_tier_id(), self.tier_management.id)

    # Configuration

    def test_rule_switched_on_leaves_the_past_alone(self):
        case = self._open()
        self._pass(days=10)
        rule = self._create_rule()
        self._plan()
        self.assertFalse(case.date_escalation)
        self.assertFalse(self._run())
        rule.include_past = True
        self._plan()
        self.assertEqual(self._run().case_id, case)

    def test_changed_condition_leaves_the_past_alone(self):
        rule = self._create_rule("amount", amount=1000)
        self._open(500)
        self._pass(days=1)
        rule.amount = 100
        self._plan()
        self.assertFalse(self._run())
        rule.name = "Large"
        self.assertEqual(rule.date_on, self._now(), "Only a changed condition begins anew.")
        self._pass(days=1)
        rule.name = "Larger"
        self.assertLess(rule.date_on, self._now())

    def test_change_of_rules_is_followed_in_batches(self):
        cases = self._open() | self._open() | self._open()
        self.env.flush_all()
        rule = self._create_rule()
        self.assertFalse(cases.filtered("date_escalation"), "Not in the save of the administrator.")
        self.assertTrue(rule.is_planning)
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)["dispute.escalation.run"].sudo()._cron_plan(batch=2)
        self.assertEqual(cases.mapped("date_escalation"), cases.mapped("date_deadline"))
        self.assertFalse(rule.is_planning)
        rule.is_on = False
        self._plan()
        self.assertFalse(cases.filtered("date_escalation"))

    def test_dry_run_lists_who_and_changes_nothing(self):
        rule = self._create_rule(
            is_on=False, alert_owner=True, raise_level="tier", tier_id=self.tier_leader.id
        ).with_user(self.administrator)
        late = self._open()
        self._pass(days=10)
        self._open()
        self.env.flush_all()
        snapshot = late.read()
        counts = [
            self.env[model].sudo().search_count([]) for model in ("mail.message", "dispute.escalation.log")
        ]
        trial = self.env["dispute.escalation.trial"].browse(rule.action_try()["res_id"])
        self.assertEqual((trial.count, trial.line_ids.case_id), (1, late))
        self.assertEqual(trial.line_ids.people, f"{self.clerk.name}, {self.leader.name}")
        self.assertEqual(trial.line_ids.level, self.tier_leader.display_name)
        self.assertTrue(trial.is_past_left_out)
        self.env.flush_all()
        self.assertEqual(late.read(), snapshot)
        self.assertEqual(
            [self.env[model].sudo().search_count([]) for model in ("mail.message", "dispute.escalation.log")],
            counts,
        )

    def test_only_administrators_configure_and_nobody_edits_the_log(self):
        rule = self._create_rule("legal")
        with self.assertRaises(AccessError):
            rule.with_user(self.leader).is_on = False
        with self.assertRaises(AccessError):
            rule.with_user(self.leader).action_try()
        rule.with_user(self.administrator).name = "Mine"
        self._open(is_legal_threat=True)
        log = self._run()
        self.assertEqual(log.with_user(self.viewer).reason, "Legal action is threatened")
        for user, refusal in ((self.administrator, AccessError), (self.env.ref("base.user_root"), UserError)):
            with self.assertRaises(refusal):
                log.with_user(user).unlink()
            with self.assertRaises(UserError):
                log.with_user(user).write({"reason": "Nothing happened"})

    def test_amount_rule_names_an_amount(self):
        with self.assertRaises(ValidationError):
            self._create_rule("amount")

    def test_rule_of_another_company_is_no_rule_here(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self._create_rule("legal", company_id=other.id)
        self._open(is_legal_threat=True)
        self.assertFalse(self._run())

    def test_facts_are_not_written_by_hand(self):
        case = self._open()
        for name in ("escalation_tier_id", "date_escalated", "date_progress", "unanswered_count"):
            with self.subTest(name), self.assertRaises(UserError):
                case.with_user(self.leader).write({name: False})

    def test_defaults(self):
        share = self.env.ref("dispute_management.dispute_escalation_rule_share").sudo()
        breach = self.env.ref("dispute_management.dispute_escalation_rule_breach").sudo()
        self.assertRecordValues(
            share | breach,
            [
                {"trigger": "sla_share", "percent": 75, "alert_owner": True, "alert_leader": False},
                {"trigger": "sla_breach", "percent": 75, "alert_owner": False, "alert_leader": True},
            ],
        )
        (share | breach).is_on = True
        case = self._open()
        self._pass(days=4)
        self.assertEqual(self._run().user_ids, self.clerk)
        self._pass(days=4)
        self.assertEqual(self._run().user_ids, self.leader)
        self.assertEqual(case.escalation_tier_id, self.tier_leader)
        self.assertEqual(fields.Date.to_date(case.date_escalated), fields.Date.to_date(self._now()))
