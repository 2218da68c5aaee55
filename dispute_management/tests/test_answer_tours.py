from datetime import date

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .picture_common import PictureMixin
from .request_common import CARRIER, RequestCommon


class AnswerTours(PictureMixin):
    """Each kind of answerer, in a real browser."""

    def setUp(self):
        super().setUp()
        if "odoobot_state" in self.env["res.users"]._fields:
            # Its window would lie over everything on a phone.
            (self.outsider | self.clerk).sudo().odoobot_state = "disabled"

    def _ask_and_get_url(self, *whom, **values):
        with self.mock_mail_gateway(mail_unlink_sent=False):
            request = self._ask(*whom, **values)
        return request, self._get_url()

    def _get_url(self):
        """:return: where the link in the newest mail leads"""
        mail = self.env["mail.mail"].search([("body_html", "like", "/dispute/answer/")], limit=1)
        return f"/dispute/answer/{self._get_token(mail)}"

    def _walk(self, url, tour, login=None):
        # Mail stays to be read: its link is told nowhere else.
        with self.mock_mail_gateway(mail_unlink_sent=False):
            self.start_tour(url, tour, login=login)
        self.env.invalidate_all()

    def test_a_carrier_answers_by_link(self):
        request, url = self._ask_and_get_url(CARRIER)
        self.start_tour(url, "dispute_answer_link", login=None)
        self.assertEqual((request.state, request.answer), ("answered", "Two pallets are missing"))
        self.assertEqual(self._get_item(request, "What was delivered?").value_text, "A part")

    def test_a_supplier_answers_all_that_a_template_asks_for(self):
        self.env["res.lang"].sudo().search([("code", "=", "en_US")]).write(
            {"decimal_point": ",", "thousands_sep": "."}
        )
        question = (
            self.env["dispute.question"]
            .sudo()
            .create(
                {
                    "name": "Damage in transit",
                    "body": "The customer says that these goods were damaged when they arrived.",
                    "item_ids": [
                        Command.create({"name": name, "kind": kind, "choices": choices, "is_required": True})
                        for name, kind, choices in (
                            ("Do you accept the damage?", "choice", "Yes\nIn part\nNo"),
                            ("Amount you take over", "amount", False),
                            ("Day of delivery", "date", False),
                            ("Protocol of the damage", "file", False),
                            ("What happened?", "text", False),
                        )
                    ],
                }
            )
        )
        document = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": "Signed delivery note.pdf",
                    "raw": b"%PDF",
                    "res_model": "dispute.case",
                    "res_id": self.case.id,
                }
            )
        )
        request, url = self._ask_and_get_url(
            CARRIER, question=question, document_ids=[Command.set(document.ids)], show_amount=True
        )
        self._walk(url, "dispute_answer_form")
        choice, amount, day, file, text = request.item_ids
        self.assertEqual(choice.value_text, "In part")
        self.assertEqual(amount.value_amount, 1080.5)
        self.assertEqual(day.value_date, date(2026, 3, 2))
        self.assertEqual(file.attachment_ids.mapped("name"), ["Protocol.pdf"])
        self.assertEqual(text.value_text, "Wet when it was unloaded")

    def test_a_carrier_passes_it_on_and_the_next_answers(self):
        request, url = self._ask_and_get_url(CARRIER)
        self._walk(url, "dispute_answer_pass_on")
        self.assertEqual((request.state, request.email), ("open", "driver@carrier.example.com"))
        self._walk(self._get_url(), "dispute_answer_passed_on")
        self.assertEqual(
            (request.state, request.answered_by, request.forwarded_by),
            ("answered", "driver@carrier.example.com", CARRIER),
        )
        self._walk(f"/odoo/dispute.case/{self.case.id}", "dispute_answer_trace", login=self.clerk.login)

    def test_a_carrier_needs_more_time_than_there_is(self):
        request, url = self._ask_and_get_url(CARRIER)
        due = request.date_due
        self._walk(url, "dispute_answer_too_long")
        self.assertEqual(request.date_due, due)
        self._walk(url, "dispute_answer_more_time")
        self.assertEqual(request._to_local(request.date_due).date(), request._get_latest_day())
        self._walk(self._get_url(), "dispute_answer_no_more_time")
        self.assertEqual(request.state, "open")

    def test_a_colleague_answers_from_the_todo(self):
        request = self._ask(self.outsider)
        self.start_tour("/odoo", "dispute_answer_todo", login=self.outsider.login)
        self.assertEqual(request.state, "answered")
        self.assertEqual((self.case.waiting_on, self.case.answered_by), ("us", "colleague"))

    def test_the_owner_reads_what_a_carrier_replied_by_mail(self):
        _request, mail = self._ask_by_mail()
        self._reply(mail, body="Everything\n\nSigned by J. Doe.")
        self.start_tour(f"/odoo/dispute.case/{self.case.id}", "dispute_answer_read", login=self.clerk.login)

    def test_the_clerk_asks_in_a_row_and_follows(self):
        self.env["ir.attachment"].sudo().create(
            [
                {"name": name, "raw": b"%PDF", "res_model": "dispute.case", "res_id": self.case.id}
                for name in ("Delivery note.pdf", "What we think of them.pdf")
            ]
        )
        self.case.reason_id = self.env.ref("dispute_management.dispute_reason_qua")
        url = f"/odoo/dispute.case/{self.case.id}"
        self._walk(url, "dispute_ask_in_a_row", login=self.clerk.login)
        first, second = self.case.request_ids.sorted("sequence")
        self.assertEqual((first.email, first.state), (CARRIER, "open"))
        self.assertEqual(
            (second.email, second.state, second.after_id), ("insurance@example.com", "waiting", first)
        )
        self.assertEqual((first | second).document_ids.mapped("name"), ["Delivery note.pdf"])
        amount = first.item_ids.filtered(lambda item: item.kind == "amount")[:1]
        first._answer("Carrier", "We take over a part", {amount: 80.5})
        self.assertEqual(second.state, "open")
        self._walk(url, "dispute_ask_follow", login=self.clerk.login)
        self.assertEqual((first.state, second.state), ("answered", "cancelled"))
        self.assertEqual(self.case.waiting_on, "us")

    def test_the_clerk_asks_two_at_once(self):
        self.case.reason_id = self.env.ref("dispute_management.dispute_reason_qty")
        self._walk(f"/odoo/dispute.case/{self.case.id}", "dispute_ask_at_once", login=self.clerk.login)
        self.assertEqual(self.case.request_ids.mapped("state"), ["open", "open"])


@tagged("post_install", "-at_install")
class TestAnswerTours(AnswerTours, RequestCommon, HttpCase):
    """At a desk."""

    browser_size = "1366x768"


@tagged("post_install", "-at_install")
class TestAnswerToursOnPhone(AnswerTours, RequestCommon, HttpCase):
    """On the way."""

    browser_size = "390x844"
    touch_enabled = True
