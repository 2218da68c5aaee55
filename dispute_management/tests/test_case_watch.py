from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestCaseWatch(DisputeCommon):
    """Nothing falls through: leaders are told, and calls are put on record."""

    def _run_watch(self):
        with self.enter_registry_test_mode():
            self.env.ref("dispute_management.ir_cron_watch").sudo().method_direct_trigger()
        return (
            self.env["mail.message"]
            .sudo()
            .search([("model", "=", "dispute.team"), ("res_id", "=", self.team.id)])
        )

    def test_leader_is_told_once_a_day(self):
        idle = self._create_case({self._create_invoice_of(100): 100})
        planned = self._create_case({self._create_invoice_of(100): 100})
        planned.with_user(self.clerk).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.clerk.id, date_deadline=fields.Date.today()
        )
        message = self._run_watch()
        self.assertEqual(message.notified_partner_ids, self.leader.partner_id)
        self.assertIn(idle.name, message.body)
        self.assertNotIn(planned.name, message.body)
        self.assertEqual(self._run_watch(), message, "One message a day.")

    def test_nothing_to_tell_is_not_told(self):
        self._create_case({self._create_invoice_of(100): 100}).with_user(self.clerk).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.clerk.id, date_deadline=fields.Date.today()
        )
        self.assertFalse(self._run_watch())

    def test_call_counts_as_first_response(self):
        case = self._create_case({self._create_invoice_of(100): 100})
        vals = {"case_id": case.id, "note": "They send the photo", "date_next": fields.Date.today()}
        wizard = self.env["dispute.call"].with_user(self.clerk).create(vals)
        wizard.action_log()
        self.assertTrue(case.date_first_response)
        self.assertIn("They send the photo", case.message_ids[0].body)
        self.assertEqual(case.activity_ids.user_id, self.clerk)

    def test_who_may_not_work_on_a_case_logs_no_call(self):
        case = self._create_case({self._create_invoice_of(100): 100}, user_id=self.leader.id)
        self.team.member_ids = False
        wizard = (
            self.env["dispute.call"].with_user(self.colleague).create({"case_id": case.id, "note": "Hello"})
        )
        with self.assertRaises(AccessError):
            wizard.action_log()
