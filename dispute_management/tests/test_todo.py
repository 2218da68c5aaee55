from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCase

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestTodo(DisputeCommon, MailCase):
    """An open case always has an owner, and something to do."""

    def setUp(self):
        super().setUp()
        self.next_step = self.env.ref("dispute_management.mail_activity_type_next_step")
        self.case = self._create_case({self._create_invoice_of(100): 100})

    def _plan(self, user=None, case=None, **values):
        return (
            (case or self.case)
            .with_user(self.clerk)
            .activity_schedule(
                "mail.mail_activity_data_todo", user_id=(user or self.clerk).id, summary="Ask", **values
            )
        )

    def test_opening_plans_the_next_step_of_the_owner(self):
        activity = self.case.activity_ids
        self.assertEqual(activity.activity_type_id, self.next_step)
        self.assertEqual(activity.user_id, self.clerk)
        self.assertEqual(activity.date_deadline, self.case.date_deadline.date())

    def test_without_a_deadline_it_is_due_on_the_next_working_day(self):
        self.env["dispute.sla.policy"].sudo().search([]).active = False
        self.company.resource_calendar_id.tz = "UTC"
        with freeze_time("2026-11-20 10:00:00"):  # a Friday
            case = self._create_case({self._create_invoice_of(100): 100})
        self.assertEqual(case.activity_ids.date_deadline, fields.Date.to_date("2026-11-23"))

    def test_nobody_is_mailed_about_it(self):
        with self.mock_mail_gateway():
            self._create_case({self._create_invoice_of(9): 9}, user_id=self.colleague.id)
        self.assertNotIn("Next step", str(self._new_mails.mapped("subject")))

    def test_a_plan_of_the_stage_is_enough(self):
        plan = (
            self.env["mail.activity.plan"]
            .with_user(self.administrator)
            .create(
                {
                    "name": "Check",
                    "res_model": "dispute.case",
                    "company_id": False,
                    "template_ids": [
                        Command.create(
                            {
                                "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                                "summary": "Check delivery",
                                "responsible_type": "dispute_owner",
                            }
                        )
                    ],
                }
            )
        )
        self._stage("new").sudo().activity_plan_id = plan
        case = self._create_case({self._create_invoice_of(9): 9})
        self.assertEqual(case.activity_ids.summary, "Check delivery")

    def test_something_real_replaces_it(self):
        activity = self._plan(self.outsider)
        self.assertEqual(self.case.activity_ids, activity)

    def test_what_the_owner_made_their_own_stays(self):
        own = self.case.activity_ids
        own.with_user(self.clerk).summary = "Call them on Friday"
        activity = self._plan(self.outsider)
        self.assertEqual(self.case.activity_ids, own | activity)

    def test_done_or_cancelled_plans_the_next(self):
        for end in ("action_feedback", "unlink"):
            with self.subTest(end):
                activity = self._plan(self.outsider)
                getattr(activity.with_user(self.outsider), end)()
                self.assertEqual(self.case.activity_ids.activity_type_id, self.next_step)
                self.assertEqual(self.case.activity_ids.user_id, self.clerk)

    def test_not_while_something_is_left(self):
        first, second = self._plan(self.outsider), self._plan(self.colleague)
        first.with_user(self.outsider).action_feedback()
        self.assertEqual(self.case.activity_ids, second)

    def test_closing_ends_what_was_planned_and_says_so(self):
        self._plan(self.outsider)
        self.case.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)
        self.assertFalse(self.case.activity_ids)
        self.case.invalidate_recordset(["message_ids"])
        self.assertIn("Ask", str(self.case.sudo().message_ids.mapped("body")))
        self.case.with_user(self.clerk).action_reopen()
        self.assertEqual(self.case.activity_ids.activity_type_id, self.next_step)

    def test_it_goes_to_the_new_owner(self):
        self.case.with_user(self.clerk).user_id = self.leader
        self.assertEqual(self.case.activity_ids.user_id, self.leader)
        self.assertEqual(self.case.assignment_note, f"Chosen by {self.clerk.name}")

    def test_what_others_hold_stays_with_them(self):
        activity = self._plan(self.outsider)
        self.case.with_user(self.clerk).user_id = self.leader
        self.assertEqual(activity.user_id, self.outsider)

    def test_a_type_that_is_gone_is_replaced_by_a_to_do(self):
        self.env["mail.activity"].sudo().search([("activity_type_id", "=", self.next_step.id)]).unlink()
        todo = self.env.ref("mail.mail_activity_data_todo")
        self.env["ir.model.data"].sudo().search(
            [("name", "=", "mail_activity_type_next_step")]
        ).res_id = todo.id
        self.env.registry.clear_cache()
        case = self._create_case({self._create_invoice_of(9): 9})
        self.assertEqual(case.activity_ids.activity_type_id, todo)

    # Owners

    def test_nobody_is_no_owner(self):
        self.case.with_user(self.clerk).user_id = False
        self.assertEqual(self.case.user_id, self.leader)
        self.assertIn("leads", self.case.assignment_note)

    def test_without_a_team_an_administrator_answers_for_it(self):
        self.case.with_user(self.leader).write({"team_id": False, "user_id": False})
        self.assertTrue(self.case.user_id.has_group("dispute_management.group_dispute_administrator"))
        self.assertIn("administers", self.case.assignment_note)

    def test_cases_of_people_who_leave_the_company(self):
        cases = self.case | self._create_case({self._create_invoice_of(9): 9})
        closed = self._create_case({self._create_invoice_of(9): 9})
        closed.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)
        other = self._create_case({self._create_invoice_of(9): 9}, user_id=self.colleague.id)
        other.with_user(self.leader).coordinator_id = self.clerk
        self.team.write(
            {
                "member_ids": [Command.link(self.colleague.id)],
                "assignment_method": "least_loaded",
            }
        )
        self.clerk.sudo().action_archive()
        self.assertEqual(cases.user_id, self.colleague)
        self.assertEqual(cases.activity_ids.user_id, self.colleague)
        self.assertEqual(len(cases.activity_ids), 2)
        self.assertIn("least to do", cases[0].assignment_note)
        self.assertEqual(closed.user_id, self.clerk)
        self.assertFalse(other.coordinator_id)

    def test_a_leader_who_left_owns_nothing(self):
        self.team.member_ids = self.colleague
        self.leader.sudo().active = False
        self.case.with_user(self.administrator).user_id = False
        self.assertEqual(self.case.user_id, self.colleague)

    # Answers

    def _say(self, author, **values):
        return self.case.sudo().message_post(
            body="Here it is",
            author_id=author.id,
            **{"message_type": "comment", "subtype_xmlid": "mail.mt_comment", **values},
        )

    def test_what_the_customer_says_waits_to_be_read(self):
        self._say(self.partner_a)
        self.assertEqual((self.case.waiting_on, self.case.answered_by), ("us", "customer"))
        self.case.with_user(self.clerk).message_post(
            body="Thank you", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertFalse(self.case.answered_by)

    def test_what_the_customer_says_ends_their_turn(self):
        self.case.with_user(self.clerk).stage_id = self._stage("waiting_customer")
        self._say(self.partner_a, message_type="auto_comment")
        self.assertEqual(self.case.waiting_on, "customer", "Out of office is no answer.")
        self._say(self.partner_a, message_type="email")
        self.assertEqual((self.case.waiting_on, self.case.answered_by), ("us", "customer"))

    def test_a_note_or_a_stranger_is_no_answer(self):
        self._say(self.partner_a, subtype_xmlid="mail.mt_note")
        self._say(self.partner_b)
        self.assertFalse(self.case.answered_by)

    def test_a_colleague_answers_by_their_activity(self):
        activities = self._plan(self.outsider) | self._plan(self.colleague)
        activities[0].with_user(self.outsider).action_feedback(feedback="Delivered")
        self.assertFalse(self.case.answered_by, "The other one was asked too.")
        activities[1].with_user(self.colleague).action_feedback(feedback="Agreed")
        self.assertEqual(self.case.answered_by, "colleague")
        self.case.with_user(self.clerk).action_take_up_answer()
        self.assertFalse(self.case.answered_by)

    def test_the_owner_does_not_answer_themselves(self):
        self._plan(self.clerk).with_user(self.clerk).action_feedback()
        self.assertFalse(self.case.answered_by)

    def test_only_who_works_on_a_case_takes_an_answer_up(self):
        self._say(self.partner_a)
        with self.assertRaises(AccessError):
            self.case.with_user(self.viewer).action_take_up_answer()
        self.assertEqual(self.case.answered_by, "customer")
