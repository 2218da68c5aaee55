from odoo.tests import tagged

from odoo.addons.dispute_management.tests.escalation_common import EscalationCommon
from odoo.addons.dispute_management.tests.request_common import CARRIER, RequestCommon


@tagged("post_install", "-at_install")
class TestManager(EscalationCommon, RequestCommon):
    """Where employees are kept, an unanswered question goes to the manager of who was asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("dispute_management.dispute_escalation_rule_unanswered").sudo().is_on = True
        cls.boss = cls._create_user("dispute_boss", name="Boss")
        cls.employee = cls._employ(cls.outsider, parent_id=cls._employ(cls.boss).id)

    @classmethod
    def _employ(cls, user, **values):
        return (
            cls.env["hr.employee"]
            .sudo()
            .create({"name": user.name, "user_id": user.id, "company_id": cls.company.id, **values})
        )

    def setUp(self):
        super().setUp()
        self.case = self._open()

    def _run_late(self, *whom):
        self._ask(*whom, case=self.case, due_days=1)
        self._pass(days=14)
        return self._run()

    def test_the_manager_of_the_employee_is_told(self):
        log = self._run_late(self.outsider)
        self.assertEqual(log.user_ids, self.boss)
        todo = self.case.activity_ids.filtered("dispute_unanswered_id")
        self.assertEqual(todo.user_id, self.boss)
        self.assertEqual(len(self._get_messages(self.boss)), 1)
        self.case.with_user(self.boss).check_access("read")
        self.assertFalse(self._run(), "Once.")

    def test_a_third_party_has_no_manager_of_ours(self):
        self.assertEqual(self._run_late(CARRIER).user_ids, self.leader)

    def test_nobody_above_or_nobody_who_works_here(self):
        with self.subTest("no manager"):
            self.employee.parent_id = False
            self.assertEqual(self._run_late(self.outsider).user_ids, self.leader)
        with self.subTest("a manager who left"):
            self.employee.parent_id = self.boss.employee_ids
            self.boss.active = False
            self.case = self._open()
            self.assertEqual(self._run_late(self.outsider).user_ids, self.leader)
        with self.subTest("a manager of another company only"):
            self.boss.active = True
            elsewhere = self.env["res.company"].sudo().create({"name": "Elsewhere"})
            self.boss.sudo().write({"company_ids": [(6, 0, elsewhere.ids)], "company_id": elsewhere.id})
            self.case = self._open()
            self.assertEqual(self._run_late(self.outsider).user_ids, self.leader)

    def test_an_administrator_of_disputes_tries_the_rule_without_rights_on_employees(self):
        self._ask(self.outsider, case=self.case, due_days=1)
        self._pass(days=14)
        rule = self.env.ref("dispute_management.dispute_escalation_rule_unanswered")
        action = rule.with_user(self.administrator).action_try()
        trial = self.env["dispute.escalation.trial"].with_user(self.administrator).browse(action["res_id"])
        self.assertEqual(trial.line_ids.people, "Boss")
