from datetime import timedelta

from odoo import http
from odoo.fields import Datetime
from odoo.tests import tagged
from odoo.tools import mute_logger

from .answer_common import AnswerCommon

#: One white pixel.
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="


@tagged("post_install", "-at_install")
class TestOffers(AnswerCommon):
    """Offers and refusals are answered on the case page, by the same rules as by their link."""

    def setUp(self):
        super().setUp()
        self._login(self.anna)

    def test_accept(self):
        offer = self._offer()
        page = self._get_page(self._get_case_url())
        self.assertTrue(page.xpath("//form[@id='statement_accept']"))
        self.assertIn("Two of ten chairs were missing.", page.text_content())
        url = f"/statements/{offer.id}"
        self.assertEqual(self._act("accept", url).status_code, 303)
        self.assertIn("You accepted our offer", self._get_done())
        self.assertRecordValues(offer, [{"state": "executed", "answered_by": "Anna of Acme"}])
        self.assertEqual(self.case.amount_credited, 200)
        self.assertEqual(len(self._get_confirmations(self.anna)), 1)
        self._act("accept", url)
        self.assertIn("done already", self._get_done())
        self.assertEqual(self.case.amount_credited, 200, "pressed twice, carried out once")
        self._login(self.bert)
        timeline = " ".join(self._get_timeline())
        self.assertIn("Anna of Acme Offer accepted", timeline)
        self.assertIn("You get $ 200.00", timeline)
        note = self.case.message_ids.filtered(lambda message: "Accepted" in (message.body or ""))
        self.assertEqual(note.author_id, self.anna.partner_id)

    def test_decline(self):
        offer = self._offer()
        url = f"/statements/{offer.id}"
        response = self._act("decline", url)
        self.assertEqual(response.status_code, 422)
        self.assertIn("Please tell us why", response.text)
        self._act("decline", url, text="Four were missing.")
        self.assertIn("You declined", self._get_done())
        self.assertRecordValues(offer, [{"state": "declined", "answer_text": "Four were missing."}])
        self.assertEqual(self.case.waiting_on, "us")
        self.assertIn("Offer of $ 200.00 declined", self._get_todos(self.owner))

    def test_counter(self):
        offer = self._offer()
        url = f"/statements/{offer.id}"
        for amount, words in [("x", "such as 120.00"), ("200", "We offer"), ("301", "more than")]:
            response = self._act("counter", url, amount=amount, text="kept words")
            self.assertEqual(response.status_code, 422)
            self.assertIn(words, response.text)
            self.assertIn("kept words", response.text)
        self._act("counter", url, amount="250.00", text="Split it.")
        self.assertRecordValues(offer, [{"state": "declined", "answer": "countered", "counter_amount": 250}])
        self.assertIn("another amount", self._get_done())

    def test_sign(self):
        self.company.dispute_signature_from = 100
        offer = self._offer()
        page = self._get_page(self._get_case_url())
        self.assertTrue(page.xpath("//*[@id='statement_sign']"))
        self.assertEqual(self._act("accept", f"/statements/{offer.id}").status_code, 422)
        url = self._get_case_url(f"/statements/{offer.id}/sign")
        answer = self.make_jsonrpc_request(url, {"name": "Anna", "signature": ""})
        self.assertIn("sign", answer["error"])
        answer = self.make_jsonrpc_request(url, {"name": "Anna A.", "signature": PIXEL})
        self.assertEqual(answer["redirect_url"], self._get_case_url())
        self.env.invalidate_all()
        self.assertRecordValues(offer, [{"state": "executed", "answered_by": "Anna A."}])
        self.assertTrue(offer.signature)
        answer = self.make_jsonrpc_request(url, {"name": "Anna A.", "signature": PIXEL})
        self.assertIn("any more", answer["error"])

    def test_reopen(self):
        refusal = self._refuse()
        self.assertTrue(self.case.is_closed)
        page = self._get_page(self._get_case_url())
        self.assertTrue(page.xpath("//form[@id='statement_reopen']"))
        url = f"/statements/{refusal.id}"
        self.assertEqual(self._act("reopen", url).status_code, 422)
        self._act("reopen", url, text="Here is the delivery note.")
        self.assertIn("look at it again", self._get_done())
        self.assertRecordValues(self.case, [{"is_closed": False, "waiting_on": "us", "amount_open": 300}])
        self.assertIn("Asked to look at it again", " ".join(self._get_timeline()))

    def test_reopen_too_late(self):
        self.company.dispute_reopen_days = 0
        refusal = self._refuse()
        self.assertFalse(self._get_page(self._get_case_url()).xpath("//form[@id='statement_reopen']"))
        self._act("reopen", f"/statements/{refusal.id}", text="x")
        self.assertTrue(self.case.is_closed)

    # ------------------------------------------------------------
    # What the company allows
    # ------------------------------------------------------------

    def _get_link(self, settlement):
        """:return: the path of a statement for who comes without login"""
        link, expiry = self.env["dispute.link"], Datetime.now() + timedelta(days=1)
        return f"/dispute/statement/{link.sudo()._issue('settlement', settlement, expiry)[settlement]}"

    def _post_link(self, path, do, **data):
        data |= {"csrf_token": http.Request.csrf_token(self), "do": do}
        response = self.url_open(path, data=data, allow_redirects=False)
        self.assertLess(response.status_code, 500)
        self.env.invalidate_all()
        return response

    def test_counter_is_a_setting(self):
        offer = self._offer()
        path = self._get_link(offer)
        self.company.dispute_portal_counter = False
        for page in (self._get_case_url(), path):
            self.assertTrue(self._get_page(page).xpath("//form[@id='statement_decline']"))
            self.assertFalse(self._get_page(page).xpath("//form[@id='statement_counter']"))
        self._act("counter", f"/statements/{offer.id}", amount="250.00", text="x")
        response = self._post_link(path, "counter", amount="250.00", text="x")
        self.assertEqual(response.status_code, 422)
        self.assertIn("accept or decline this offer", response.text)
        self.assertRecordValues(offer, [{"state": "proposed", "answer": False}])
        self.company.dispute_portal_counter = True
        for page in (self._get_case_url(), path):
            self.assertTrue(self._get_page(page).xpath("//form[@id='statement_counter']"))
        self._post_link(path, "counter", amount="250.00", text="x")
        self.assertRecordValues(offer, [{"answer": "countered", "counter_amount": 250}])

    def test_our_people_note_a_counter_offer_all_the_same(self):
        offer = self._offer()
        self.company.dispute_portal_counter = False
        wizard = self.env["settlement.decline"].with_user(self.owner)
        wizard.create(
            {"settlement_id": offer.id, "counter_amount": 250, "text": "Told by phone."}
        ).action_decline()
        self.assertRecordValues(offer, [{"answer": "countered", "counter_amount": 250}])

    def test_reopen_is_a_setting(self):
        refusal = self._refuse()
        path = self._get_link(refusal)
        self.company.dispute_portal_reopen = False
        for page in (self._get_case_url(), path):
            self.assertFalse(self._get_page(page).xpath("//form[@id='statement_reopen']"))
        self._act("reopen", f"/statements/{refusal.id}", text="x")
        response = self._post_link(path, "reopen", text="x")
        self.assertEqual(response.status_code, 422)
        self.assertIn("reply to our mail", response.text)
        self.assertTrue(self.case.is_closed)
        self.company.dispute_portal_reopen = True
        for page in (self._get_case_url(), path):
            self.assertTrue(self._get_page(page).xpath("//form[@id='statement_reopen']"))
        self._post_link(path, "reopen", text="Here is the delivery note.")
        self.assertFalse(self.case.is_closed)

    # ------------------------------------------------------------
    # Who may
    # ------------------------------------------------------------

    def test_others_answer_nothing(self):
        offer = self._offer()
        token = self.case._portal_ensure_token()
        url = f"/statements/{offer.id}"
        for user in (self.olga, self.owner, None):
            self.authenticate(user and user.login, user and user.login)
            for do in ("accept", "decline", "counter", "withdraw", "rate"):
                with self.subTest(user=user and user.login, do=do):
                    self._act(do, url, text="x", amount="250", access_token=token)
                    self._act(do, text="x", sure="1", rate="5", access_token=token)
        self.assertEqual(offer.state, "proposed")
        self.assertFalse(self.case.is_closed)
        self.assertFalse(
            self._get_page(self._get_case_url(f"?access_token={token}")).xpath(
                "//form[@id='statement_accept']"
            )
        )

    def test_settlement_of_another_case(self):
        other_case = self._create_case(self.other_invoice, amount=300, user_id=self.owner.id)
        other = self._offer(case=other_case)
        self._act("accept", f"/statements/{other.id}")
        self._act("accept", f"/statements/{other.id}", case=other_case)
        draft = self._settle(("credit_note", 10), propose=False)
        self._act("accept", f"/statements/{draft.id}")
        self.assertEqual((other | draft).mapped("state"), ["proposed", "draft"])

    @mute_logger("odoo.http")
    def test_without_token_nothing_is_done(self):
        offer = self._offer()
        for suffix in ("", f"/statements/{offer.id}"):
            response = self.url_open(
                self._get_case_url(suffix), data={"do": "accept", "sure": "1"}, allow_redirects=False
            )
            self.assertEqual(response.status_code, 400)
        self.assertEqual(offer.state, "proposed")

    def test_bearer_of_the_link_answers_what_is_asked(self):
        self.case._move_to_stage(self._stage("waiting_customer"))
        token = self.case._portal_ensure_token()
        self.authenticate(None, None)
        self._act("supply", text="By link.", access_token=token[::-1])
        self.assertEqual(self.case.waiting_on, "customer")
        response = self._act("supply", text="By link.", access_token=token)
        self.assertIn(f"access_token={token}", response.headers["Location"])
        self.assertEqual(self.case.waiting_on, "us")
        self.assertEqual(self.case._get_portal_messages()[0].author_id, self.anna.partner_id)

    def test_statement_file(self):
        offer = self._offer()
        offer.sudo()._send_statement()
        url = self._get_case_url(f"/statements/{offer.id}/file")
        self.assertIn(url, self._get(self._get_case_url()).text)
        self.assertEqual(self._get(url).content, offer.statement_id.raw)
        self._login(self.olga)
        self.assertEqual(self._get(url).status_code, 404)
