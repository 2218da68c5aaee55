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

    def _create_idle_case(self, **values):
        """A case that lost its next step behind the suite's back, as an import could leave it."""
        case = self._create_case({self._create_invoice_of(100): 100}, **values)
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM mail_activity WHERE res_model = %s AND res_id = %s", (case._name, case.id)
        )
        self.env.invalidate_all()
        return case

    def test_leader_is_told_once_a_day(self):
        idle = self._create_idle_case()
        planned = self._create_case({self._create_invoice_of(100): 100})
        planned.with_user(self.clerk).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.clerk.id, date_deadline=fields.Date.today()
        )
        message = self._run_watch()
        self.assertEqual(message.notified_partner_ids, self.leader.partner_id)
        self.assertIn(idle.name, message.body)
        self.assertNotIn(planned.name, message.body)
        self.assertIn(idle.user_id.name, message.body)
        self.assertEqual(self._run_watch(), message, "One message a day.")

    def test_leader_is_told_in_their_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.leader.lang = "fr_FR"
        self.env.ref("dispute_management.team_watch_message").with_context(
            lang="fr_FR"
        ).arch_db = "<t><p>Ces litiges demandent un regard.</p></t>"
        self._create_idle_case()
        self.assertIn("Ces litiges demandent un regard.", self._run_watch().body)

    def test_one_message_for_all_teams_of_a_leader(self):
        second = self.team.copy({"name": "Second team", "user_id": self.leader.id})
        here = self._create_idle_case()
        there = self._create_idle_case(team_id=second.id)
        before = self.env["mail.message"].sudo().search([], order="id desc", limit=1)
        self._run_watch()
        told = (
            self.env["mail.message"].sudo().search([("model", "=", "dispute.team"), ("id", ">", before.id)])
        )
        self.assertEqual(len(told), 1)
        for words in (here.name, there.name, second.name, self.team.name):
            self.assertIn(words, told.body)

    def test_cases_told_of_go_back_to_work(self):
        case = self._create_idle_case()
        self.env.cr.execute("UPDATE dispute_case SET user_id = NULL WHERE id = %s", (case.id,))
        self.env.invalidate_all()
        body = self._run_watch().body
        self.assertIn("Nobody owns", body)
        self.assertIn("Nothing is planned", body)
        self.assertEqual(case.user_id, self.leader)
        self.assertIn("leads", case.assignment_note)
        self.assertEqual(case.activity_ids.user_id, self.leader)

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
