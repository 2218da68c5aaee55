from datetime import datetime, timedelta
from html import unescape

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .request_common import CARRIER, RequestCommon


@tagged("post_install", "-at_install")
class TestInformationRequest(RequestCommon):
    def test_asking_mails_a_link_and_an_invitation_and_changes_the_turn(self):
        with self.mock_mail_gateway(mail_unlink_sent=False):
            request = self._ask(CARRIER)
        self.assertEqual(request.state, "open")
        self.assertEqual(request.whom, "third_party")
        self.assertEqual(self.case.waiting_on, "third_party")
        mail = self._new_mails.filtered(lambda mail: mail.email_to == CARRIER)
        self.assertEqual(len(mail), 1)
        self.assertIn("/dispute/answer/", mail.body_html)
        self.assertEqual(sorted(mail.attachment_ids.mapped("name")), ["invite.ics", "task.ics"])
        # The record in the chatter has no link: who reads it can't answer for the carrier.
        self.assertNotIn("/dispute/answer/", "".join(request.message_ids.mapped("body")))
        self.assertFalse(request.activity_ids)

    def test_a_colleague_gets_a_todo_and_no_second_mail(self):
        with self.mock_mail_gateway(mail_unlink_sent=False):
            request = self._ask(self.outsider)
        self.assertEqual(request.whom, "colleague")
        self.assertEqual(self.case.waiting_on, "colleague")
        self.assertEqual(request.activity_ids.user_id, self.outsider)
        self.assertEqual(len(self._new_mails), 1)
        # Holding the to-do, they read this case and no other.
        other = self._create_case({self._create_invoice_of(50): 50})
        self.assertEqual(self.case.with_user(self.outsider).name, self.case.name)
        with self.assertRaises(AccessError):
            other.with_user(self.outsider).read(["name"])

    def test_marking_the_todo_done_answers(self):
        question = self.env["dispute.question"].sudo().create({"name": "Why?", "body": "Why is it so?"})
        request = self._ask(self.outsider, question=question)
        activity = request.activity_ids.with_user(self.outsider)
        with self.assertRaisesRegex(UserError, "answer in words"):
            activity.action_feedback()
        with self.assertRaisesRegex(UserError, "only who was asked"):
            request.activity_ids.with_user(self.clerk).action_feedback(feedback="I think so")
        activity.action_feedback(feedback="The truck was late")
        self.assertEqual((request.state, request.answer), ("answered", "The truck was late"))
        self.assertEqual((self.case.waiting_on, self.case.answered_by), ("us", "colleague"))
        self.assertFalse(request.activity_ids.filtered("active"))

    def test_the_todo_of_a_question_with_a_form_sends_to_the_form(self):
        request = self._ask(self.outsider)
        with self.assertRaisesRegex(UserError, "What was delivered"):
            request.activity_ids.with_user(self.outsider).action_feedback(feedback="All of it")
        self.assertEqual(request.state, "open")

    def test_the_answer_is_kept_as_values_and_its_rule_follows(self):
        checking = self._stage("checking")
        self.question.sudo().rule_ids.stage_id = checking
        request = self._ask(CARRIER)
        values = {
            self._get_item(request, "What was delivered?"): "I can't tell",
            self._get_item(request, "Day of delivery"): fields.Date.to_date("2026-03-02"),
        }
        request._answer("Carrier", "See above", values)
        answers = {item.name: item.display_value for item in self.case.answer_ids}
        self.assertEqual(answers, {"What was delivered?": "I can't tell", "Day of delivery": "03/02/2026"})
        self.assertEqual(self.case.cause_id, self.env.ref("dispute_management.dispute_cause_pod"))
        self.assertEqual(self.case.stage_id, checking)
        with self.assertRaisesRegex(UserError, "answered or withdrawn already"):
            request._answer("Carrier", "Again")

    def test_a_file_goes_to_the_evidence_list(self):
        request = self._ask(CARRIER)
        note = self.env["ir.attachment"].create({"name": "pod.pdf", "raw": b"%PDF-1.4 signed"})
        request._answer("Carrier", "", {self._get_item(request, "Signed delivery note"): note})
        evidence_type = self.env.ref("dispute_management.dispute_evidence_type_qty_delivery_note")
        evidence = self.case.evidence_ids.filtered(lambda item: item.type_id == evidence_type)
        self.assertEqual(evidence.attachment_ids, note)
        self.assertTrue(evidence.is_there)

    def test_several_at_once_and_one_after_another(self):
        first, second = self._ask(CARRIER, "second@example.com")
        self.assertEqual({first.state, second.state}, {"open"})
        first._answer("Carrier", "Yes")
        self.assertEqual(self.case.waiting_on, "third_party")
        second._answer("Second", "No")
        self.assertEqual(self.case.waiting_on, "us")
        third, fourth = self._ask("third@example.com", self.outsider, order="sequence")
        self.assertEqual((third.state, fourth.state), ("open", "waiting"))
        self.assertFalse(fourth.date_sent)
        third._answer("Third", "Yes")
        self.assertEqual(fourth.state, "open")
        self.assertEqual(self.case.waiting_on, "colleague")

    def test_the_turn_of_the_customer_stays_theirs(self):
        self.case.with_user(self.clerk).stage_id = self._stage("waiting_customer")
        request = self._ask(CARRIER)
        self.assertEqual(self.case.waiting_on, "customer")
        request._answer("Carrier", "Yes")
        self.assertEqual(self.case.waiting_on, "customer")

    def test_a_question_to_the_customer_makes_it_their_turn(self):
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "email": "buyer@customer.example.com", "parent_id": self.partner_a.id}
        )
        self.case.partner_id.sudo().email = "office@customer.example.com"
        for whom in (contact.email, "office@customer.example.com"):
            with self.subTest(whom):
                self.case.sudo()._take_up_answer()
                wizard = {"partner_id": contact.id} if whom == contact.email else {"email": whom}
                request = self._ask(recipient_ids=[Command.create(wizard)])
                self.assertEqual(request.whom, "customer")
                self.assertEqual(self.case.waiting_on, "customer")
                self.assertTrue(self.case.date_first_response, "A person wrote to them.")
                self.assertTrue(self.case.sla_status_ids.filtered("date_paused"))
                request._answer("Buyer", "Here it is")
                self.assertEqual((self.case.waiting_on, self.case.answered_by), ("us", "customer"))
                self.assertFalse(self.case.sla_status_ids.filtered("date_paused"))
        self.assertEqual(self._ask("buyer@elsewhere.example.com").whom, "third_party")

    def test_the_clock_stops_for_nobody_but_the_customer(self):
        self.partner_a.email = "office@customer.example.com"
        for first, second in (
            ("office@customer.example.com", CARRIER),
            (CARRIER, "office@customer.example.com"),
        ):
            with self.subTest(first):
                asked = self._ask(first) | self._ask(second)
                theirs = asked.filtered(lambda request: request.whom == "customer")
                self.assertEqual(self.case.waiting_on, "third_party")
                (asked - theirs)._answer("Carrier", "Yes")
                self.assertEqual(self.case.waiting_on, "customer")
                theirs.with_user(self.clerk).action_cancel()
                self.assertEqual(self.case.waiting_on, "us")

    def test_the_customers_answer_ends_their_turn_in_a_stage_of_theirs(self):
        self.partner_a.email = "office@customer.example.com"
        self.case.with_user(self.clerk).stage_id = self._stage("waiting_customer")
        self._ask("office@customer.example.com")._answer("Buyer", "Here it is")
        self.assertEqual((self.case.waiting_on, self.case.answered_by), ("us", "customer"))

    def test_due_in_working_days_and_reminders_in_one_mail(self):
        # A Friday: three working days later is Wednesday.
        with freeze_time("2026-06-05 09:00:00"):
            self.case.company_id.sudo().resource_calendar_id.tz = "UTC"
            requests = self._ask(CARRIER)
            requests |= self._ask(
                CARRIER, question=self.env.ref("dispute_management.dispute_question_carrier")
            )
        self.assertEqual(requests[0].date_due.date(), fields.Date.to_date("2026-06-10"))
        with (
            freeze_time(requests[0].date_due + timedelta(days=5)),
            self.mock_mail_gateway(mail_unlink_sent=False),
        ):
            self._run_cron()
            first = self._new_mails.filtered(lambda mail: mail.email_to == CARRIER)
            self.assertEqual(len(first), 1)
            for request in requests:
                self.assertIn(request.name, unescape(first.body_html))
            self._run_cron()
            self.assertEqual(len(self._new_mails.filtered(lambda mail: mail.email_to == CARRIER)), 1)

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("dispute_management.ir_cron_remind").sudo().method_direct_trigger()

    def test_more_time_has_a_limit(self):
        with freeze_time("2026-06-01 09:00:00"):
            request = self._ask(CARRIER)
            first = request.date_due
            with self.assertRaisesRegex(UserError, "last day you can choose"):
                request._extend(fields.Date.to_date("2026-08-01"), "Carrier")
            with self.assertRaisesRegex(UserError, "later day"):
                request._extend(first.date(), "Carrier")
            request._extend((first + timedelta(days=4)).date(), "Carrier")
            self.assertEqual(request.ical_sequence, 1)
            # The limit counts from the first day, not from the last extension.
            with self.assertRaisesRegex(UserError, "last day you can choose"):
                request._extend((first + timedelta(days=12)).date(), "Carrier")

    def test_passing_on_leaves_a_trace_and_ends_the_old_link(self):
        request = self._ask(CARRIER)
        link = (
            self.env["dispute.link"].sudo().search([("res_id", "=", request.id), ("purpose", "=", "answer")])
        )
        for address, problem in (("nobody", "one person"), (CARRIER, "your own")):
            with self.assertRaisesRegex(UserError, problem):
                request._forward(address, "Carrier")
        request._forward(self.outsider.email, "Carrier")
        self.assertTrue(link.is_revoked)
        self.assertEqual(request.user_id, self.outsider)
        self.assertEqual(self.case.waiting_on, "colleague")
        self.assertIn("passed the question on", self.case.message_ids[0].body)
        for address in ("a@example.com", "b@example.com"):
            request._forward(address, "Somebody")
        with self.assertRaisesRegex(UserError, "too often"):
            request._forward("c@example.com", "Somebody")

    def test_whom_a_question_can_be_passed_on_to(self):
        request = self._ask(CARRIER)
        domain = self.env["mail.alias.domain"].sudo().search([], limit=1)
        own = f"{domain.catchall_alias}@{domain.name}"
        for address, problem in (
            (own, "our own"),
            ("a@example.com, b@example.com", "one person"),
            (f"{'x' * 250}@example.com", "one person"),
            ("a@b@c", "one person"),
        ):
            with self.subTest(address), self.assertRaisesRegex(UserError, problem):
                request._forward(address, "Carrier")
        self.assertEqual((request.email, request.forward_count), (CARRIER, 0))
        # Who works for another company only has no to-do here: they answer by link.
        company = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        self.colleague.sudo().write(
            {
                "email": "elsewhere@example.com",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
            }
        )
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            request._forward("elsewhere@example.com", "Carrier")
            self.assertEqual(request.date_sent, fields.Datetime.now())
        self.assertFalse(request.user_id)
        self.assertEqual((request.whom, request.partner_id), ("third_party", self.colleague.partner_id))
        request.with_user(self.clerk).action_cancel()
        for act in (
            lambda: request._forward("a@example.com", "Carrier"),
            lambda: request._extend(fields.Date.add(request.date_due, days=1), "Carrier"),
        ):
            with self.assertRaisesRegex(UserError, "answered or withdrawn"):
                act()

    def test_a_later_day_is_one_where_they_live(self):
        with freeze_time("2026-06-01 09:00:00"):
            tokyo = self.env["res.partner"].create(
                {"name": "Driver", "email": "driver@example.com", "tz": "Asia/Tokyo"}
            )
            request = self._ask("driver@example.com")
            request.sudo().partner_id = tokyo
            # Already tomorrow morning there.
            at = datetime(2026, 6, 3, 23)
            request.sudo().write({"date_due": at, "date_due_first": at})
            days = request._get_extension_days()
            self.assertEqual(days["soonest"], fields.Date.to_date("2026-06-05"))
            with self.assertRaisesRegex(UserError, "later day"):
                request._extend(fields.Date.to_date("2026-06-04"), "Driver")
            request._extend(fields.Date.to_date("2026-06-05"), "Driver")
            self.assertEqual(request.date_due, datetime(2026, 6, 4, 23))
        with freeze_time("2026-06-08 09:00:00"), self.assertRaisesRegex(UserError, "later day"):
            # Later than it was due, but gone by.
            request._extend(fields.Date.to_date("2026-06-07"), "Driver")
        with freeze_time("2026-08-08 09:00:00"):
            self.assertEqual(request._get_extension_days(), {"soonest": None, "latest": None})

    def test_files_answered_can_be_shown_to_the_next(self):
        request = self._ask(CARRIER)
        vals = {"name": "pod.txt", "raw": b"signed", "res_model": request._name, "res_id": request.id}
        note = self.env["ir.attachment"].sudo().create(vals)
        item = self._get_item(request, "Signed delivery note")
        item.sudo().evidence_type_id = False
        request._answer("Carrier", "", {item: note})
        second = self._ask("quality@example.com", document_ids=[Command.set(note.ids)])
        self.assertEqual(second.document_ids, note)

    def test_whose_turn_it_is_after_a_rule_moved_the_case(self):
        self.question.sudo().rule_ids.write({"choice": False, "stage_id": self._stage("checking").id})
        first, second = self._ask(CARRIER, "second@example.com")
        first._answer("Carrier", "Yes")
        self.assertEqual((self.case.stage_id, self.case.waiting_on), (self._stage("checking"), "third_party"))
        second._answer("Second", "Yes")
        self.assertEqual(self.case.waiting_on, "us")

    def test_a_rule_names_a_choice_there_is(self):
        with self.assertRaisesRegex(ValidationError, "Everythink"), self.cr.savepoint():
            self.question.sudo().rule_ids.choice = "Everythink"
        self.env.invalidate_all()
        with self.assertRaisesRegex(ValidationError, "can't tell"), self.cr.savepoint():
            self.question.sudo().item_ids.filtered("choices").choices = "Everything\nNothing"

    def test_withdrawing_and_closing_end_links_and_todos(self):
        first, second = self._ask(CARRIER, self.outsider)
        first.with_user(self.clerk).action_cancel()
        self.assertEqual(first.state, "cancelled")
        self.case.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)
        self.assertEqual(second.state, "cancelled")
        links = self.env["dispute.link"].sudo().search([("res_id", "in", (first | second).ids)])
        self.assertEqual(links.mapped("is_revoked"), [True, True])
        self.assertFalse(second.activity_ids.filtered("active"))

    def test_who_may_ask(self):
        for user in (self.viewer, self.outsider):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._ask(CARRIER, user=user)
        request = self._ask(CARRIER)
        with self.assertRaises(AccessError):
            request.with_user(self.viewer).action_cancel()
        with self.assertRaises(UserError):
            request.with_user(self.clerk).write({"answer": "They said yes"})
        with self.assertRaises(UserError):
            request.with_user(self.env.ref("base.user_admin")).sudo().unlink()

    def test_only_documents_of_the_case_can_be_shown(self):
        own = (
            self.env["ir.attachment"]
            .sudo()
            .create({"name": "photo.txt", "raw": b"x", "res_model": "dispute.case", "res_id": self.case.id})
        )
        other = self._create_case({self._create_invoice_of(50): 50})
        foreign = own.copy({"res_id": other.id})
        with self.assertRaisesRegex(UserError, "this dispute only"):
            self._ask(CARRIER, document_ids=[Command.set(foreign.ids)])
        request = self._ask(CARRIER, document_ids=[Command.set(own.ids)])
        self.assertEqual(request.document_ids, own)

    def test_bad_addresses_are_named(self):
        for whom, problem in (
            (("nobody",), "nobody is not the e-mail address of one person"),
            (("a@b@c",), "a@b@c is not"),
            (("a@example.com, b@example.com",), "each on a line of its own"),
            ((CARRIER, CARRIER), "named twice"),
            ((), "whom to ask"),
        ):
            with self.subTest(whom=whom), self.assertRaisesRegex(UserError, problem):
                self._ask(*whom)

    def test_merging_takes_open_questions_along(self):
        target = self._create_case({self._create_invoice_of(70): 70})
        request = self._ask(CARRIER)
        self.case.with_user(self.clerk)._merge_into(target.with_user(self.clerk))
        self.assertEqual((request.case_id, request.state), (target, "open"))
        self.assertEqual(target.waiting_on, "third_party")

    def test_merging_takes_answers_along(self):
        target = self._create_case({self._create_invoice_of(70): 70})
        answered = self._ask(CARRIER)
        answered._answer("Carrier", "Yes")
        cancelled = self._ask(CARRIER)
        cancelled._cancel()
        self.case.with_user(self.clerk)._merge_into(target.with_user(self.clerk))
        self.assertEqual((answered.case_id, answered.state), (target, "answered"))
        self.assertEqual(answered.item_ids.case_id, target)
        self.assertEqual(cancelled.case_id, self.case)
        self.assertEqual(target.waiting_on, "us")
