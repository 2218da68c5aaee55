from odoo import SUPERUSER_ID, api, fields
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name

#: Tables that keep what these tests commit, in the order in which they can be emptied.
TABLES = (
    ("dispute_escalation_alert", "case_id"),
    ("dispute_escalation_log", "case_id"),
    ("dispute_sla_status", "case_id"),
    ("dispute_stage_history", "case_id"),
    ("dispute_case", "id"),
)


class Killed(BaseException):
    """What stops a worker, no matter what it does."""


@tagged("post_install", "-at_install")
class TestEscalationWorkers(BaseCase):
    """Workers on connections of their own: killed, and two at once."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.case_ids, self.message_ids = [], []
        self.addCleanup(self._clean)
        with self.registry.cursor() as cr:
            env = self._get_env(cr)
            self.last_message_id = env["mail.message"].search([], order="id desc", limit=1).id or 0
            self.trigger_ids = env["ir.cron.trigger"].search([]).ids
            rules = env["dispute.escalation.rule"].search([])
            self.on_ids = rules.filtered("is_on").ids
            rules.is_on = False
            self.rule = env["dispute.escalation.rule"].create(
                {
                    "name": "Legal",
                    "trigger": "legal",
                    "is_on": True,
                    "new_priority": "2",
                    "alert_user_ids": [fields.Command.set(env.ref("base.user_admin").ids)],
                }
            )
            cases = env["dispute.case"].create(
                [{"source": "mail", "user_id": SUPERUSER_ID, "is_legal_threat": True} for _case in range(4)]
            )
            self.case_ids = cases.ids
            self.assertEqual(len(cases.filtered("date_escalation")), 4)

    def _clean(self):
        with self.registry.cursor() as cr:
            ids = tuple(self.case_ids) or (0,)
            cr.execute("DELETE FROM mail_message WHERE id > %s", [self.last_message_id])
            cr.execute("DELETE FROM mail_followers WHERE res_model = 'dispute.case' AND res_id IN %s", [ids])
            cr.execute("DELETE FROM mail_activity WHERE res_model = 'dispute.case' AND res_id IN %s", [ids])
            for table, column in TABLES:
                cr.execute(f"DELETE FROM {table} WHERE {column} IN %s", [ids])
            cr.execute("DELETE FROM dispute_escalation_rule WHERE id = %s", [self.rule.id])
            env = self._get_env(cr)
            env["dispute.escalation.rule"].browse(self.on_ids).write({"is_on": True})
            env.flush_all()
            env["ir.cron.trigger"].search([("id", "not in", self.trigger_ids)]).unlink()
        self.registry.clear_cache()

    @staticmethod
    def _get_env(cr):
        return api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    def _work(self, batch=200):
        with self.registry.cursor() as cr:
            self._get_env(cr)["dispute.escalation.run"]._cron_escalate(batch=batch)

    def assertEscalatedOnce(self):
        with self.registry.cursor() as cr:
            env = self._get_env(cr)
            logs = env["dispute.escalation.log"].search([("case_id", "in", self.case_ids)])
            self.assertEqual(sorted(logs.case_id.ids), self.case_ids)
            self.assertEqual(len(logs), len(self.case_ids))
            cases = logs.case_id
            self.assertEqual(cases.mapped("priority"), ["2"] * len(cases))
            self.assertFalse(cases.filtered("date_escalation"))
            alerts = env["dispute.escalation.alert"].search([("case_id", "in", self.case_ids)])
            self.assertEqual(len(alerts), len(self.case_ids))
            self.assertTrue(all(alerts.mapped("date_sent")))
            return env["mail.message"].search_count(
                [
                    ("id", ">", self.last_message_id),
                    ("model", "=", False),
                    ("subject", "ilike", "escalat"),
                ]
            )

    def test_killed_between_batches_and_restarted(self):
        Rule = self.registry["dispute.escalation.rule"]
        apply, batches = Rule._apply, []

        def die_in_the_third(rule, cases):
            batches.append(cases)
            if len(batches) == 3:
                raise Killed
            return apply(rule, cases)

        self.patch(Rule, "_apply", die_in_the_third)
        with self.assertRaises(Killed):
            self._work(batch=1)
        with self.registry.cursor() as cr:
            logs = self._get_env(cr)["dispute.escalation.log"].search([("case_id", "in", self.case_ids)])
            self.assertEqual(len(logs), 2, "What was committed stays.")
        self._work(batch=1)
        self._work()
        self.assertEqual(self.assertEscalatedOnce(), 1, "One message for both halves of the run.")

    def test_killed_while_telling_and_restarted(self):
        Alert = self.registry["dispute.escalation.alert"]
        tell, told = Alert._tell, []

        def die_having_told(alerts, user):
            tell(alerts, user)
            told.append(user)
            if len(told) == 1:
                raise Killed

        self.patch(Alert, "_tell", die_having_told)
        with self.assertRaises(Killed):
            self._work()
        self._work()
        self.assertEqual(self.assertEscalatedOnce(), 1)

    def test_two_workers_share_the_work(self):
        with self.registry.cursor() as cr:
            run = self._get_env(cr)["dispute.escalation.run"]
            mine = run._lock(run._get_due_domain(), "date_escalation, id", 2, skip_locked=True)
            self.assertEqual(len(mine), 2)
            self._work()
            with self.registry.cursor() as other:
                done = self._get_env(other)["dispute.escalation.log"].search(
                    [("case_id", "in", self.case_ids)]
                )
                self.assertEqual(len(done.case_id), 2, "The other does what this one has not taken.")
                self.assertFalse(done.case_id & mine.with_env(done.env))
            run._escalate(mine)
        self._work()
        self.assertEscalatedOnce()

    def test_a_worker_that_comes_late_looks_again(self):
        with self.registry.cursor() as cr:
            # It sees the cases as they are now, before the other is done with them.
            cr.execute("SELECT 1 FROM dispute_case LIMIT 1")
            self._work()
            run = self._get_env(cr)["dispute.escalation.run"]
            self.assertFalse(run._lock(run._get_due_domain(), "date_escalation, id", 200, skip_locked=True))
        self.assertEscalatedOnce()

    def test_log_refuses_an_occasion_twice(self):
        self._work()
        with self.registry.cursor() as cr:
            cr.execute(
                "INSERT INTO dispute_escalation_log (case_id, rule_id, occasion, date, date_due)"
                " SELECT case_id, rule_id, occasion, date, date_due FROM dispute_escalation_log"
                " WHERE case_id IN %s ON CONFLICT DO NOTHING",
                [tuple(self.case_ids)],
            )
            self.assertEqual(cr.rowcount, 0)
