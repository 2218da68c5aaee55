from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.dispute_reports.tools.cause_trend import MONTH_DAYS

from .common import DisputeReportCommon


@tagged("post_install", "-at_install")
class TestCorrectiveAction(DisputeReportCommon):
    """What is done about a cause, and whether it helped."""

    def setUp(self):
        super().setUp()
        self.today = fields.Date.context_today(self.env["dispute.case"])
        self.action = self._plan()

    def _plan(self, user=None, **values):
        return (
            self.env["dispute.corrective.action"]
            .with_user(user or self.leader)
            .create(
                {
                    "name": "Check price lists",
                    "cause_id": self.cause.id,
                    "user_id": self.outsider.id,
                    "date_due": self.today + timedelta(days=7),
                    **values,
                }
            )
        )

    def _get_todos(self, action=None):
        return (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "dispute.corrective.action"),
                    ("res_id", "in", (action or self.action).ids),
                ]
            )
        )

    # Owner and to-do

    def test_its_owner_has_a_to_do(self):
        todo = self._get_todos()
        self.assertEqual(
            (todo.user_id, todo.date_deadline, todo.summary),
            (self.outsider, self.action.date_due, "Check price lists"),
        )

    def test_the_to_do_follows_the_action(self):
        later = self.today + timedelta(days=20)
        self.action.write({"user_id": self.clerk.id, "date_due": later, "name": "Check them twice"})
        todo = self._get_todos()
        self.assertEqual(
            (len(todo), todo.user_id, todo.date_deadline, todo.summary),
            (1, self.clerk, later, "Check them twice"),
        )
        self.action.active = False
        self.assertFalse(self._get_todos())
        self.action.active = True
        self.assertEqual(self._get_todos().user_id, self.clerk)

    def test_marking_the_to_do_done_marks_the_action_done(self):
        todo = self._get_todos().with_user(self.outsider)
        todo.action_feedback(feedback="They are right now")
        self.assertEqual((self.action.date_done, self.action.state), (self.today, "done"))
        self.assertIn("They are right now", "".join(self.action.message_ids.mapped("body")))

    def test_done_by_the_button_and_open_again(self):
        self.action.with_user(self.outsider).action_done()
        self.assertEqual(self.action.date_done, self.today)
        self.assertFalse(self._get_todos())
        self.action.date_done = False
        self.assertEqual((self.action.state, self._get_todos().user_id), ("open", self.outsider))
        self.action.action_done()
        self.action.write(
            {"date_start": self.today - timedelta(days=9), "date_done": self.today - timedelta(days=2)}
        )
        self.action.action_done()
        self.assertEqual(self.action.date_done, self.today - timedelta(days=2))

    def test_others_can_t_mark_it_done(self):
        for user in (self.viewer, self.clerk, self.approver):
            with self.subTest(user.login), self.assertRaisesRegex(AccessError, "Check price lists is for"):
                self.action.with_user(user).action_done()
        stranger = self._create_user("corrective_stranger")
        with self.assertRaises(AccessError):
            self.action.with_user(stranger).action_done()
        self.assertFalse(self.action.date_done)

    def test_the_responsible_of_the_department_is_proposed(self):
        department = (
            self.env["dispute.department"].sudo().create({"name": "Prices", "user_id": self.clerk.id})
        )
        self.cause.sudo().department_id = department
        action = self.env["dispute.corrective.action"].with_user(self.leader)
        action = action.create({"name": "X", "cause_id": self.cause.id, "date_due": self.today})
        self.assertEqual((action.user_id, action.department_id), (self.clerk, department))

    def test_who_can_t_own_it(self):
        elsewhere = self._create_user("corrective_elsewhere")
        other = self.setup_other_company(name="Other company")["company"]
        elsewhere.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        with self.assertRaisesRegex(ValidationError, "don't work in"):
            self._plan(user_id=elsewhere.id)

    # Access

    def test_who_may_plan(self):
        self._plan(self.administrator)
        for user in (self.viewer, self.clerk, self.approver, self.outsider):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._plan(user)

    def test_an_owner_reads_their_own_and_no_figures(self):
        other = self._plan(user_id=self.clerk.id)
        mine = self.env["dispute.corrective.action"].with_user(self.outsider)
        self.assertEqual(mine.search([]), self.action)
        self.assertEqual(
            self.action.with_user(self.outsider).read(["name", "cause_id", "date_due"])[0]["id"],
            self.action.id,
        )
        for name in ("cases_before", "amount_after", "department_id"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.action.with_user(self.outsider).read([name])
        with self.assertRaises(AccessError):
            other.with_user(self.outsider).read(["name"])
        with self.assertRaises(AccessError):
            self.action.with_user(self.outsider).write({"date_due": self.today})

    def test_companies(self):
        other = self.setup_other_company(name="Other company")["company"]
        self.env.user.company_ids |= other
        foreign = (
            self.env["dispute.corrective.action"]
            .sudo()
            .create(
                {
                    "name": "X",
                    "cause_id": self.cause.id,
                    "user_id": self.env.uid,
                    "company_id": other.id,
                    "date_due": self.today,
                }
            )
        )
        for user in (self.viewer, self.leader, self.administrator):
            self.assertNotIn(foreign, self.action.with_user(user).search([]))

    # Dates

    def test_dates(self):
        for values in ({"date_due": date(2020, 1, 1)}, {"date_done": date(2020, 1, 1)}):
            with self.subTest(values), mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                self.action.write(values)
                self.env.flush_all()

    def test_overdue(self):
        late = self._plan(date_start=self.today - timedelta(days=9), date_due=self.today - timedelta(days=1))
        done = self._plan(date_start=self.today - timedelta(days=9), date_due=self.today - timedelta(days=1))
        done.action_done()
        actions = late + done + self.action
        self.assertEqual(actions.filtered("is_overdue"), late)
        domain = [("id", "in", actions.ids)]
        self.assertEqual(actions.search(domain + [("is_overdue", "=", True)]), late)
        self.assertEqual(actions.search(domain + [("is_overdue", "=", False)]), (done + self.action).sorted())

    # Trend

    def test_trend(self):
        """Of this cause: 100 on 1 February, 200 on 3 February, 40 on 1 March; what was merged counts nothing."""
        before = 91 / MONTH_DAYS
        for label, start, done, expected in [
            ("not done", date(2025, 2, 4), None, (2 / before, 300 / before, 0, 0, 0, False)),
            (
                "one before, one after; what came meanwhile is neither",
                date(2025, 2, 2),
                date(2025, 2, 10),
                (1 / before, 100 / before, 1 / before, 40 / before, 0, True),
            ),
            (
                "two before, none after",
                date(2025, 2, 10),
                date(2025, 3, 1),
                (2 / before, 300 / before, 0, 0, -1, True),
            ),
            (
                "two before, one after: half as many, whatever is shown of either",
                date(2025, 2, 10),
                date(2025, 2, 20),
                (2 / before, 300 / before, 1 / before, 40 / before, -0.5, True),
            ),
            ("done, and too early to tell", self.today, self.today, (0, 0, 0, 0, 0, False)),
        ]:
            with self.subTest(label):
                action = self._plan(date_start=start, date_done=done).with_user(self.viewer)
                found = (
                    action.cases_before,
                    action.amount_before,
                    action.cases_after,
                    action.amount_after,
                    action.cases_change,
                )
                for value, wanted in zip(found, expected, strict=False):
                    self.assertAlmostEqual(value, wanted, delta=0.05)
                self.assertEqual(action.has_trend, expected[-1])

    def test_trends_of_many_take_one_statement(self):
        first, second = (
            self._plan(date_start=date(2025, 2, day), date_done=date(2025, 2, 10)) for day in (2, 4)
        )
        counts = []
        for records in (first, first, first + second):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.with_user(self.viewer).mapped("cases_before")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_the_cause_counts_its_open_actions(self):
        self._plan().action_done()
        cause = self.cause.with_user(self.viewer)
        self.assertEqual((cause.open_action_count, len(cause.corrective_action_ids)), (1, 2))

    def test_the_button_opens_the_cases_of_the_cause(self):
        action = self.action.with_user(self.viewer).action_view_cases()
        self.assertEqual(action["res_model"], "dispute.report")
        # Bars would leave out the months without a case.
        self.assertEqual(action["context"]["graph_mode"], "line")
        found = self.env["dispute.report"].with_user(self.viewer).search(action["domain"])
        self.assertEqual(found.case_id, self.credited + self.refused + self.silent)
