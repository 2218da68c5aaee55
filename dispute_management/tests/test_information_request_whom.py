from datetime import timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .request_common import CARRIER, RequestCommon


@tagged("post_install", "-at_install")
class TestInformationRequestWhom(RequestCommon):
    """Who is asked in which order, who left meanwhile, and what there is to choose from."""

    def test_one_after_another_in_the_order_they_were_dragged_to(self):
        wizard = (
            self.env["information.request.send"]
            .with_user(self.clerk)
            .create(
                {
                    "case_id": self.case.id,
                    "question_id": self.question.id,
                    "order": "sequence",
                    "recipient_ids": [
                        Command.create({"sequence": 20, "email": "second@example.com"}),
                        Command.create({"sequence": 10, "email": "first@example.com"}),
                    ],
                }
            )
        )
        wizard.action_ask()
        states = {request.email: request.state for request in self.case.request_ids}
        self.assertEqual(states, {"first@example.com": "open", "second@example.com": "waiting"})

    def test_a_contact_without_an_address(self):
        nobody = self.env["res.partner"].create({"name": "Night Porter"})
        with self.assertRaisesRegex(UserError, "Night Porter has no e-mail address: write one"):
            self._ask(recipient_ids=[Command.create({"partner_id": nobody.id})])

    def test_a_salesperson_who_left_is_not_proposed(self):
        self.case.line_ids.move_id.sudo().invoice_user_id = self.colleague
        self.question.sudo().ask_salesperson = True

        def propose():
            wizard = self.env["information.request.send"].with_user(self.clerk)
            values = {"case_id": self.case.id, "question_id": self.question.id}
            return wizard.new(values).recipient_ids.partner_id

        self.assertEqual(propose()._origin, self.colleague.partner_id)
        self.colleague.sudo().action_archive()
        self.assertFalse(propose())

    def test_who_leaves_hands_the_question_to_the_owner(self):
        request = self._ask(self.outsider)
        self.outsider.sudo().action_archive()
        todo = self.case.with_user(self.clerk).activity_ids.filtered("dispute_request_id")
        self.assertEqual((todo.user_id, todo.dispute_request_id), (self.clerk, request))
        self.assertTrue(request._get_answerer(self.clerk))
        # Somebody asked after they left has no to-do that nobody would see.
        again = self._ask(self.outsider)
        self.assertFalse(again.user_id)
        self.assertFalse(again.activity_ids)

    def test_passed_back_it_goes_to_who_had_it_and_comes_to_an_end(self):
        request = self._ask(CARRIER)
        link = self.env["dispute.link"].sudo()
        for address in ("driver@example.com", CARRIER, "driver@example.com"):
            sequence = request.ical_sequence
            request._forward(address, request.recipient_name)
            self.assertEqual((request.email, request.state), (address, "open"))
            self.assertGreater(request.ical_sequence, sequence)
            working = link.search([("res_id", "=", request.id), ("is_revoked", "=", False)])
            self.assertEqual(working.mapped("email"), [address])
        with self.assertRaisesRegex(UserError, "too often"):
            request._forward(CARRIER, "Driver")
        self.assertEqual(self.case.waiting_on, "third_party")

    def test_passed_on_late_nobody_is_asked_to_answer_by_a_day_gone_by(self):
        request, mail = self._ask_by_mail()
        self.assertIn("Please answer by", mail.body_html)
        # Another day, another request: nothing is remembered from the one before.
        self.env.invalidate_all()
        with (
            freeze_time(request.date_due + timedelta(days=1)),
            self.mock_mail_gateway(mail_unlink_sent=False),
        ):
            request._forward("driver@example.com", "Carrier")
        mail = self._new_mails.filtered(lambda mail: mail.email_to == "driver@example.com")
        self.assertIn("This was due on", mail.body_html)
        self.assertNotIn("Please answer by", mail.body_html)

    def test_a_choice_stands_once_and_comes_back_as_it_is(self):
        item = self.question.sudo().item_ids.filtered(lambda item: item.kind == "choice")
        self.question.sudo().rule_ids.unlink()
        item.choices = "Yes\n\n  Yes \nIn\tpart\nNo\x07"
        self.assertEqual(item._get_choices(), ["Yes", "In part", "No"])
        request = self._ask(CARRIER)
        asked = request.item_ids.filtered(lambda item: item.kind == "choice")
        lang = self.env["res.lang"]._get_data(code="en_US")
        for choice in asked._get_choices():
            self.assertEqual(asked._parse(choice, lang), choice)
        for nothing in (" \n\t", ""):
            with self.assertRaisesRegex(ValidationError, "what there is to choose from"):
                item.choices = nothing
