from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tests import Form, freeze_time, tagged

from .merge_common import MergeCommon


@tagged("post_install", "-at_install")
class TestSplit(MergeCommon):
    """Some lines get a case of their own, with the same past; cases know of each other."""

    def test_split(self):
        case = self._two_lines()
        stays, goes = case.line_ids
        new = self._split(case, goes, description="Only this", user_id=self.teammate.id)
        self.assertEqual(new.line_ids, goes)
        self.assertEqual(case.line_ids, stays)
        self.assertAmounts(case, open=30)
        self.assertAmounts(new, open=40)
        self.assertEqual(new.description, "Only this")
        self.assertEqual(new.user_id, self.teammate)
        for name in (
            "partner_id",
            "contact_id",
            "company_id",
            "currency_id",
            "team_id",
            "stage_id",
            "source",
        ):
            self.assertEqual(new[name], case[name], name)
        self.assertNotEqual(new.name, case.name)
        self.assertEqual(new.related_case_ids, case)
        self.assertEqual(case.related_case_ids, new)
        for each, other in ((case, new), (new, case)):
            self.assertHistory(each)
            self.assertIn(other.name, " ".join(each.sudo().message_ids.mapped("body")))
        self.assertTrue(goes.move_id.dispute_hold)
        new.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)
        self.assertFalse(goes.move_id.dispute_hold)
        self.assertTrue(stays.move_id.dispute_hold)

    def test_split_from_the_form(self):
        case = self._two_lines()
        wizard = Form(self.env["dispute.split"].with_user(self.clerk).with_context(active_id=case.id))
        self.assertEqual(wizard.reason_id, case.reason_id)
        self.assertEqual(wizard.user_id, case.user_id)
        wizard.line_ids.add(case.line_ids[1])
        wizard.reason_id = self.env.ref("dispute_management.dispute_reason_pri")
        new = self.env["dispute.case"].sudo().browse(wizard.save().action_split()["res_id"])
        self.assertEqual(new.reason_id.code, "PRI")
        self.assertEqual(new.evidence_ids.type_id, new.reason_id.evidence_type_ids)

    def test_split_keeps_the_past(self):
        start = fields.Datetime.now() - timedelta(days=20)
        with freeze_time(start):
            case = self._two_lines()
        with freeze_time(start + timedelta(days=3)):
            case.with_user(self.clerk).stage_id = self._stage("waiting_customer")
        with freeze_time(start + timedelta(days=9)):
            case.with_user(self.clerk).stage_id = self._stage("checking")
        new = self._split(case, case.line_ids[1])
        self.assertEqual(new.date_opened, case.date_opened)
        self.assertEqual(new.stage_id, self._stage("checking"))
        self.assertEqual(new.waiting_since, case.waiting_since)
        for name in (
            "stage_id",
            "waiting_on",
            "date_entered",
            "date_left",
            "calendar_hours",
            "working_hours",
        ):
            self.assertEqual(new.stage_history_ids.mapped(name), case.stage_history_ids.mapped(name), name)
        self.assertEqual(new.date_deadline, case.date_deadline)
        new.with_user(self.clerk).stage_id = self._stage("waiting_customer")
        self.assertEqual(len(new.stage_history_ids), 4)
        self.assertEqual(len(case.stage_history_ids), 3)

    def test_split_writes_no_mail_to_the_customer(self):
        self.partner_a.email = "buyer@customer.example.com"
        case = self._two_lines()
        new = self._split(case, case.line_ids[1])
        sent = new.message_ids.filtered(lambda message: message.message_type == "auto_comment")
        self.assertFalse(sent)
        self.assertFalse(
            self.env["mail.mail"]
            .sudo()
            .search(Domain("res_id", "=", new.id) & Domain("model", "=", new._name))
        )

    def test_what_can_not_be_split(self):
        case = self._two_lines()
        lines = case.line_ids
        for chosen, why in (
            (lines, "at least one line"),
            (lines.browse(), "Choose"),
            (self.case.line_ids, "Choose"),
        ):
            with self.subTest(why), self._refused(UserError):
                self._split(case, chosen)
        self._draft(case)
        with self._refused(UserError):
            self._split(case, lines[0])
        new = self._split(case, lines[1])
        self.assertAmounts(new, open=40)
        new.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)
        with self._refused(UserError):
            self._split(new, new.line_ids)

    def test_split_only_with_write_access(self):
        case = self._two_lines()
        for user in (self.colleague, self.viewer, self.outsider):
            with self.subTest(user.login), self._refused(AccessError):
                case.with_user(user)._split(case.line_ids[1].with_user(user))
        self.assertTrue(self._split(case, case.line_ids[1], user=self.teammate))

    def test_clients_can_not_say_that_they_split(self):
        """The context of a client opens no case without documents."""
        for value in (self.case.id, [self.case.id], True, "dispute.case(1,)"):
            with self.subTest(value), self._refused(UserError):
                self._call(
                    self.clerk,
                    self.env["dispute.case"],
                    "create",
                    {"reason_id": self.reason.id},
                    context={"dispute_split_from": value},
                )

    # Related

    def test_related_cases_know_of_each_other(self):
        case, second = self.case.with_user(self.clerk), self.second
        case.related_case_ids = second
        self.assertEqual(second.related_case_ids, case)
        self.assertIn(case.name, second.message_ids[0].body)
        self.assertIn(second.name, case.message_ids[0].body)
        count = len(second.message_ids)
        case.related_case_ids = second
        self.assertEqual(len(second.message_ids), count, "Saying it again changes nothing.")
        second.with_user(self.clerk).related_case_ids = [Command.clear()]
        self.assertFalse(case.related_case_ids)
        new = self._create_case({self._create_invoice_of(5): 5}, related_case_ids=[Command.link(case.id)])
        self.assertEqual(case.related_case_ids, new)
        with self._refused(UserError):
            self._call(self.clerk, case, "write", {"related_case_ids": [Command.link(case.id)]})

    def test_related_to_what_one_may_read(self):
        # The other side may be someone else's case, but not one out of sight.
        self.second.sudo().write({"team_id": False, "user_id": self.colleague.id})
        self._call(self.clerk, self.case, "write", {"related_case_ids": [Command.link(self.second.id)]})
        self.assertEqual(self.second.related_case_ids, self.case)
        with self._refused(AccessError):
            self._call(self.viewer, self.case, "write", {"related_case_ids": [Command.clear()]})
        data = self.setup_other_company()
        self.env.user.company_ids |= data["company"]
        invoice = self._create_invoice_one_line(
            price_unit=50,
            partner_id=self.partner_a.id,
            journal_id=data["default_journal_sale"].id,
            company_id=data["company"].id,
            post=True,
        )
        hidden = self._create_case({invoice: 50}, user=self.env.ref("base.user_root"))
        with self._refused(AccessError):
            self._call(self.clerk, self.case, "write", {"related_case_ids": [Command.link(hidden.id)]})
