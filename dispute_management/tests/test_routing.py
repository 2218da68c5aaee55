from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestRouting(DisputeCommon):
    """Which team and owner a case gets, and why."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_team = (
            cls.env["dispute.team"]
            .sudo()
            .create(
                {
                    "name": "Key accounts",
                    "company_id": cls.company.id,
                    "user_id": cls.leader.id,
                    "member_ids": [Command.set((cls.clerk | cls.colleague).ids)],
                }
            )
        )

    def _create_rule(self, **values):
        return (
            self.env["dispute.routing.rule"]
            .with_user(self.administrator)
            .create({"name": "Rule", "team_id": self.other_team.id, "company_id": self.company.id, **values})
        )

    def _file(self, amount=100, partner=None, **values):
        """A case that no clerk logs, so that routing decides."""
        invoice = self._create_invoice_of(amount, partner=partner)
        return self._create_case({invoice: amount}, source="portal", **values)

    def test_rules_by_fact(self):
        tag = self.env["res.partner.category"].create({"name": "VIP"})
        belgium = self.env.ref("base.be")
        self.partner_b.write({"category_id": [Command.link(tag.id)], "country_id": belgium.id})
        reason = self.env.ref("dispute_management.dispute_reason_qua")
        for values, fitting, failing in (
            ({"reason_ids": reason.ids}, {"reason_id": reason.id}, {}),
            ({"country_ids": belgium.ids}, {"partner": self.partner_b}, {}),
            ({"partner_tag_ids": tag.ids}, {"partner": self.partner_b}, {}),
            ({"amount_min": 500}, {"amount": 500}, {"amount": 499}),
            ({"amount_max": 50}, {"amount": 49}, {"amount": 50}),
        ):
            with self.subTest(values):
                rule = self._create_rule(**values)
                self.assertEqual(self._file(**fitting).team_id, self.other_team)
                self.assertEqual(self._file(**failing).team_id, self.team)
                rule.active = False

    def test_first_rule_wins_and_says_so(self):
        self._create_rule(name="Second", sequence=2)
        self._create_rule(name="First", sequence=1, team_id=self.team.id, user_id=self.colleague.id)
        case = self._file()
        self.assertEqual(case.user_id, self.colleague)
        self.assertIn("First", case.assignment_note)

    def test_who_logs_a_case_owns_it_unless_a_rule_says_otherwise(self):
        self.assertEqual(self._create_case({self._create_invoice_of(9): 9}).user_id, self.clerk)
        self._create_rule(user_id=self.colleague.id)
        self.assertEqual(self._create_case({self._create_invoice_of(9): 9}).user_id, self.colleague)

    def test_in_turn(self):
        self._create_rule()
        self.other_team.assignment_method = "round_robin"
        owners = [self._file().user_id for _turn in range(3)]
        self.assertEqual(owners[0], owners[2])
        self.assertEqual(set(owners), {self.clerk, self.colleague})

    def test_least_loaded_counts_priority(self):
        self._create_rule()
        self.other_team.assignment_method = "least_loaded"
        self._create_case({self._create_invoice_of(9): 9}, user_id=self.clerk.id, priority="2")
        self.assertEqual(self._file().user_id, self.colleague)
        self.assertEqual(self._file().user_id, self.colleague)

    def test_people_on_leave_or_archived_are_skipped(self):
        self._create_rule()
        self.other_team.assignment_method = "round_robin"
        resource = (
            self.env["resource.resource"]
            .sudo()
            .create({"name": "Clerk", "user_id": self.clerk.id, "company_id": self.company.id})
        )
        now = fields.Datetime.now()
        self.env["resource.calendar.leaves"].sudo().create(
            {
                "name": "Holiday",
                "resource_id": resource.id,
                "calendar_id": resource.calendar_id.id,
                "date_from": now - timedelta(days=1),
                "date_to": now + timedelta(days=1),
            }
        )
        self.assertEqual({self._file().user_id for _turn in range(2)}, {self.colleague})
        self.colleague.sudo().active = False
        self.assertEqual(self._file().user_id, self.leader)

    def test_cases_of_people_who_leave_the_team(self):
        case = self._create_case(
            {self._create_invoice_of(9): 9}, team_id=self.other_team.id, user_id=self.colleague.id
        )
        self.other_team.with_user(self.administrator).member_ids = self.clerk
        self.assertEqual(case.user_id, self.leader)

    def test_only_administrators_route(self):
        with self.assertRaises(AccessError):
            self.env["dispute.routing.rule"].with_user(self.leader).create(
                {"name": "Mine", "team_id": self.team.id}
            )
