from odoo.tests import HttpCase, tagged

from .request_common import CARRIER, RequestCommon


class AnswerTours(RequestCommon, HttpCase):
    """Each kind of answerer, in a real browser."""

    def _ask_and_get_url(self, *whom):
        with self.mock_mail_gateway(mail_unlink_sent=False):
            request = self._ask(*whom)
        return request, f"/dispute/answer/{self._get_token(self._new_mails[-1])}"

    def _answer_by_link(self):
        request, url = self._ask_and_get_url(CARRIER)
        self.start_tour(url, "dispute_answer_link", login=None)
        self.assertEqual((request.state, request.answer), ("answered", "Two pallets are missing"))
        self.assertEqual(self._get_item(request, "What was delivered?").value_text, "A part")

    def _pass_on(self):
        request, url = self._ask_and_get_url(CARRIER)
        self.start_tour(url, "dispute_answer_pass_on", login=None)
        self.assertEqual((request.state, request.email), ("open", "driver@carrier.example.com"))


@tagged("post_install", "-at_install")
class TestAnswerTours(AnswerTours):
    """At a desk."""

    def test_a_carrier_answers_by_link(self):
        self._answer_by_link()

    def test_a_carrier_passes_it_on(self):
        self._pass_on()

    def test_a_colleague_answers_from_the_todo(self):
        request = self._ask(self.outsider)
        self.start_tour("/odoo", "dispute_answer_todo", login=self.outsider.login)
        self.assertEqual(request.state, "answered")
        self.assertEqual((self.case.waiting_on, self.case.answered_by), ("us", "colleague"))


@tagged("post_install", "-at_install")
class TestAnswerToursOnPhone(AnswerTours):
    """On the way."""

    browser_size = "375x667"
    touch_enabled = True

    def test_a_carrier_answers_by_link(self):
        self._answer_by_link()

    def test_a_carrier_passes_it_on(self):
        self._pass_on()
