from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tests import Form, freeze_time, tagged

from .access_common import AccessCommon


@tagged("post_install", "-at_install")
class TestMergeSplit(AccessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second_invoice = cls._create_invoice_of(50)
        cls.second = cls._create_case({cls.second_invoice: 50}, customer_reference="DN1", priority="1")

    def _merge(self, cases, target=None, user=None):
        wizard = Form(
            self.env["dispute.merge"].with_user(user or self.clerk).with_context(active_ids=cases.ids)
        )
        if target:
            wizard.target_id = target
        return wizard.save().action_merge()

    def _split(self, case, lines, user=None, **values):
        wizard = (
            self.env["dispute.split"]
            .with_user(user or self.clerk)
            .create({"case_id": case.id, "line_ids": [Command.set(lines.ids)], **values})
        )
        # Looked at with all rights, as the other cases of these tests are.
        return self.env["dispute.case"].sudo().browse(wizard.action_split()["res_id"])

    def _two_lines(self):
        return self._create_case({self._create_invoice_of(30): 30, self._create_invoice_of(40): 40})

    def assertHistory(self, case):
        """What was claimed in a case, change by change, is what it claims."""
        changes = case.sudo().claim_change_ids
        self.assertAlmostEqual(sum(changes.mapped("amount_change")), case.amount_disputed, 6)
        for line in case.sudo().line_ids:
            self.assertAlmostEqual(sum(line.claim_change_ids.mapped("amount_change")), line.amount, 6)

    # Merge

    def test_merge(self):
        action = self._merge(self.case | self.second)
        self.assertEqual(action["res_id"], self.case.id)
        self.assertEqual(self.case.line_ids.move_id, self.invoice | self.second_invoice)
        self.assertAmounts(self.case, open=110)
        self.assertAmounts(self.second)
        self.assertFalse(self.second.line_ids)
        self.assertTrue(self.second.is_closed)
        self.assertEqual(self.second.resolution_id, self._resolution("MRG"))
        self.assertEqual(self.second.merged_into_id, self.case)
        self.assertEqual(self.second.stage_kind, "withdrawn")
        self.assertFalse(self.second.is_valid)
        # What the other had is not lost.
        self.assertEqual(self.case.customer_reference, "DN1")
        self.assertEqual(self.case.priority, "1")
        self.assertEqual(self.case.description, "Broken")
        for case in self.case | self.second:
            self.assertHistory(case)
        self.assertEqual(
            self.second.claim_change_ids.mapped("amount_after"), [50, 0], "The past stays where it was."
        )
        self.assertIn(self.second.name, self.case.message_ids[0].body)
        self.assertIn(self.case.name, " ".join(self.second.message_ids.mapped("body")))
        self.assertEqual(self.invoice.dispute_amount, 60)
        self.assertEqual(self.second_invoice.dispute_amount, 50)
        self.assertEqual(self.second_invoice.dispute_case_count, 1)

    def test_merge_keeps_holds(self):
        # A flag that was there before, and one changed by hand, both as they were.
        third = self._create_invoice_of(20)
        third.line_ids.filtered("date_maturity").no_followup = True
        other = self._create_case({third: 20})
        lines = self.second_invoice.line_ids.filtered("date_maturity")
        lines.no_followup = False
        self._merge(self.case | self.second | other)
        self.assertTrue(self.invoice.dispute_hold)
        self.assertTrue(third.dispute_hold)
        self.assertFalse(lines.no_followup)
        self.case.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)
        self.assertFalse(self.invoice.no_followup)
        self.assertTrue(third.no_followup)
        self.assertAmounts(self.case, rejected=130)

    def test_merge_on_the_same_invoice(self):
        again = self._create_case({self.invoice: 40})
        self._merge(self.case | again)
        self.assertAmounts(self.case, open=100)
        self.assertEqual(self.invoice.dispute_amount, 100)
        self.assertEqual(self.invoice.dispute_case_count, 1)
        self._settle(self.case, "credit_note", 20)
        self.assertAmounts(self.case, open=40, credited=60)
        self.assertHistory(self.case)

    def test_merge_moves_the_thread(self):
        clerk = self.second.with_user(self.clerk)
        message = clerk.message_post(body="Hear me", message_type="comment", subtype_xmlid="mail.mt_comment")
        note = clerk.message_post(body="Between us", message_type="comment", subtype_xmlid="mail.mt_note")
        file = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": "proof.pdf",
                    "raw": b"%PDF-1.4",
                    "res_model": "dispute.case",
                    "res_id": self.second.id,
                }
            )
        )
        activity = clerk.activity_schedule("mail.mail_activity_data_todo", user_id=self.outsider.id)
        # What a new record is given is not tracked until the transaction ends.
        self.env.cr.flush()
        self._call(self.clerk, self.second, "write", {"priority": "2"})
        self.env.cr.flush()
        self.env.invalidate_all()
        tracked = self.second.sudo().message_ids.filtered("tracking_value_ids")
        self.assertTrue(tracked)
        stranger = self.stranger.partner_id
        self.second.sudo().message_subscribe(
            (self.customer.partner_id | self.viewer.partner_id | stranger).ids
        )
        self._merge(self.case | self.second)
        for record in (message, note, file, activity):
            self.assertEqual(record.res_id, self.case.id)
        self.assertEqual(tracked.mapped("res_id"), self.second.ids * len(tracked))
        followers = self.case.message_partner_ids
        self.assertIn(self.viewer.partner_id, followers)
        self.assertIn(self.customer.partner_id, followers)
        self.assertNotIn(stranger, followers)
        # The activity still lets its holder in, now to the case that goes on.
        rows = self._call(self.outsider, self.case, "read", ["name"])
        self.assertEqual(rows[0]["name"], self.case.name)
        with self._refused(AccessError):
            self._call(self.outsider, self.second, "read", ["name"])

    def test_merge_collects_evidence(self):
        evidence_type = self.env["dispute.evidence.type"].sudo().search([], limit=1)
        files = self.env["ir.attachment"].create([{"name": f"{n}.txt", "raw": b"x"} for n in "ab"])
        Evidence = self.env["dispute.evidence"].sudo()
        for case, file in zip(self.case | self.second, files, strict=True):
            Evidence.search([("case_id", "=", case.id)]).unlink()
            Evidence.create(
                {
                    "case_id": case.id,
                    "type_id": evidence_type.id,
                    "attachment_ids": [Command.set(file.ids)],
                }
            )
        self._merge(self.case | self.second)
        self.assertEqual(self.case.evidence_ids.attachment_ids, files)
        self.assertEqual(self.second.evidence_ids.attachment_ids, files[1])

    def test_merged_promises_were_not_kept(self):
        self._merge(self.case | self.second)
        self.assertEqual(set(self.second.sla_status_ids.mapped("state")), {"cancelled"})
        self.assertIn("running", self.case.sla_status_ids.mapped("state"))

    def test_merge_needs_no_cause_and_asks_no_stage(self):
        self.second.stage_id.sudo().next_stage_ids = self._stage("checking")
        self._merge(self.case | self.second)
        self.assertTrue(self.second.is_closed)

    def test_merged_is_merged(self):
        self._merge(self.case | self.second)
        with self._refused(UserError):
            self._call(self.clerk, self.second, "action_reopen")
        with self._refused(UserError):
            self._merge(self.case | self.second)
        with self._refused(UserError):
            self._call(self.leader, self.second, "write", {"merged_into_id": False})
        with self._refused(UserError):
            self._call(self.leader, self.case, "write", {"merged_into_id": self.second.id})

    def test_merge_triage_from_unknown_sender(self):
        triage = self.env["dispute.case"].sudo().create({"source": "mail", "company_id": self.company.id})
        message = triage.message_post(
            body="It's me", message_type="email", email_from="me@x.example", author_id=False
        )
        # A case that lacks the customer can't go on.
        with self._refused(UserError):
            self._merge(self.case | triage, target=triage)
        self._merge(self.case | triage)
        self.assertEqual(triage.merged_into_id, self.case)
        self.assertEqual(message.res_id, self.case.id)

    def test_what_can_not_be_merged(self):
        theirs = self._create_case({self._create_invoice_of(10, partner=self.partner_b): 10})
        currency = self.setup_other_currency("EUR")
        foreign = self._create_case({self._create_invoice_of(10, currency_id=currency.id): 10})
        closed = self._create_case({self._create_invoice_of(10): 10})
        closed.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)
        for other, why in (
            (theirs, "is of partner_b"),
            (foreign, "is in EUR"),
            (closed, "is closed"),
            (self.case, "at least two"),
        ):
            with self.subTest(why), self._refused(UserError):
                wizard = self.env["dispute.merge"].with_user(self.clerk)
                wizard = wizard.create(
                    {"case_ids": [Command.set((self.case | other).ids)], "target_id": self.case.id}
                )
                self.assertIn(why, wizard.reason)
                wizard.action_merge()

    def test_merge_only_with_write_access_on_all(self):
        self.second.sudo().write({"team_id": False, "user_id": self.colleague.id})
        self.case.user_id = self.clerk
        for user in (self.clerk, self.teammate, self.colleague, self.viewer):
            for target in self.case | self.second:
                with self.subTest(user=user.login), self._refused(AccessError):
                    self._merge(self.case | self.second, target=target, user=user)
        self._merge(self.case | self.second, user=self.leader)
        self.assertEqual(self.second.merged_into_id, self.case)

    def test_settled_cases_go_on(self):
        self._settle(self.second, "credit_note", 20)
        with self._refused(UserError):
            self._merge(self.case | self.second, target=self.case)
        self._merge(self.case | self.second)
        self.assertEqual(self.case.merged_into_id, self.second)
        self.assertAmounts(self.second, open=90, credited=20)
        for case in self.case | self.second:
            self.assertHistory(case)

    def test_draft_settlements_move(self):
        draft = self._draft(self.second)
        self._merge(self.case | self.second)
        self.assertEqual(draft.case_id, self.case)
        self.assertEqual(draft.line_ids.case_id, self.case)
        running = self._draft(self.case)
        running.sudo().state = "to_approve"
        third = self._create_case({self._create_invoice_of(10): 10})
        with self._refused(UserError):
            self._merge(self.case | third, target=third)

    def _draft(self, case):
        line = {"dispute_line_id": case.line_ids[0].id, "kind": "credit_note", "amount": 10}
        settlement = self.env["dispute.settlement"].with_user(self.clerk)
        return settlement.create({"case_id": case.id, "line_ids": [Command.create(line)]})

    def test_merge_is_flat(self):
        def merge(count):
            cases = self.env["dispute.case"]
            for _index in range(count):
                cases |= self._create_case({self._create_invoice_of(10): 10})
            target = self._create_case({self._create_invoice_of(10): 10})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            cases.with_user(self.clerk)._merge_into(target.with_user(self.clerk))
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        merge(2)
        few, many = merge(2), merge(6)
        self.assertLessEqual(many - few, 10, f"{few} queries for 2, {many} for 6")

    # Split

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
