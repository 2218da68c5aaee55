from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCommon

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestCaseTracking(DisputeCommon, MailCommon):
    """What happened to a case is in its chatter: what, who and when."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls._create_case({cls._create_invoice_of(100): 60})
        # As from a client: the accounting tests keep their records from tracking.
        cls.case = case.with_env(cls.env(user=cls.clerk, context={}))

    def assertTracked(self, user, *names):
        """The newest messages of the case say that the user changed these fields."""
        messages = self._get_new_messages().filtered("tracking_value_ids")
        tracked = messages.tracking_value_ids.field_id.mapped("name")
        self.assertLessEqual(set(names), set(tracked), f"tracked: {tracked}")
        self.assertEqual(messages.author_id, user.partner_id)
        self.assertTrue(all(message.date for message in messages))

    def setUp(self):
        super().setUp()
        self.flush_tracking()
        self.before = self.case.sudo().message_ids

    def _get_new_messages(self):
        self.case.env.flush_all()
        self.flush_tracking()
        self.env.invalidate_all()
        before, self.before = self.before, self.case.sudo().message_ids
        return self.before - before

    def test_stage(self):
        self.case.stage_id = self._stage("waiting_customer")
        self.assertTracked(self.clerk, "stage_id")

    def test_owner_and_team(self):
        self.case.with_user(self.leader).write({"user_id": self.colleague.id, "priority": "2"})
        self.assertTracked(self.leader, "user_id", "priority")
        self.assertEqual(self.case.assignment_note, f"Chosen by {self.leader.name}")

    def test_amounts(self):
        self.case.line_ids.amount = 50
        self.assertTracked(self.clerk, "amount_disputed", "amount_open")

    def test_deadline_of_a_changed_promise(self):
        status = self.case.sudo().sla_status_ids.filtered("deadline").sorted("deadline")[0]
        status.policy_id.duration += 3
        self.case.sudo().sla_status_ids._refresh_deadlines()
        new = self._get_new_messages()
        self.assertIn("date_deadline", new.tracking_value_ids.field_id.mapped("name"))

    def test_first_answer_moves_the_deadline_on(self):
        self.case.message_post(
            body="We look into it", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertTracked(self.clerk, "date_deadline")

    def _settle_as_client(self, kind, amount=None):
        wizard = self.case.env["settlement.propose"].create(
            {
                "case_id": self.case.id,
                "kind": kind,
                "cause_id": self.cause.id,
                "reason_text": "As agreed",
                "is_interim": bool(amount),
            }
        )
        if amount:
            wizard.line_ids[0].amount = amount
        wizard.action_settle()

    def test_decisions(self):
        self._settle_as_client("credit_note", 20)
        self.assertTracked(self.clerk, "amount_open", "cause_id")
        self._settle_as_client("rejection")
        self.assertTracked(self.clerk, "amount_open", "resolution_id", "stage_id")
        self.case.action_reopen()
        self.assertTracked(self.clerk, "stage_id", "resolution_id")

    def test_reason_people_and_wording(self):
        self.case.write(
            {
                "reason_id": self.env.ref("dispute_management.dispute_reason_pri").id,
                "customer_reference": "DN-1",
                "coordinator_id": self.leader.id,
                "tag_ids": [Command.create({"name": "Key account"})],
            }
        )
        self.assertTracked(self.clerk, "reason_id", "customer_reference", "coordinator_id")

    def test_nobody_rewrites_it(self):
        self.case.stage_id = self._stage("checking")
        self.flush_tracking()
        message = self.case.message_ids.filtered(lambda item: item.sudo().tracking_value_ids)[0]
        for user in (self.clerk, self.administrator):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                message.with_user(user).unlink()

    def test_nobody_rewrites_what_was_logged(self):
        self.case._message_log(body="Merged into another one")
        message = self.case.message_ids[0]
        for user in (self.clerk, self.administrator):
            for change in (lambda note: note.unlink(), lambda note: note.write({"body": "Nothing"})):
                with self.subTest(user=user.login), self.assertRaises(UserError):
                    change(message.with_user(user))
        self.assertIn("Merged", message.body)
