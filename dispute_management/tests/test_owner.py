from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestOwner(DisputeCommon):
    """Who gets a case when people are away, have left, or may not work on it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.third = cls._create_user("dispute_third", "group_dispute_user")
        people = cls.clerk | cls.colleague | cls.third
        cls.people = people.sorted(lambda user: (user.name, user.login))
        cls.claims = (
            cls.env["dispute.team"]
            .sudo()
            .create(
                {
                    "name": "Claims",
                    "company_id": cls.company.id,
                    "user_id": cls.leader.id,
                    "member_ids": [Command.set(people.ids)],
                    "assignment_method": "round_robin",
                }
            )
        )

    def _file(self, count=1, **values):
        """Cases of the team that no clerk logs, made in one go."""
        values = {"team_id": self.claims.id, "source": "portal", "reason_id": self.reason.id, **values}
        invoices = [self._create_invoice_of(10) for _case in range(count)]
        vals_list = [
            {**values, "line_ids": [Command.create({"move_id": move.id, "amount": 10})]} for move in invoices
        ]
        return self.env["dispute.case"].with_user(self.clerk).create(vals_list)

    def _send_on_leave(self, user):
        resource = (
            self.env["resource.resource"]
            .sudo()
            .create({"name": user.name, "user_id": user.id, "company_id": self.company.id})
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

    def _create_rule(self, **values):
        values = {"name": "Rule", "team_id": self.claims.id, "company_id": self.company.id, **values}
        return self.env["dispute.routing.rule"].with_user(self.administrator).create(values)

    def _owners(self, cases):
        return [case.user_id for case in cases]

    # Who is passed over

    def test_turn_passes_over_who_is_away(self):
        first, second, third = self.people
        self.assertEqual(self._owners(self._file(2)), [first, second])
        self._send_on_leave(second)
        self.assertEqual(self._owners(self._file(3)), [third, first, third])

    def test_without_the_right_nobody_gets_cases(self):
        for method in ("round_robin", "least_loaded"):
            with self.subTest(method):
                self.claims.assignment_method = method
                self.claims.member_ids |= self.outsider | self.viewer
                self.assertEqual(set(self._owners(self._file(6))), set(self.people))

    def test_elsewhere_nobody_gets_cases(self):
        company = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        self.third.sudo().write({"company_id": company.id, "company_ids": [Command.set(company.ids)]})
        self.assertEqual(set(self._owners(self._file(4))), {self.clerk, self.colleague})

    def test_leader_on_leave(self):
        self.claims.assignment_method = "manual"
        case = self._file()
        self.assertEqual((case.user_id, case.assignment_note), (self.leader, "leads Claims"))
        self._send_on_leave(self.leader)
        case = self._file()
        self.assertEqual(case.user_id, self.people[0])
        self.assertEqual(case.assignment_note, f"stands in for {self.leader.name} in Claims")

    def test_everybody_is_away(self):
        for user in self.people | self.leader:
            self._send_on_leave(user)
        self.assertEqual(self._file().user_id, self.leader)

    def test_least_loaded_counts_what_is_given_in_the_same_go(self):
        self.claims.assignment_method = "least_loaded"
        self._create_rule(name="Parts", reason_ids=self.env.ref("dispute_management.dispute_reason_qua").ids)
        owners = self._owners(self._file(2) | self._file(1, priority="2"))
        self.assertEqual(len(set(owners)), 3)
        reasons = (self.reason, self.env.ref("dispute_management.dispute_reason_qua"))
        invoices = [self._create_invoice_of(10) for _case in range(2)]
        cases = (
            self.env["dispute.case"]
            .with_user(self.clerk)
            .create(
                [
                    {
                        "team_id": self.claims.id,
                        "reason_id": reason.id,
                        "source": "portal",
                        "line_ids": [Command.create({"move_id": move.id, "amount": 10})],
                    }
                    for reason, move in zip(reasons, invoices, strict=True)
                ]
            )
        )
        self.assertEqual(len(cases.user_id), 2)

    # Rules

    def test_rule_for_somebody_who_is_not_there(self):
        self._create_rule(name="Mine", user_id=self.third.id)
        case = self._file(team_id=False)
        self.assertEqual((case.user_id, case.assignment_note), (self.third, "Rule Mine"))
        self._send_on_leave(self.third)
        case = self._file(team_id=False)
        self.assertEqual((case.team_id, case.user_id), (self.claims, self.people[0]))
        note = f"Rule Mine ({self.third.name} is not there): in turn in Claims"
        self.assertEqual(case.assignment_note, note)
        self.third.sudo().active = False
        self.assertNotEqual(self._file(team_id=False).user_id, self.third)

    def test_rule_for_somebody_without_the_right(self):
        self._create_rule(user_id=self.outsider.id)
        self.assertIn(self._file(team_id=False).user_id, self.people)

    def test_rule_of_another_team_than_the_one_named(self):
        self._create_rule(team_id=self.team.id, user_id=self.third.id)
        case = self._file()
        self.assertEqual(case.team_id, self.claims)
        self.assertNotIn("Rule", case.assignment_note)

    def test_rule_counts_in_company_currency(self):
        currency = self.setup_other_currency("EUR", rates=[("2016-01-01", 4.0)])
        self._create_rule(amount_min=25)
        for amount, team in ((120, self.claims), (80, self.team)):
            with self.subTest(amount):
                invoice = self._create_invoice_of(amount, currency_id=currency.id)
                case = self._create_case({invoice: amount}, source="portal")
                self.assertEqual(case.team_id, team)

    # Who logs it

    def test_a_method_gives_out_what_clerks_log_too(self):
        cases = self._file(3, source="internal")
        self.assertEqual(set(self._owners(cases)), set(self.people))

    def test_a_rule_for_a_team_of_others(self):
        self.claims.write({"assignment_method": "manual", "member_ids": [Command.set(self.third.ids)]})
        self._create_rule(name="Key accounts")
        case = self._file(team_id=False, source="internal")
        self.assertFalse(case.has_access("write"), "It is for others to work on.")
        with self.assertRaises(AccessError):
            case.line_ids = [Command.create({"move_id": self._create_invoice_of(5).id, "amount": 5})]
        self.assertTrue(case.line_ids.move_id.dispute_hold)
        self.assertEqual(case.user_id, self.leader)
        self.assertEqual(case.assignment_note, "Rule Key accounts: leads Claims")
        self.claims.member_ids |= self.clerk
        self.assertEqual(self._file(team_id=False, source="internal").user_id, self.clerk)

    def test_the_button_on_the_invoice_follows_the_rules(self):
        self.claims.write({"member_ids": [Command.set(self.third.ids)]})
        self._create_rule(user_id=self.third.id)
        invoice = self._create_invoice_of(10)
        file = self.env["ir.attachment"].with_user(self.clerk).create({"name": "claim.txt", "raw": b"x"})
        wizard = (
            self.env["dispute.open"]
            .with_user(self.clerk)
            .create(
                {
                    "move_ids": [Command.set(invoice.ids)],
                    "reason_id": self.reason.id,
                    "attachment_ids": [Command.set(file.ids)],
                }
            )
        )
        case = self.env["dispute.case"].with_user(self.clerk).browse(wizard.action_open()["res_id"])
        self.assertEqual((case.user_id, case.create_uid), (self.third, self.clerk))
        self.assertEqual(case.message_ids.attachment_ids.ids, file.ids)

    def test_no_machine_owns_a_case(self):
        invoice = self._create_invoice_of(10)
        case = (
            self.env["dispute.case"]
            .sudo()
            .create({"line_ids": [Command.create({"move_id": invoice.id, "amount": 10})]})
        )
        self.assertEqual(case.user_id, self.leader)

    # Who leaves

    def test_who_is_archived_leaves_nothing_behind(self):
        own = self._file(user_id=self.colleague.id)
        theirs = self._file(user_id=self.clerk.id)
        theirs.coordinator_id = self.colleague
        for case, summary in ((own, "Call the depot"), (theirs, "Look up the delivery")):
            case.with_user(self.leader).activity_schedule(
                "mail.mail_activity_data_todo", summary=summary, user_id=self.colleague.id
            )
        self.colleague.sudo().action_archive()
        self.assertFalse(self.colleague.active)
        self.assertNotEqual(own.user_id, self.colleague)
        self.assertIn(own.user_id, self.people)
        self.assertFalse(theirs.coordinator_id)
        for case, summary in ((own, "Call the depot"), (theirs, "Look up the delivery")):
            todo = case.sudo().activity_ids.filtered(lambda todo, summary=summary: todo.summary == summary)
            self.assertEqual(todo.user_id, case.user_id)
