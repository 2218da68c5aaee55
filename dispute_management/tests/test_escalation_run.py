import re
from datetime import timedelta

from odoo.tests import tagged

from .escalation_common import EscalationCommon


@tagged("post_install", "-at_install")
class TestEscalationRun(EscalationCommon):
    """The cron: when it wakes, what it costs, whom it tells."""

    def setUp(self):
        super().setUp()
        self.cron = self.env.ref("dispute_management.ir_cron_escalation").sudo()
        self.env["ir.cron.trigger"].sudo().search([("cron_id", "=", self.cron.id)]).unlink()

    # Whom it tells

    def test_forty_cases_are_one_message_with_forty_links(self):
        self._create_rule("legal", alert_leader=True)
        self._create_rule("amount", amount=50, alert_leader=True)
        cases = self.env["dispute.case"].concat(*(self._open(is_legal_threat=True) for _case in range(40)))
        logs = self._run()
        self.assertEqual(len(logs), 80)
        message = self._get_messages(self.leader)
        self.assertEqual(len(message), 1)
        self.assertEqual(message.subject, "40 disputes escalated")
        linked = re.findall(r"res_id=(\d+)", message.body)
        self.assertEqual(sorted(map(int, linked)), sorted(cases.ids))
        self.assertEqual(message.body.count("Legal action is threatened"), 40)
        self.assertEqual(message.body.count("in dispute"), 40)

    def test_more_than_a_hundred_are_counted(self):
        self._create_rule("legal", alert_leader=True)
        invoice = self._create_invoice_of(1000)
        self.env["dispute.case"].concat(
            *(self._create_case({invoice: 1}, is_legal_threat=True) for _case in range(101))
        )
        self._run()
        message = self._get_messages(self.leader)
        self.assertEqual(message.subject, "101 disputes escalated")
        self.assertEqual(len(re.findall(r"res_id=(\d+)", message.body)), 100)
        self.assertIn("1 more", message.body)

    def test_each_reads_in_their_language(self):
        self.env["res.lang"].sudo()._activate_lang("de_DE")
        self.leader.sudo().lang = "de_DE"
        self._create_rule("legal", alert_leader=True, alert_owner=True)
        self._open(is_legal_threat=True)
        self._run()
        self.assertTrue(self._get_messages(self.leader))
        self.assertTrue(self._get_messages(self.clerk))

    def test_nobody_is_told_of_what_is_closed_meanwhile(self):
        self._create_rule("legal")
        case = self._open(is_legal_threat=True)
        run = self.env["dispute.escalation.run"].sudo()
        run._escalate(case.sudo())
        self._close(case)
        self.assertFalse(self._run())
        self.assertFalse(self._get_messages(self.leader))
        self.assertTrue(self.env["dispute.escalation.alert"].sudo().search([]).date_sent)

    def test_other_companies_are_not_told(self):
        stranger = self.manager.copy({"login": "stranger"})
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self._create_rule("legal", alert_user_ids=[(6, 0, stranger.ids)])
        self._open(is_legal_threat=True)
        self._run()
        self.assertFalse(self._get_messages(stranger))
        self.assertTrue(self._get_messages(self.leader))

    # When it wakes

    def _get_wakes(self):
        triggers = (
            self.env["ir.cron.trigger"].sudo().search([("cron_id", "=", self.cron.id)], order="call_at")
        )
        return triggers.mapped("call_at")

    def _commit(self):
        """What a commit does before it writes."""
        self.env.cr.flush()

    def test_wakes_at_the_next_deadline(self):
        self._create_rule()
        case = self._open()
        self._commit()
        self.assertEqual(self._get_wakes(), [case.date_deadline])
        self._pass(hours=1)
        self._open()
        self._commit()
        self.assertEqual(len(self._get_wakes()), 1, "A later one is seen to when the first is done.")
        legal = self._create_rule("legal")
        self.assertTrue(legal)
        self._open(is_legal_threat=True)
        self._commit()
        self.assertEqual(self._get_wakes(), [self._now(), case.date_deadline])

    def test_run_asks_to_be_woken_for_the_next(self):
        self._create_rule()
        first = self._open()
        self._pass(hours=1)
        second = self._open()
        self._commit()
        self._pass(seconds=(first.date_deadline - self._now()).total_seconds())
        self.assertEqual(self._run().case_id, first)
        self._commit()
        self.assertIn(second.date_deadline, self._get_wakes())

    def test_wakes_for_nothing_without_rules(self):
        self._open()
        self._commit()
        self.assertFalse(self._get_wakes())

    # What it costs

    def _count_queries(self, cases):
        self.env.flush_all()
        self.env.invalidate_all()
        run = self.env["dispute.escalation.run"].sudo()
        before = self.cr.sql_log_count
        run._escalate(run._lock([("id", "in", cases.ids)], "id", 1000))
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_queries_grow_with_batches_not_with_cases(self):
        todo = self.env.ref("mail.mail_activity_data_todo")
        self._create_rule("legal", raise_level="next", new_priority="1", activity_type_id=todo.id)
        invoice = self._create_invoice_of(1000)
        cases = self.env["dispute.case"].concat(
            *(self._create_case({invoice: 1}, is_legal_threat=True) for _case in range(45))
        )
        self.env["dispute.escalation.run"].sudo()._escalate(cases[:1].sudo())
        few = self._count_queries(cases[1:5])
        many = self._count_queries(cases[5:45])
        self.assertEqual(len(cases.sudo().escalation_log_ids), 45)
        # Tracked changes and activities cost a little each, as anywhere in Odoo.
        self.assertLessEqual((many - few) / 36, 4)

    def test_nothing_due_costs_next_to_nothing(self):
        self._create_rule()
        for _case in range(5):
            self._open()
        self._run()
        self.env.flush_all()
        self.env.invalidate_all()
        run = self.env["dispute.escalation.run"].sudo()
        with self.assertQueryCount(1):
            self.assertFalse(run._lock(run._get_due_domain(), "date_escalation, id", 200, skip_locked=True))

    def test_due_cases_are_found_by_an_index(self):
        run = self.env["dispute.escalation.run"].sudo()
        query = (
            self.env["dispute.case"]
            .sudo()
            ._search(run._get_due_domain(), order="date_escalation, id", limit=200)
        )
        # So few rows would be sorted by hand.
        self.env.cr.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        self.env.cr.execute("EXPLAIN " + query.select().code, query.select().params)
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("dispute_case_escalation_idx", plan)

    def test_time_runs_out_and_the_rest_follows(self):
        self._create_rule("legal")
        cases = self._open(is_legal_threat=True) | self._open(is_legal_threat=True)
        self.env.flush_all()
        cron = self.cron
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            job, progress = cron.with_env(self.env(cr=cr, su=True))._add_progress()
            run = job.env["dispute.escalation.run"].with_context(cron_id=cron.id, cron_end_time=0)
            run._cron_escalate(batch=1)
            self.assertEqual((progress.done, progress.remaining), (1, 1))
        self.assertEqual(len(cases.sudo().escalation_log_ids), 1)
        self._run()
        self.assertEqual(len(cases.sudo().escalation_log_ids), 2)
        self.assertEqual(len(self._get_messages(self.leader)), 1, "Told when all is done.")

    def test_moment_passes_between_two_runs(self):
        self._create_rule()
        case = self._open()
        deadline = case.date_deadline
        self._pass(seconds=(deadline - self._now() - timedelta(seconds=1)).total_seconds())
        self.assertFalse(self._run())
        self._pass(seconds=1)
        self.assertEqual(self._run().date_due, deadline)
