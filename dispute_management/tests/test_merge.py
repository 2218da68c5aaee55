from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .merge_common import MergeCommon


@tagged("post_install", "-at_install")
class TestMerge(MergeCommon):
    """Several cases about the same become one; the others close with a link to it."""

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
        self.assertEqual(self.case.sudo().evidence_ids.attachment_ids, files)
        self.assertEqual(self.second.sudo().evidence_ids.attachment_ids, files[1])

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
