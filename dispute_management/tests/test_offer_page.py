import base64
from datetime import timedelta
from html import unescape

from odoo import fields
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .offer_common import OfferCommon

HOSTILE = "<script>alert(1)</script>{{7*7}}"
#: The smallest picture there is.
SIGNATURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@tagged("post_install", "-at_install")
class TestOfferPage(OfferCommon, HttpCase):
    """The page on which a customer reads and answers a statement, and everything it must refuse."""

    def _offer_and_get_url(self, *shares, **values):
        settlement = self._offer(*shares, **values)
        return settlement, self._get_url(settlement)

    def _get_url(self, settlement):
        url = settlement.sudo()._get_statement_url()
        return url[url.index("/dispute/statement/") :]

    def _send_statements(self):
        # Tests over HTTP are in the registry's test mode already.
        self.env.ref("dispute_management.ir_cron_send_statements").sudo().method_direct_trigger()
        self.env.invalidate_all()

    def _post(self, url, token=True, **values):
        self.authenticate(None, None) if not self.session else None
        data = {"csrf_token": Request.csrf_token(self), **values} if token else values
        return self.url_open(url, data=data)

    def _facts(self, settlement):
        self.env.flush_all()
        self.env.invalidate_all()
        case = settlement.case_id
        return (
            settlement.state,
            settlement.answer,
            settlement.counter_amount,
            case.stage_id,
            case.waiting_on,
            len(self.invoice.reversal_move_ids),
            len(case.message_ids),
            len(case.sudo().activity_ids),
        )

    def test_the_page_shows_the_offer_and_nothing_of_ours(self):
        self.case.sudo().description = "Between us: they are bankrupt"
        _settlement, url = self._offer_and_get_url()
        page = self.url_open(url)
        self.assertEqual(page.status_code, 200)
        text = unescape(page.text)
        for words in (
            self.case.name,
            self.invoice.name,
            "Two of ten chairs",
            "40.00",
            "60.00",
            "Credit note",
        ):
            self.assertIn(words, text)
        for words in ("bankrupt", self.clerk.login, "tier", "o_main_navbar"):
            self.assertNotIn(words, text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertIn("noindex", page.headers["X-Robots-Tag"])
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(page.headers["X-Frame-Options"], "DENY")
        self.assertEqual(self.url_open(f"{url}/file").status_code, 404, "Nothing was printed yet.")
        self._send_statements()
        file = self.url_open(f"{url}/file")
        self.assertEqual((file.status_code, file.headers["Cache-Control"]), (200, "no-store"))
        self.assertIn("attachment", file.headers["Content-Disposition"])

    def test_opening_changes_nothing(self):
        settlement, url = self._offer_and_get_url()
        before = self._facts(settlement)
        for suffix in ("", "?do=accept", "?do=decline&text=No", "/file"):
            self.url_open(url + suffix)
        self.assertIn(self.url_open(f"{url}/sign").status_code, (405, 415))
        self.assertEqual(self._facts(settlement), before)

    def test_accepting_once(self):
        settlement, url = self._offer_and_get_url()
        page = self._post(url, do="accept")
        self.assertEqual(page.status_code, 200)
        self.assertIn("accepted", page.text)
        self.assertNotIn('value="accept"', page.text)
        self.env.invalidate_all()
        self.assertEqual((settlement.state, settlement.answered_by), ("executed", self.partner_a.name))
        after = self._facts(settlement)
        for do in ("accept", "decline", "counter", "reopen"):
            with self.subTest(do=do):
                page = self._post(url, do=do, text="Again", amount="50")
                self.assertEqual(page.status_code, 422)
                self.assertEqual(self._facts(settlement), after)
        # What they accepted can be read afterwards.
        self.assertIn("offer is accepted", self.url_open(url).text)

    def test_declining_and_asking_for_more(self):
        settlement, url = self._offer_and_get_url()
        page = self._post(url, do="decline", text="  ")
        self.assertEqual(page.status_code, 422)
        self.assertIn("tell us why", page.text)
        for amount in ("", "x", "1e5", "-5", "12.345", "NaN", "9" * 41, "40", "100.01", "0"):
            with self.subTest(amount=amount):
                page = self._post(url, do="counter", amount=amount, text="Some words")
                self.assertEqual(page.status_code, 422)
                self.assertIn("Some words", page.text)
        self.assertEqual(settlement.state, "proposed")
        page = self._post(url, do="counter", amount="70.50", text="Seven")
        self.assertEqual(page.status_code, 200)
        self.env.invalidate_all()
        self.assertEqual((settlement.answer, settlement.counter_amount), ("countered", 70.5))
        self.assertEqual(self.url_open(url).status_code, 200)
        self.assertEqual(self._post(url, do="accept").status_code, 422)
        self.assertFalse(self.invoice.reversal_move_ids)

    def test_amounts_are_read_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.partner_a.lang = "de_DE"
        settlement, url = self._offer_and_get_url()
        self.assertEqual(self._post(url, do="counter", amount="70,50").status_code, 200)
        self.env.invalidate_all()
        self.assertEqual(settlement.counter_amount, 70.5)

    def test_links_that_open_nothing(self):
        settlement, url = self._offer_and_get_url()
        token = url.rsplit("/", 1)[1]
        other = self._create_case({self._create_invoice_of(500): 50}, contact_id=self.partner_a.id)
        question = self.env["dispute.link"]._issue(
            "answer", settlement, fields.Datetime.now() + timedelta(days=1)
        )
        urls = {
            "forged": f"/dispute/statement/{token[:-1]}{'A' if token[-1] != 'A' else 'B'}",
            "long": "/dispute/statement/" + "A" * 3000,
            "not ASCII": "/dispute/statement/%C3%A4",
            "a number": f"/dispute/statement/{settlement.id}",
            "another purpose": f"/dispute/statement/{question[settlement]}",
            "this token for another purpose": f"/dispute/answer/{token}",
            "file of none": "/dispute/statement/x/file",
        }
        before = self._facts(settlement)
        for name, bad in urls.items():
            with self.subTest(name):
                self.assertEqual(self.url_open(bad).status_code, 404)
                if not bad.endswith("file"):
                    self.assertEqual(self._post(bad, do="accept").status_code, 404)
        with self.subTest("without a form token"), mute_logger("odoo.http"):
            self.assertEqual(self._post(url, token=False, do="accept").status_code, 400)
        link = (
            self.env["dispute.link"]
            .sudo()
            .search([("res_id", "=", settlement.id), ("purpose", "=", "settlement")])
        )
        with self.subTest("expired"):
            link.date_expiry = fields.Datetime.now() - timedelta(minutes=1)
            self.assertEqual(self._post(url, do="accept").status_code, 404)
            link.date_expiry = fields.Datetime.now() + timedelta(days=1)
            self.assertEqual(self.url_open(url).status_code, 200)
        self.assertEqual(self._facts(settlement), before)
        with self.subTest("too late"):
            settlement.sudo().date_valid = fields.Date.today() - timedelta(days=2)
            self.assertEqual(self._post(url, do="accept").status_code, 422)
            self.assertIn("could be accepted until", self.url_open(url).text)
            settlement.sudo().date_valid = fields.Date.today() + timedelta(days=2)
        with self.subTest("parameters of another"):
            page = self._post(
                url, do="decline", text="No", settlement_id=999, case_id=other.id, state="executed"
            )
            self.assertEqual(page.status_code, 200)
            self.env.invalidate_all()
            self.assertEqual((settlement.state, other.stage_id), ("declined", self._stage("new")))

    def test_what_was_taken_back_or_changed_is_not_accepted(self):
        settlement, url = self._offer_and_get_url()
        settlement.line_ids[0].amount = 10
        self.assertEqual(self._post(url, do="accept").status_code, 404)
        self.assertEqual(self.url_open(url).status_code, 404)
        settlement.action_propose()
        self.assertEqual(self._post(url, do="accept").status_code, 404, "The link of what they read before.")
        new = self._get_url(settlement)
        settlement.action_withdraw()
        self.assertEqual(self._post(new, do="accept").status_code, 404)
        settlement.action_propose()
        closed = self._get_url(settlement)
        self.case._close(self._resolution("WDN"))
        self.assertEqual(self._post(closed, do="accept").status_code, 404)
        self.assertFalse(self.invoice.reversal_move_ids)

    def test_a_link_opens_one_settlement(self):
        _settlement, url = self._offer_and_get_url()
        other = self._create_case({self._create_invoice_of(500): 50}, contact_id=self.partner_a.id)
        other.cause_id = self.cause
        other._move_to_stage(self._stage("checking"))
        second, other_url = self._offer_and_get_url(("credit_note", 20), case=other)
        self.assertNotIn(other.name, self.url_open(url).text)
        self._send_statements()
        first_file, second_file = (self.url_open(f"{one}/file").content for one in (url, other_url))
        self.assertNotEqual(first_file, second_file)
        self._post(url, do="accept")
        self.env.invalidate_all()
        self.assertEqual(second.state, "proposed")

    def test_hostile_text(self):
        settlement, url = self._offer_and_get_url(reason_text=HOSTILE)
        self.partner_a.name = HOSTILE
        page = self.url_open(url)
        self.assertNotIn("<script>alert", page.text)
        self.assertIn("{{7*7}}", unescape(page.text))
        page = self._post(url, do="counter", amount=HOSTILE, text=HOSTILE)
        self.assertEqual(page.status_code, 422)
        self.assertNotIn("<script>alert", page.text)
        self.assertEqual(self._post(url, do="decline", text=HOSTILE + "\x00" + "x" * 9000).status_code, 200)
        self.env.invalidate_all()
        self.assertTrue(settlement.answer_text.startswith(HOSTILE))
        self.assertLessEqual(len(settlement.answer_text), 5000)
        for text in (*self.case.message_ids.mapped("body"), *self.case.sudo().activity_ids.mapped("note")):
            self.assertNotIn("<script>alert", str(text))

    def test_hostile_parameters(self):
        settlement, url = self._offer_and_get_url()
        before = self._facts(settlement)
        for values in ({}, {"do": ""}, {"do": "write"}, {"do": "_set_state"}, {"do": "reopen", "text": "x"}):
            with self.subTest(values=values):
                self.assertIn(self._post(url, **values).status_code, (200, 422))
                self.assertEqual(self._facts(settlement), before)

    def test_signing(self):
        self.company.dispute_signature_from = 40
        settlement, url = self._offer_and_get_url()
        page = self.url_open(url)
        self.assertIn("portal.signature_form", page.text)
        self.assertNotIn('value="accept"', page.text)
        self.assertEqual(self._post(url, do="accept").status_code, 422)
        large = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"x" * 500_000).decode()
        script = base64.b64encode(b"<svg onload=alert(1)>").decode()
        for values in (
            {},
            {"name": "Anna"},
            {"name": "Anna", "signature": ""},
            {"name": "Anna", "signature": "not base64!"},
            {"name": "Anna", "signature": script},
            {"name": "Anna", "signature": large},
            {"name": "Anna", "signature": ["x"]},
            {"name": " ", "signature": SIGNATURE},
            {"name": 7, "signature": SIGNATURE},
        ):
            with self.subTest(values=str(values)[:60]):
                answer = self.make_jsonrpc_request(f"{url}/sign", values)
                self.assertTrue(answer["error"])
        bad = self.make_jsonrpc_request(f"{url}x/sign", {"name": "Anna", "signature": SIGNATURE})
        self.assertIn("too old", bad["error"])
        self.assertEqual(settlement.state, "proposed")
        answer = self.make_jsonrpc_request(f"{url}/sign", {"name": "Anna Weber", "signature": SIGNATURE})
        self.assertEqual(answer, {"force_refresh": True, "redirect_url": url})
        self.env.invalidate_all()
        self.assertEqual((settlement.state, settlement.answered_by), ("executed", "Anna Weber"))
        self.assertTrue(settlement.signature)
        answer = self.make_jsonrpc_request(f"{url}/sign", {"name": "Anna Weber", "signature": SIGNATURE})
        self.assertIn("accepted already", answer["error"])
        self.assertEqual(len(self.invoice.reversal_move_ids), 1)

    def test_reopening_a_refusal(self):
        settlement, url = self._offer_and_get_url(
            ("rejection", 100), resolution_id=self._resolution("REJ").id
        )
        page = self.url_open(url)
        self.assertIn('value="reopen"', page.text)
        self.assertNotIn('value="accept"', page.text)
        self.assertEqual(self._post(url, do="accept").status_code, 422)
        self.assertEqual(self._post(url, do="reopen", text="").status_code, 422)
        self.assertTrue(self.case.is_closed)
        self.assertEqual(self._post(url, do="reopen", text="The signed note").status_code, 200)
        self.env.invalidate_all()
        self.assertEqual((self.case.stage_kind, self.case.waiting_on), ("assessing", "us"))
        after = self._facts(settlement)
        self.assertEqual(self._post(url, do="reopen", text="Again").status_code, 422)
        self.assertEqual(self._facts(settlement), after)

    def test_guessing_is_slowed_down(self):
        self.registry._dispute_link_guesses = {}
        self.addCleanup(lambda: delattr(self.registry, "_dispute_link_guesses"))
        settlement, url = self._offer_and_get_url()
        for index in range(30):
            self.assertEqual(self.url_open(f"/dispute/statement/guess{index}").status_code, 404)
        self.assertEqual(self._post(url, do="accept").status_code, 429)
        answer = self.make_jsonrpc_request(f"{url}/sign", {"name": "Anna", "signature": SIGNATURE})
        self.assertIn("error", answer)
        self.assertEqual(settlement.state, "proposed")
