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

    def _ask_and_get_url(self, *whom):
        with self.mock_mail_gateway(mail_unlink_sent=False):
            request = self._ask(*whom)
        return request, f"/dispute/answer/{self._get_token(self._new_mails[-1])}"

    def test_a_carrier_answers_by_link(self):
        request, url = self._ask_and_get_url(CARRIER)
        self.start_tour(url, "dispute_answer_link", login=None)
        self.assertEqual((request.state, request.answer), ("answered", "Two pallets are missing"))
        self.assertEqual(self._get_item(request, "What was delivered?").value_text, "A part")

    def test_a_carrier_passes_it_on(self):
        request, url = self._ask_and_get_url(CARRIER)
        self.start_tour(url, "dispute_answer_pass_on", login=None)
        self.assertEqual((request.state, request.email), ("open", "driver@carrier.example.com"))

    def test_a_carrier_needs_more_time(self):
        request, url = self._ask_and_get_url(CARRIER)
        self.start_tour(url, "dispute_answer_more_time", login=None)
        self.assertEqual(request._to_local(request.date_due).date(), request._get_latest_day())
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


@tagged("post_install", "-at_install")
class TestAnswerTours(AnswerTours, RequestCommon, HttpCase):
    """At a desk."""

    browser_size = "1366x768"


@tagged("post_install", "-at_install")
class TestAnswerToursOnPhone(AnswerTours, RequestCommon, HttpCase):
    """On the way."""

    browser_size = "375x667"
    touch_enabled = True
