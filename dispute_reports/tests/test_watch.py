from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from .learning_common import LearningCommon


@tagged("post_install", "-at_install")
class TestWatch(LearningCommon):
    """The last whole week, compared with the twelve before it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        today = cls.now.date()
        cls.week = today - timedelta(days=today.weekday() + 7)
        cls.product = cls.invoice.invoice_line_ids.product_id
        # The case at hand is of this week, and so of none that is looked at.
        cls.manager = cls._create_user("watch_manager")
        cls.department = (
            cls.env["dispute.department"]
            .sudo()
            .create({"name": "Packing", "user_id": cls.manager.id, "company_id": cls.company.id})
        )
        cls.cause = (
            cls.env["dispute.cause"]
            .sudo()
            .create({"name": "Badly packed", "code": "PCK", "department_id": cls.department.id})
        )
        # One a week, on Wednesdays.
        cls._open_in_week(12, SQL("number"), cause_id=SQL("%s", cls.cause.id))

    @classmethod
    def _open_in_week(cls, number, weeks_before=None, **values):
        """Cases opened in the week that is looked at, or so many weeks before it."""
        opened = SQL("%s + INTERVAL '2 days 12 hours'", cls.week)
        if weeks_before:
            opened = SQL("%s - %s * INTERVAL '7 days'", opened, weeks_before)
        return cls._create_past(number, opened=SQL("(%s)::timestamp", opened), **values)

    def _watch(self):
        """:return: dispute.watch.signal made by a run of the cron"""
        before = self._get_signals()
        self._trigger("ir_cron_week")
        return self._get_signals() - before

    def _get_signals(self):
        return self.env["dispute.watch.signal"].sudo().search([("company_id", "=", self.company.id)])

    def _get_todos(self, signals):
        return (
            self.env["mail.activity"]
            .sudo()
            .search([("res_model", "=", signals._name), ("res_id", "in", signals.ids)])
        )

    def test_two_instead_of_one_is_no_alarm(self):
        self._open_in_week(2)
        self.assertFalse(self._watch())

    def test_unusually_many(self):
        cases = self._open_in_week(9)
        signals = self._watch()
        self.assertEqual(set(signals.mapped("kind")), {"reason_id", "product_id", "partner_id"})
        self.assertEqual(
            (signals.reason_id, signals.product_id, signals.partner_id),
            (self.good, self.product, self.partner_a),
        )
        for signal in signals:
            self.assertEqual(
                (
                    signal.week,
                    signal.count,
                    signal.mean,
                    signal.lower,
                    signal.upper,
                    signal.weeks,
                    signal.is_more,
                ),
                (self.week, 9, 1, 0, 6, 12, True),
            )
            self.assertEqual(signal.case_ids, cases)
            self.assertEqual((signal.department_id, signal.user_id), (self.department, self.manager))
        todos = self._get_todos(signals)
        self.assertEqual((len(todos), todos.user_id), (3, self.manager))
        todo = todos.filtered(lambda todo: todo.res_id == signals.filtered("reason_id").id)
        self.assertEqual(todo.summary, f"More disputes than usual: {self.good.display_name}")
        self.assertRegex(todo.note, r"New cases in the week of [^:]+: 9\.")
        self.assertIn("Usual is 1.0 a week, and 0 to 6", todo.note)
        self.assertIn(f"/odoo/dispute.watch.signal/{todo.res_id}/action-dispute_reports.", todo.note)
        # What the link opens, and what the button opens, is what was counted.
        action = self.env.ref("dispute_reports.dispute_watch_signal_case_action")
        self.assertIn("('watch_signal_ids', 'in', [active_id])", action.domain)
        listed = (
            self.env["dispute.case"]
            .with_user(self.viewer)
            .search([("watch_signal_ids", "in", signals[0].ids)])
        )
        self.assertEqual(listed, cases.sorted("id", reverse=True))
        opened = signals[0].with_user(self.viewer).action_view_cases()
        self.assertEqual(
            self.env["dispute.case"].with_user(self.viewer).search(opened["domain"]),
            cases.sorted("id", reverse=True),
        )

    def test_a_second_run_says_nothing(self):
        self._open_in_week(9)
        signals = self._watch()
        self._get_todos(signals).action_feedback()
        self.assertFalse(self._watch())
        self.assertFalse(self._get_todos(signals))

    def test_only_what_is_unusual(self):
        """Of another reason, on another product, by another customer: those are not to blame."""
        self._open_in_week(9, reason_id=SQL("%s", self.bad.id), partner_id=SQL("%s", self.partner_b.id))
        self.env.cr.execute(
            "UPDATE dispute_line SET move_line_id = NULL WHERE case_id IN (SELECT id FROM dispute_case WHERE reason_id = %s)",
            (self.bad.id,),
        )
        signals = self._watch()
        self.assertEqual(set(signals.mapped("kind")), {"reason_id", "partner_id"})
        self.assertEqual((signals.reason_id, signals.partner_id), (self.bad, self.partner_b))
        # Nobody found out why yet: it goes to the leader of the team.
        self.assertEqual(
            (signals.user_id, signals.department_id), (self.leader, self.env["dispute.department"])
        )

    def test_unusually_few(self):
        self._open_in_week(360, SQL("((number - 1) %% 12 + 1)"))
        signals = self._watch()
        self.assertEqual(
            (len(signals), set(signals.mapped("count")), any(signals.mapped("is_more"))), (3, {0}, False)
        )
        self.assertIn("Fewer disputes than usual", self._get_todos(signals)[0].summary)

    def test_a_young_company_is_not_watched(self):
        self.env.cr.execute(
            "UPDATE dispute_case SET date_opened = date_opened + INTERVAL '5 weeks' WHERE company_id = %s"
            " AND date_opened < %s",
            (self.company.id, self.week),
        )
        self._open_in_week(20)
        self.assertFalse(self._watch())

    def test_merged_cases_and_other_weeks_count_nothing(self):
        merged = self.env.ref("dispute_management.dispute_resolution_mrg").id
        self._open_in_week(9, resolution_id=SQL("%s", merged))
        self._create_past(9, opened=SQL("%s::timestamp + INTERVAL '7 days 12 hours'", self.week))
        self.assertFalse(self._watch())

    def test_weeks_begin_where_the_company_works(self):
        self.company.resource_calendar_id = self.env["resource.calendar"].create(
            {"name": "Auckland", "tz": "Pacific/Auckland", "company_id": self.company.id}
        )
        # Sunday evening in UTC is Monday morning there: the week after the one looked at.
        self._create_past(9, opened=SQL("%s::timestamp + INTERVAL '6 days 20 hours'", self.week))
        self.assertFalse(self._watch())
        self._create_past(9, opened=SQL("%s::timestamp - INTERVAL '4 hours'", self.week))
        self.assertEqual(len(self._watch()), 3)

    def test_companies_are_watched_apart(self):
        other = self.setup_other_company(name="Other company")["company"]
        of_other = {"company_id": SQL("%s", other.id)}
        self._open_in_week(12, SQL("number"), **of_other)
        self._open_in_week(9, **of_other)
        self._open_in_week(3)
        self.assertFalse(self._watch())
        signals = self.env["dispute.watch.signal"].sudo().search([("company_id", "=", other.id)])
        self.assertEqual(len(signals), 3)
        # The manager does not work there.
        self.assertNotEqual(signals.user_id, self.manager)
        self.assertFalse(self.env["dispute.watch.signal"].with_user(self.viewer).search([]))

    def test_who_is_told_reads_it_without_a_right_on_disputes(self):
        self._open_in_week(9)
        signal = self._watch()[0]
        own = signal.with_user(self.manager)
        self.assertEqual(own.read(["subject", "count"])[0]["count"], 9)
        for refused in (lambda: own.case_ids, lambda: own.write({"count": 1}), own.unlink):
            with self.assertRaises(AccessError):
                refused()
        with self.assertRaises(AccessError):
            signal.with_user(self.outsider).read(["count"])
        self.assertEqual(own.activity_ids.user_id, self.manager)
        own.activity_ids.action_feedback(feedback="New boxes are ordered")
        self.assertIn("New boxes", "".join(signal.message_ids.mapped("body")))
        self.assertEqual(own.count, 9, "Done, and still theirs to read.")

    def test_somebody_who_left_is_not_told(self):
        self.manager.active = False
        self._open_in_week(9)
        signals = self._watch()
        self.assertEqual((signals.department_id, signals.user_id), (self.department, self.leader))

    def test_it_tells_in_the_language_of_who_is_told(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.manager.lang = "fr_FR"
        self.good.sudo().with_context(lang="fr_FR").name = "Prix"
        self._open_in_week(9)
        signal = self._watch().filtered("reason_id")
        self.assertIn("[PRI] Prix", self._get_todos(signal).summary)

    def test_as_many_statements_for_many_subjects_as_for_few(self):
        watch = self.env["dispute.watch"].sudo()
        partners = self.env["res.partner"].create([{"name": f"Customer {number}"} for number in range(8)])
        counts = []
        for number in (1, 1, 6):
            chosen, partners = partners[:number], partners[number:]
            for_each = SQL("(%s)[(number - 1) / 9 + 1]", chosen.ids)
            self._open_in_week(9 * number, partner_id=for_each, reason_id=SQL("%s", self.bad.id))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            watch._watch(self.company, self.week - timedelta(weeks=12), self.week)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        # Mails about to-dos and their access are Odoo's, a few a to-do.
        self.assertLessEqual(counts[2], counts[1] + 6 * 12, counts)
