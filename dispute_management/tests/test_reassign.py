from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCase

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestReassign(DisputeCommon, MailCase):
    """Many cases change hands at once, with the reason on each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        invoices = [cls._create_invoice_of(10) for _index in range(4)]
        cases = [cls._create_case({move: 10}) for move in invoices]
        cls.cases = cls.env["dispute.case"].sudo().union(*cases)
        cls.closed = cls._create_case({cls._create_invoice_of(10): 10})
        cls.closed.with_user(cls.clerk)._close(cls._resolution("WDN"), cls.cause)

    def _reassign(self, user, cases=None, **values):
        wizard = (
            self.env["dispute.reassign"]
            .with_user(user)
            .with_context(active_ids=(cases or self.cases | self.closed.sudo()).ids)
            .create(values)
        )
        self.assertEqual(wizard.open_count, len((cases or self.cases).filtered(lambda it: not it.is_closed)))
        return wizard.action_reassign()

    def test_to_a_person(self):
        with self.mock_mail_gateway():
            result = self._reassign(
                self.leader, method="person", user_id=self.colleague.id, reason="Holiday of Ann"
            )
        self.assertEqual(self.cases.user_id, self.colleague)
        self.assertEqual(self.closed.user_id, self.clerk)
        self.assertEqual(
            set(self.cases.mapped("assignment_note")),
            {f"Reassigned by {self.leader.name}: Holiday of Ann"},
        )
        self.assertEqual(self.cases.activity_ids.user_id, self.colleague)
        self.assertIn(f"{self.colleague.name}: 4", result["params"]["message"])
        self.assertEqual(len(self._new_mails), 1, "One message, not one a case.")

    def test_to_a_team(self):
        team = self.team.copy(
            {
                "name": "Key accounts",
                "assignment_method": "round_robin",
                "member_ids": [Command.set((self.clerk | self.colleague).ids)],
            }
        )
        self._reassign(self.leader, method="team", team_id=team.id)
        self.assertEqual(self.cases.team_id, team)
        owners = self.cases.mapped(lambda case: case.user_id.id)
        self.assertEqual((owners.count(self.clerk.id), owners.count(self.colleague.id)), (2, 2))
        self.assertIn("in turn in Key accounts", self.cases[0].assignment_note)

    def test_by_the_method_of_their_team(self):
        self._reassign(self.leader, method="own_team")
        self.assertEqual(self.cases.user_id, self.leader)
        self.assertIn("leads", self.cases[0].assignment_note)

    def test_by_the_routing_rules(self):
        team = self.team.copy(
            {"name": "Large claims", "sequence": 50, "member_ids": [Command.set(self.colleague.ids)]}
        )
        self.env["dispute.routing.rule"].sudo().create(
            {
                "name": "Large",
                "company_id": self.company.id,
                "team_id": team.id,
                "user_id": self.colleague.id,
                "amount_min": 15,
            }
        )
        large = self.cases[0]
        invoice = self._create_invoice_of(10)
        large.line_ids = [Command.create({"move_id": invoice.id, "amount": 10})]
        self._reassign(self.leader, method="rules")
        self.assertEqual((large.team_id, large.user_id), (team, self.colleague))
        self.assertEqual(large.assignment_note, "Rule Large")
        self.assertEqual((self.cases - large).user_id, self.leader)
        self.assertEqual((self.cases - large).team_id, self.team)

    def test_a_clerk_gives_away_own_cases(self):
        self._reassign(self.clerk, method="person", user_id=self.colleague.id)
        self.assertEqual(self.cases.user_id, self.colleague)

    def test_not_those_of_others(self):
        self.team.member_ids = False
        self.cases.with_user(self.leader).user_id = self.leader
        with self.assertRaises(AccessError):
            self._reassign(self.colleague, method="person", user_id=self.colleague.id)
        with self.assertRaises(AccessError):
            self._reassign(self.viewer, method="own_team")
        self.assertEqual(self.cases.user_id, self.leader)

    def test_only_to_somebody_who_can(self):
        for values, message in (
            ({"method": "person"}, "Choose who"),
            ({"method": "team"}, "Choose the team"),
            ({"method": "person", "user_id": self.outsider.id}, "can't work on disputes"),
        ):
            with self.subTest(message), self.assertRaisesRegex(UserError, message):
                self._reassign(self.leader, **values)
        elsewhere = self._create_user("dispute_elsewhere", "group_dispute_user")
        company = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        elsewhere.write({"company_id": company.id, "company_ids": [Command.set(company.ids)]})
        with self.assertRaisesRegex(UserError, "does not work for"):
            self._reassign(self.leader, method="person", user_id=elsewhere.id)
        self.assertEqual(self.cases.user_id, self.clerk)

    def test_closed_ones_only(self):
        with self.assertRaisesRegex(UserError, "closed"):
            self._reassign(self.leader, cases=self.closed, method="own_team")
