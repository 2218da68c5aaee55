from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestMyWork(DisputeCommon):
    """The landing page: what is on my desk, the most pressing first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cases = cls.env["dispute.case"].with_user(cls.clerk)

    def _open(self, **values):
        """A case on which nothing presses, at whatever hour the test runs."""
        case = self._create_case({self._create_invoice_of(100): 100}, **values)
        now = fields.Datetime.now()
        self._set(case, date_deadline=now + timedelta(days=30))
        case.sudo().activity_ids.date_deadline = now.date() + timedelta(days=5)
        return case

    def _put_activity(self, case, user, days):
        return (
            case.sudo()
            .with_context(mail_activity_quick_update=True)
            .activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary="Ask",
                date_deadline=fields.Date.context_today(case) + timedelta(days=days),
            )
        )

    def _set(self, case, **columns):
        case.sudo().write(columns)

    def _make_one_of_each(self):
        """:return: ``{group: case}`` of the clerk, one in each group"""
        now = fields.Datetime.now()
        made = {}
        for group in dict(self.cases._fields["work_group"].selection):
            case = self._open()
            self._set(case, date_deadline=now + timedelta(days=30))
            if group != "5_unplanned":
                self._put_activity(case, self.clerk, 5)
            made[group] = case
        made["5_unplanned"].activity_ids.with_context(mail_activity_automation_skip=True).sudo().unlink()
        made["1_answered"].sudo().message_post(
            body="Well?",
            author_id=self.partner_a.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        settlement = (
            self.env["dispute.settlement"].sudo().create({"case_id": made["2_ready"].id, "state": "accepted"})
        )
        self.assertEqual(settlement.state, "accepted")
        self._put_activity(made["3_today"], self.clerk, 0)
        self._set(made["4_breached"], date_deadline=now - timedelta(hours=1))
        for group, waiting_on in (
            ("7_colleague", "colleague"),
            ("8_third_party", "third_party"),
            ("9_customer", "customer"),
        ):
            self._set(made[group], waiting_on=waiting_on)
        return made

    def test_the_most_pressing_comes_first(self):
        made = self._make_one_of_each()
        rows = self.cases.formatted_read_group([("is_my_work", "=", True)], ["work_group"], ["__count"])
        self.assertEqual([row["work_group"] for row in rows], list(made))
        for group, case in made.items():
            with self.subTest(group):
                mine = case.with_user(self.clerk)
                self.assertEqual(mine.work_group, group)
                self.assertTrue(mine.work_next)
        self.assertIn("Customer", made["1_answered"].with_user(self.clerk).work_next)

    def test_first_group_wins(self):
        case = self._open()
        self._set(case, date_deadline=fields.Datetime.now() - timedelta(days=1), answered_by="customer")
        self.assertEqual(case.with_user(self.clerk).work_group, "1_answered")
        case.with_user(self.clerk).action_take_up_answer()
        self.assertEqual(case.with_user(self.clerk).work_group, "4_breached")

    def test_whose_work_it_is(self):
        own = self._open()
        coordinated = self._open(user_id=self.colleague.id, coordinator_id=self.clerk.id)
        asked = self._open(user_id=self.colleague.id)
        self._put_activity(asked, self.clerk, 1)
        others = self._open(user_id=self.colleague.id)
        closed = self._open()
        closed.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)
        mine = self.cases.search([("is_my_work", "=", True)])
        self.assertEqual(mine & (own | coordinated | asked | others | closed), own | coordinated | asked)
        self.assertNotIn(own, self.cases.search([("is_my_work", "=", False)]))
        self.assertTrue(own.with_user(self.clerk).is_my_work)
        self.assertFalse(others.with_user(self.clerk).is_my_work)

    def test_resolvers_see_what_they_are_asked(self):
        case = self._open()
        self._set(case, waiting_on="colleague")
        self._put_activity(case, self.outsider, 3)
        asked = self.env["dispute.case"].with_user(self.outsider).search([("is_my_work", "=", True)])
        self.assertEqual(asked, case)
        self.assertEqual(asked.work_group, "6_planned")
        self.assertEqual(case.with_user(self.clerk).work_group, "7_colleague")
        self.assertIn(self.outsider.name, case.with_user(self.clerk).work_next)

    def test_longest_waiting_comes_first_in_a_group(self):
        now = fields.Datetime.now()
        cases = self._open() | self._open() | self._open()
        for case, days in zip(cases, (1, 9, 4), strict=True):
            self._set(case, waiting_on="customer", waiting_since=now - timedelta(days=days))
        found = self.cases.search([("id", "in", cases.ids)], order="work_date, id")
        self.assertEqual(found, cases[1] | cases[2] | cases[0])

    def test_the_page_costs_the_same_for_many(self):
        action = self.env.ref("dispute_management.dispute_case_action_my")
        view = self.cases.get_views(
            [(action.view_ids.filtered(lambda it: it.view_mode == "list").view_id.id, "list")]
        )
        names = view["models"]["dispute.case"]["fields"]
        specification = {name: {} for name in names if name in self.env["dispute.case"]._fields}
        counts = []
        for _round in range(3):
            for _case in range(10):
                self._open()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            result = self.cases.web_read_group(
                [("is_my_work", "=", True)],
                ["work_group"],
                ["amount_open_company:sum"],
                auto_unfold=True,
                unfold_read_specification=specification,
            )
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(sum(len(group["__records"]) for group in result["groups"]), 30)
        self.assertEqual(counts[1], counts[2])
        self.assertLess(counts[2], 60)
