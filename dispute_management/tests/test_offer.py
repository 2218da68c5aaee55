from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .offer_common import OfferCommon


@tagged("post_install", "-at_install")
class TestOffer(OfferCommon):
    """Whether the customer is asked, what their answer does, and when no answer comes."""

    # Whether to ask

    def test_who_is_asked(self):
        self.company.dispute_write_off_tolerance = 5
        for shares, asked in (
            ([("credit_note", 100)], False),
            ([("credit_note", 40)], True),
            ([("credit_note", 40), ("rejection", 60)], True),
            ([("credit_note", 95), ("write_off", 5)], False),
            ([("write_off", 5)], False),
            ([("write_off", 6)], True),
            ([("write_off", 100)], False),
            ([("rejection", 100)], False),
            ([("replacement_invoice", 40)], False),
            ([("replacement_invoice", 40), ("rejection", 60)], False),
            ([("apply_credit", 40)], False),
            ([("apply_credit", 40), ("credit_note", 10)], True),
            ([("refund_payment", 40)], True),
        ):
            with self.subTest(shares=shares):
                settlement = self._draft(*shares)
                self.assertEqual(settlement._needs_consent(), asked)
                settlement.is_interim = True
                self.assertFalse(settlement._needs_consent())

    def test_what_earlier_settlements_gave_counts(self):
        self._offer(("credit_note", 40), is_interim=True)
        self.assertAmounts(self.case, credited=40, open=60)
        self.assertFalse(self._draft(("credit_note", 60))._needs_consent())
        self.assertTrue(self._draft(("credit_note", 50))._needs_consent())

    def test_full_credit_is_carried_out_at_once(self):
        settlement = self._offer(("credit_note", 100), resolution_id=self._resolution("CRF").id)
        self.assertEqual((settlement.state, self.case.stage_kind), ("executed", "resolved"))
        self.assertFalse(settlement.date_offered)

    # Asking

    def test_an_offer_waits_for_the_customer(self):
        with freeze_time("2026-06-01 09:00:00"):
            settlement = self._offer()
            self.assertEqual(settlement.state, "proposed")
            self.assertEqual(settlement.date_valid, fields.Date.to_date("2026-06-15"))
        self.assertEqual((self.case.stage_kind, self.case.waiting_on), ("proposed", "customer"))
        self.assertIn("40.00 offered, answer until", self.case.offer_note)
        self.assertAmounts(self.case, open=100)
        self.assertFalse(self.invoice.reversal_move_ids)

    def test_approved_first_then_asked(self):
        self._ask_leaders()
        settlement = self._offer()
        self.assertEqual(settlement.state, "to_approve")
        self._approve(settlement)
        self.assertEqual((settlement.state, self.case.stage_kind), ("proposed", "proposed"))

    def test_the_statement_is_mailed_once_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.partner_a.lang = "fr_FR"
        with self.mock_mail_gateway(mail_unlink_sent=False):
            settlement = self._offer()
            self.assertFalse(self._get_letters(), "The stage's own mail would say it twice.")
        self._send_statements()
        mail = self._get_letters()
        self.assertEqual((len(mail), mail.email_to), (1, self.partner_a.email_formatted))
        self.assertIn("/dispute/statement/", mail.body_html)
        self.assertIn(settlement._in_customer_language()._format_day(settlement.date_valid), mail.body_html)
        self.assertEqual(mail.attachment_ids, settlement.statement_id)
        page = settlement._in_customer_language()
        self.assertEqual(page.env.lang, "fr_FR")
        token = self._get_token(mail)
        messages = self.case.message_ids | settlement.message_ids
        self.assertFalse(
            [body for body in messages.mapped("body") if token in body], "Colleagues can't answer."
        )
        self._send_statements()
        self.assertFalse(self._get_letters())

    def test_a_statement_is_kept_as_it_was_sent(self):
        settlement = self._offer()
        note = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {"name": "note.txt", "raw": b"x", "res_model": "dispute.settlement", "res_id": settlement.id}
            )
        )
        note.unlink()
        self._send_statements()
        first = settlement.statement_id
        settlement.with_user(self.clerk).action_send_statement()
        self._send_statements()
        for user in (self.clerk, self.administrator, self.env.ref("base.user_admin")):
            for statement in (first, settlement.statement_id):
                with self.subTest(user=user.login), self.assertRaises(UserError):
                    statement.with_user(user).unlink()
                with self.subTest(user=user.login), self.assertRaises(UserError):
                    statement.with_user(user).write({"raw": b"Something else"})

    def test_without_address_the_owner_sends_it(self):
        self.partner_a.email = False
        settlement = self._offer()
        self._send_statements()
        self.assertFalse(self._get_letters())
        self.assertTrue(settlement.statement_id)
        self.assertIn("No e-mail address: send the statement by post", self._get_todos())

    def test_one_that_cant_be_printed_stops_no_other(self):
        other = self._create_case({self._create_invoice_of(500): 50}, contact_id=self.partner_a.id)
        other._move_to_stage(self._stage("checking"))
        bad = self._offer()
        good = self._offer(("credit_note", 20), case=other)
        # What no e-mail address can be made of.
        self.company.sudo().partner_id.email = False
        self.patch(type(bad), "_print_statement", lambda item: 1 / 0 if item == bad else (b"x", "html"))
        with self.assertLogs("odoo.addons.dispute_management", "WARNING"):
            self._send_statements()
        self.assertFalse(bad.date_statement)
        self.assertIn("The statement could not be sent", self._get_todos())
        self.assertTrue(good.date_statement)

    # Answering

    def test_accepting_carries_out_and_closes(self):
        settlement = self._offer()
        settlement._accept_offer("Anna")
        self.assertEqual(
            (settlement.state, settlement.answer, settlement.answered_by), ("executed", "accepted", "Anna")
        )
        self.assertAmounts(self.case, credited=40, rejected=60)
        self.assertEqual(self.case.stage_kind, "resolved")
        with self.assertRaisesRegex(UserError, "accepted already"):
            settlement._accept_offer("Anna")
        with self.assertRaisesRegex(UserError, "accepted already"):
            settlement._decline_offer("Anna", "No")
        self.assertEqual(len(self.invoice.reversal_move_ids), 1)

    def test_what_is_accepted_in_part_goes_back_to_work(self):
        self._offer(("credit_note", 40))._accept_offer("Anna")
        self.assertAmounts(self.case, credited=40, open=60)
        self.assertEqual((self.case.stage_kind, self.case.answered_by), ("assessing", "customer"))

    def test_accepted_though_it_cant_be_carried_out(self):
        settlement = self._offer(("credit_note", 40), ("write_off", 20))
        self.company.sudo().dispute_writeoff_account_id = False
        settlement._accept_offer("Anna")
        self.assertEqual((settlement.state, settlement.answer), ("accepted", "accepted"))
        self.assertFalse(self.invoice.reversal_move_ids)
        self.assertIn("Accepted, but not carried out", self._get_todos())
        self.assertEqual(self.case.waiting_on, "us")
        self.company.sudo().dispute_writeoff_account_id = self.company_data["default_account_expense"]
        settlement.action_execute()
        self.assertEqual(settlement.state, "executed")

    def test_declining_gives_the_case_back(self):
        settlement = self._offer()
        with self.assertRaisesRegex(UserError, "tell us why"):
            settlement._decline_offer("Anna", " \n ")
        settlement._decline_offer("Anna", "<b>All ten were missing</b>")
        self.assertEqual((settlement.state, settlement.answer), ("declined", "declined"))
        self.assertEqual((self.case.stage_kind, self.case.waiting_on), ("assessing", "us"))
        self.assertEqual(self.case.answered_by, "customer")
        todo = self.case.sudo().activity_ids.filtered(lambda todo: "declined" in (todo.summary or ""))
        self.assertEqual(todo.user_id, self.clerk)
        self.assertIn("&lt;b&gt;All ten", todo.note)
        self.assertAmounts(self.case, open=100)

    def test_a_counter_offer_is_approved_anew(self):
        settlement = self._offer()
        for amount, error in (
            (40, "offer .*40.00 already"),
            (100.01, "more than"),
            (0, "already"),
            (-5, "already"),
        ):
            with self.subTest(amount=amount), self.assertRaisesRegex(UserError, error):
                settlement._counter_offer("Anna", amount)
        settlement._counter_offer("Anna", 70, "Seven")
        self.assertEqual((settlement.state, settlement.counter_amount), ("declined", 70))
        self.assertEqual(self.case.stage_kind, "assessing")
        self.assertTrue([text for text in self._get_todos() if "Counter-offer" in text])
        self._ask_leaders()
        action = settlement.with_user(self.clerk).action_accept_counter()
        counter = self.env["dispute.settlement"].browse(action["res_id"])
        self.assertEqual(
            (counter.state, counter.counter_of_id, counter.user_id), ("to_approve", settlement, self.clerk)
        )
        self.assertEqual(
            counter.line_ids.mapped(lambda line: (line.kind, line.amount)),
            [("credit_note", 70), ("rejection", 30)],
        )
        with self.assertRaisesRegex(UserError, "accepted already"):
            settlement.with_user(self.clerk).action_accept_counter()
        self._approve(counter)
        self.assertEqual(counter.state, "executed", "The customer asked for exactly this.")
        self.assertAmounts(self.case, credited=70, rejected=30)

    def test_a_counter_offer_made_smaller_asks_again(self):
        settlement = self._offer()
        settlement._counter_offer("Anna", 70)
        counter = self._draft(("credit_note", 69))
        counter.sudo().counter_of_id = settlement
        self.assertTrue(counter._needs_consent())

    def test_answers_noted_by_us(self):
        settlement = self._offer()
        action = settlement.action_record_decline()
        wizard = self.env["settlement.decline"].with_user(self.clerk).with_context(**action["context"])
        wizard.create({"counter_amount": 80, "text": "On the phone"}).action_decline()
        self.assertEqual((settlement.answer, settlement.counter_amount), ("countered", 80))
        self.assertIn(self.clerk.name, settlement.answered_by)
        again = self._offer(("credit_note", 80), ("rejection", 20))
        again.with_user(self.clerk).action_record_acceptance()
        self.assertEqual(again.state, "executed")

    def test_whose_case_it_is_not_notes_no_answer(self):
        settlement = self._offer()
        for user in (self.colleague, self.viewer):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                settlement.with_user(user).action_record_acceptance()
        self.assertEqual(settlement.state, "proposed")

    def test_signature_from_an_amount(self):
        self.company.dispute_signature_from = 40
        self.company.dispute_deemed_acceptance = True
        settlement = self._offer()
        self.assertFalse(settlement.is_deemed, "Who says nothing signs nothing.")
        with self.assertRaisesRegex(UserError, "sign"):
            settlement._accept_offer("Anna")
        with self.assertRaisesRegex(UserError, "customer signs"):
            settlement.action_record_acceptance()
        self.assertFalse(self._draft(("credit_note", 39.99))._needs_signature())
        self.company.dispute_signature_from = 0
        self.assertFalse(settlement._needs_signature())

    def test_answers_are_facts(self):
        settlement = self._offer()
        for vals in (
            {"answer": "accepted"},
            {"counter_amount": 5},
            {"signature": "x"},
            {"date_offered": False},
            {"is_deemed": True},
            {"is_statement_due": True},
            {"date_taken_up": "2026-01-01"},
            {"counter_of_id": settlement.id},
        ):
            with self.subTest(vals=vals), self.assertRaisesRegex(UserError, "by hand"):
                settlement.with_user(self.administrator).write(vals)

    # Changing what was offered

    def test_what_the_customer_read_does_not_change(self):
        settlement = self._offer()
        link = self.env["dispute.link"].sudo().search([("res_id", "=", settlement.id)])
        self.assertFalse(link)
        self._send_statements()
        link = (
            self.env["dispute.link"]
            .sudo()
            .search([("res_id", "=", settlement.id), ("purpose", "=", "settlement")])
        )
        for vals in ({"reason_text": "Something else"}, {"is_interim": True}, {"date_valid": "2020-01-01"}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                settlement.write(vals)
        settlement.date_valid = settlement.date_valid + timedelta(days=3)
        settlement.line_ids.filtered(lambda line: line.kind == "credit_note").amount = 30
        self.assertEqual((settlement.state, link.is_revoked), ("draft", True))
        self.assertEqual((self.case.stage_kind, self.case.waiting_on), ("assessing", "us"))
        with self.assertRaisesRegex(UserError, "no offer"):
            settlement._accept_offer("Anna")

    def test_closing_ends_an_offer(self):
        settlement = self._offer()
        self.case._close(self._resolution("WDN"))
        self.assertEqual(settlement.state, "cancelled")

    # No answer

    def _follow(self):
        with self.mock_mail_gateway(mail_unlink_sent=False), self.enter_registry_test_mode():
            self.env.ref("dispute_management.ir_cron_follow_offers").sudo().method_direct_trigger()
        self.env.invalidate_all()

    def test_reminders_until_it_ends(self):
        with freeze_time("2026-06-01 09:00:00") as frozen:
            settlement = self._offer()
            reminded = []
            for day in range(1, 17):
                frozen.move_to(f"2026-06-{1 + day:02} 12:00:00")
                self._follow()
                reminded += [day] * len(self._get_letters())
                if day == 14:
                    self.assertEqual(settlement.state, "proposed", "The last day counts.")
                self._follow()
                self.assertFalse(self._get_letters())
            self.assertEqual(reminded, [5, 10])
            self.assertEqual(settlement.state, "expired")
            self.assertEqual((self.case.stage_kind, self.case.waiting_on), ("assessing", "us"))
            todos = [text for text in self._get_todos() if "No answer to our offer" in text]
            self.assertEqual(len(todos), 1)
            with self.assertRaisesRegex(UserError, "until"):
                settlement._accept_offer("Anna")

    def test_deemed_acceptance_is_said_beforehand(self):
        with freeze_time("2026-06-01 09:00:00") as frozen:
            before = self._offer()
            self.assertFalse(before.is_deemed)
            before.action_withdraw()
            self.company.dispute_deemed_acceptance = True
            before.action_propose()
            self.assertTrue(before.is_deemed)
            self.assertTrue([term for term in before._get_statement_terms() if "you accept" in term])
            self.company.dispute_deemed_acceptance = False
            frozen.move_to("2026-06-16 12:00:00")
            self._follow()
            self.assertEqual((before.state, before.answer), ("executed", "deemed"))
            self.assertAmounts(self.case, credited=40, rejected=60)

    def test_expired_offers_come_back_with_a_new_day(self):
        with freeze_time("2026-06-01 09:00:00") as frozen:
            settlement = self._offer()
            frozen.move_to("2026-06-16 12:00:00")
            self._follow()
            settlement.action_withdraw()
            settlement.action_propose()
            self.assertEqual(settlement.date_valid, fields.Date.to_date("2026-06-30"))
            self.assertFalse(settlement.answer)

    # Refusing

    def test_a_refusal_informs_and_can_be_reopened(self):
        with self.mock_mail_gateway(mail_unlink_sent=False):
            settlement = self._offer(("rejection", 100), resolution_id=self._resolution("REJ").id)
            self.assertFalse(self._get_letters())
        self.assertEqual((settlement.state, self.case.stage_kind), ("executed", "rejected"))
        self._send_statements()
        self.assertEqual(len(self._get_letters()), 1)
        self.assertIn("Our decision", self._get_letters().subject)
        with self.assertRaisesRegex(UserError, "what is new"):
            settlement._ask_reopening("Anna", "")
        settlement._ask_reopening("Anna", "Here is the delivery note")
        self.assertEqual((self.case.stage_kind, self.case.answered_by), ("assessing", "customer"))
        self.assertAmounts(self.case, open=100)
        self.assertIn("The customer asks to look at our refusal again", self._get_todos())
        with self.assertRaisesRegex(UserError, "again already"):
            settlement._ask_reopening("Anna", "And again")
        self.assertEqual(settlement.state, "executed")
        # A second refusal stands beside the first, and can be reopened in its turn.
        second = self._offer(("rejection", 100), resolution_id=self._resolution("REJ").id)
        self.assertAmounts(self.case, rejected=100)
        self.case.action_reopen()
        self.assertAmounts(self.case, open=100)
        self.assertTrue(second.date_taken_up)

    def test_a_refusal_in_part_can_be_reopened_while_the_case_is_open(self):
        settlement = self._offer(("rejection", 60), resolution_id=False)
        self.assertAmounts(self.case, rejected=60, open=40)
        settlement._ask_reopening("Anna", "Look")
        self.assertAmounts(self.case, open=100)
        self.assertFalse(self.case.is_closed)

    def test_reopening_ends_with_its_time(self):
        with freeze_time("2026-06-01 09:00:00") as frozen:
            settlement = self._offer(("rejection", 100), resolution_id=self._resolution("REJ").id)
            self.assertEqual(settlement.date_valid, fields.Date.to_date("2026-07-01"))
            frozen.move_to("2026-07-02 12:00:00")
            with self.assertRaisesRegex(UserError, "passed"):
                settlement._ask_reopening("Anna", "Look")
        self.company.dispute_reopen_days = 0
        self.case.action_reopen()
        again = self._offer(("rejection", 100), resolution_id=self._resolution("REJ").id)
        self.assertFalse(again.date_valid)
        with self.assertRaisesRegex(UserError, "passed"):
            again._ask_reopening("Anna", "Look")

    def test_what_was_agreed_is_no_refusal(self):
        settlement = self._offer()
        settlement._accept_offer("Anna")
        with self.assertRaisesRegex(UserError, "no refusal"):
            settlement._ask_reopening("Anna", "Look")

    # The statement

    def test_a_statement_is_complete(self):
        settlement = self._offer()
        page, extension = settlement._in_customer_language()._print_statement()
        self.assertEqual(page[:4] == b"%PDF", extension == "pdf")
        self.patch(type(self.env["dispute.case.file"]), "_can_print", lambda self: False)
        page = settlement._in_customer_language()._print_statement()[0].decode()
        day = settlement._format_day(settlement.date_valid)
        for text in (
            self.case.name,
            self.partner_a.name,
            self.invoice.name,
            "Two of ten chairs were missing",
            "Credit note",
            "Not accepted",
            "40.00",
            "60.00",
            "100.00",
            f"until {day}",
            "What happens next",
            self.company.name,
        ):
            with self.subTest(text=text):
                self.assertIn(text, page)
        self.assertNotIn("http", page.replace("http://www.w3.org", ""))

    def test_totals_before_and_after(self):
        settlement = self._offer(("credit_note", 40))
        expected = {"You dispute": 100, "You get": 40, "Still in dispute": 60}
        self.assertEqual(dict(settlement._get_statement_totals()), expected)
        settlement._accept_offer("Anna")
        self.assertEqual(dict(settlement._get_statement_totals()), expected)
