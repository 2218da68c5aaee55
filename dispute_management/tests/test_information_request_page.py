import re
from datetime import timedelta
from html import unescape

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.http import Request
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from .request_common import CARRIER, RequestCommon

HOSTILE = "<script>alert(1)</script>{{7*7}}"


@tagged("post_install", "-at_install")
class TestInformationRequestPage(RequestCommon, HttpCase):
    """The page on which whom is asked answers, and everything it must refuse."""

    def _ask_and_get_url(self, *args, **values):
        with self.mock_mail_gateway(mail_unlink_sent=False):
            request = self._ask(*(args or [CARRIER]), **values)
        return request, f"/dispute/answer/{self._get_token(self._new_mails[-1])}"

    def _post(self, url, files=None, token=True, **values):
        self.authenticate(None, None) if not self.session else None
        data = {"csrf_token": Request.csrf_token(self), **values} if token else values
        return self.url_open(url, data=data, files=files)

    def _values(self, request, **values):
        """:param values: by the kind of the item"""
        return {
            f"item_{item.id}": values[item.kind]
            for item in request.item_ids
            if item.kind in values and item.kind != "file"
        }

    def test_the_page_shows_what_was_chosen_and_nothing_else(self):
        self.case.sudo().description = "Between us: they are bankrupt"
        shown = (
            self.env["ir.attachment"]
            .sudo()
            .create({"name": "slip.txt", "raw": b"slip", "res_model": "dispute.case", "res_id": self.case.id})
        )
        hidden = shown.copy({"name": "margin.txt"})
        request, url = self._ask_and_get_url(document_ids=[Command.set(shown.ids)])
        page = self.url_open(url)
        self.assertEqual(page.status_code, 200)
        for text in (request.name, self.case.partner_id.name, "slip.txt", self.case.move_ids.name):
            self.assertIn(text, unescape(page.text))
        self.assertIn('name="comment"', page.text)
        for text in ("bankrupt", "margin.txt", self.case.name, "60.00"):
            self.assertNotIn(text, page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertIn("noindex", page.headers["X-Robots-Tag"])
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(self.url_open(f"{url}/files/{shown.id}").content, b"slip")
        self.assertEqual(self.url_open(f"{url}/files/{hidden.id}").status_code, 404)

    def test_opening_changes_nothing(self):
        request, url = self._ask_and_get_url()
        for _index in range(3):
            self.assertEqual(self.url_open(url).status_code, 200)
        self.assertEqual(self.url_open(f"{url}?do=answer&comment=Yes").status_code, 200)
        self.assertEqual((request.state, self.case.waiting_on), ("open", "third_party"))

    def test_answering(self):
        request, url = self._ask_and_get_url()
        values = self._values(request, choice="A part", date="2026-03-02")
        files = {
            f"item_{self._get_item(request, 'Signed delivery note').id}": ("pod.pdf", b"%PDF-1.4 signed")
        }
        page = self._post(url, files=files, do="answer", comment="Two pallets are missing", **values)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Thank you", page.text)
        request.invalidate_recordset()
        self.assertEqual((request.state, request.answer), ("answered", "Two pallets are missing"))
        self.assertEqual(self._get_item(request, "What was delivered?").value_text, "A part")
        self.assertEqual(self.case.evidence_ids.attachment_ids.mapped("name"), ["pod.pdf"])
        self.assertEqual(self.case.waiting_on, "us")
        # Once answered, the link opens nothing, by page or by replayed form.
        gone = self.url_open(url)
        self.assertEqual(gone.status_code, 404)
        self.assertIn("Your answer has arrived already", gone.text)
        self.assertNotIn(request.name, gone.text)
        self.assertTrue(self.env["dispute.link"].sudo().search([("res_id", "=", request.id)]).date_used)
        self.assertEqual(self._post(url, do="answer", comment="Changed my mind", **values).status_code, 404)
        self.assertEqual(request.answer, "Two pallets are missing")

    def test_what_is_wrong_is_told_and_nothing_typed_is_lost(self):
        request, url = self._ask_and_get_url()
        page = self._post(url, do="answer", comment="Some words", **self._values(request, date="2026-03-02"))
        self.assertEqual(page.status_code, 422)
        self.assertIn("Please fill this in", page.text)
        self.assertIn("Some words", page.text)
        self.assertIn('value="2026-03-02"', page.text)
        for kind, value in (("choice", "Whatever"), ("date", "tomorrow"), ("date", "2026-13-45")):
            with self.subTest(kind=kind, value=value):
                values = {
                    **self._values(request, choice="Everything"),
                    **self._values(request, **{kind: value}),
                }
                self.assertEqual(self._post(url, do="answer", **values).status_code, 422)
        self.assertEqual(request.state, "open")

    def test_amounts_are_read_exactly(self):
        carrier = self.env.ref("dispute_management.dispute_question_carrier")
        request, url = self._ask_and_get_url(question=carrier)
        for typed in ("1e5", "-5", "12.345", "NaN", "9" * 40):
            with self.subTest(typed=typed):
                values = self._values(request, choice="Yes", amount=typed)
                self.assertEqual(self._post(url, do="answer", **values).status_code, 422)
        page = self._post(url, do="answer", **self._values(request, choice="Yes", amount="1,234.50"))
        self.assertEqual(page.status_code, 200)
        self.assertEqual(self._get_item(request, "Amount you take over").value_amount, 1234.5)
        self.assertEqual(self.case.cause_id, self.env.ref("dispute_management.dispute_cause_trn"))

    def test_amounts_are_told_and_read_as_their_language_writes_them(self):
        self.env["res.lang"].sudo().search([("code", "=", "en_US")]).write(
            {"decimal_point": ",", "thousands_sep": "."}
        )
        carrier = self.env.ref("dispute_management.dispute_question_carrier")
        request, url = self._ask_and_get_url(question=carrier)
        page = self._post(url, do="answer", **self._values(request, choice="No", amount="-5"))
        self.assertIn("zero or more, such as 120,00.", page.text)
        page = self._post(url, do="answer", **self._values(request, choice="No", amount="0,00"))
        self.assertEqual(page.status_code, 200)
        amount = self._get_item(request, "Amount you take over")
        self.assertEqual((amount.value_amount, amount.is_answered), (0, True))

    def test_links_that_open_nothing(self):
        request, url = self._ask_and_get_url()
        token = url.rsplit("/", 1)[1]
        urls = {
            "forged": f"/dispute/answer/{token[:-1]}{'A' if token[-1] != 'A' else 'B'}",
            "long": "/dispute/answer/" + "A" * 3000,
            "not ASCII": "/dispute/answer/%C3%A4",
            "empty file": f"/dispute/answer/x/files/{self.case.id}",
        }
        for name, bad in urls.items():
            with self.subTest(name):
                self.assertEqual(self.url_open(bad).status_code, 404)
        with self.subTest("without a form token"), mute_logger("odoo.http"):
            self.assertEqual(self._post(url, token=False, do="answer", comment="Yes").status_code, 400)
        link = self.env["dispute.link"].sudo().search([("res_id", "=", request.id)])
        self.assertNotIn(token, str(link.read()))
        with self.subTest("expired"):
            link.date_expiry = fields.Datetime.now() - timedelta(minutes=1)
            self.assertEqual(self.url_open(url).status_code, 404)
            link.date_expiry = fields.Datetime.now() + timedelta(minutes=1)
            self.assertEqual(self.url_open(url).status_code, 200)
        with self.subTest("other purpose"):
            self.assertFalse(self.env["dispute.link"]._find("settlement", token))
        with self.subTest("revoked"):
            request.with_user(self.clerk).action_cancel()
            self.assertEqual(self.url_open(url).status_code, 404)
            self.assertEqual(self._post(url, do="answer", comment="Yes").status_code, 404)
        self.assertEqual(request.state, "cancelled")

    def test_guessing_is_slowed_down(self):
        self.registry._dispute_link_guesses = {}
        self.addCleanup(lambda: delattr(self.registry, "_dispute_link_guesses"))
        _request, url = self._ask_and_get_url()
        for index in range(30):
            self.assertEqual(self.url_open(f"/dispute/answer/guess{index}").status_code, 404)
        page = self.url_open("/dispute/answer/guess")
        self.assertEqual(page.status_code, 429)
        self.assertIn("wait ten minutes", page.text)
        self.assertEqual(self.url_open(url).status_code, 429, "Whoever guesses learns nothing meanwhile.")

    def test_links_that_are_over_are_no_guesses(self):
        self.registry._dispute_link_guesses = {}
        self.addCleanup(lambda: delattr(self.registry, "_dispute_link_guesses"))
        request, url = self._ask_and_get_url()
        _other, open_url = self._ask_and_get_url("other@example.com")
        request.with_user(self.clerk).action_cancel()
        for _index in range(31):
            self.assertEqual(self.url_open(url).status_code, 404)
        self.assertEqual(self.url_open(open_url).status_code, 200)

    def test_too_much_is_told_and_never_cut(self):
        request, url = self._ask_and_get_url()
        values = self._values(request, choice="Everything")
        self.assertIn("5000", self._post(url, do="answer", comment="x" * 5001, **values).text)
        self.assertEqual(request.state, "open")

    def test_files_are_not_kept_by_whoever_passes_them(self):
        shown = (
            self.env["ir.attachment"]
            .sudo()
            .create({"name": "a.html", "raw": b"<p>x", "res_model": "dispute.case", "res_id": self.case.id})
        )
        _request, url = self._ask_and_get_url(document_ids=[Command.set(shown.ids)])
        headers = self.url_open(f"{url}/files/{shown.id}").headers
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertIn("noindex", headers["X-Robots-Tag"])
        self.assertIn("attachment", headers["Content-Disposition"])
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        for path in (f"/web/content/{shown.id}", f"/web/content/{shown.id}?download=1"):
            self.assertEqual(self.url_open(path).status_code, 404)

    def test_hostile_text_and_files(self):
        request, url = self._ask_and_get_url()
        values = self._values(request, choice="Everything")
        for name, content in (("run.exe", b"MZ\x90\x00"), ("empty.pdf", b""), ("note.pdf", b"#!/bin/sh")):
            with self.subTest(name):
                page = self._post(url, files={"files": (name, content)}, do="answer", **values)
                self.assertEqual(page.status_code, 422)
        self.assertEqual(request.state, "open")
        page = self._post(
            url, files={"files": ("../../<b>x</b>.txt", b"text")}, do="answer", comment=HOSTILE, **values
        )
        self.assertEqual(page.status_code, 200)
        self.assertEqual(request.answer, HOSTILE)
        message = self.case.message_ids.filtered(lambda message: "</strong> answered" in message.body)
        self.assertNotIn("<script>", message.body)
        self.assertIn("&lt;script&gt;", message.body)
        self.assertFalse(re.search(r"[<>/]", message.attachment_ids.name))

    def test_hostile_parameters(self):
        request, url = self._ask_and_get_url()
        for values in (
            {"do": "nothing"},
            {"do": "write", "state": "answered"},
            {"do": "answer", "item_0": "x", "item_x": "y", "comment": ""},
            {"do": "extend", "date": "9999-12-31"},
            {"do": "extend", "date": "\x00"},
            {"do": "forward", "email": "a@example.com, b@example.com"},
            {"do": "forward", "email": "a@example.com\nBcc: b@example.com"},
        ):
            with self.subTest(values=values):
                self.assertIn(self._post(url, **values).status_code, (200, 422))
                request.invalidate_recordset()
                self.assertEqual((request.state, request.email), ("open", CARRIER))

    def test_addresses_that_no_database_takes(self):
        _request, url = self._ask_and_get_url()
        for address in (f"{url}/files/1%00", "/dispute/question/1%00", "/dispute/webhook/1%00", "/none%00"):
            with self.subTest(address):
                self.assertEqual(self.url_open(address).status_code, 404)

    def test_passing_on_and_more_time(self):
        with freeze_time("2026-06-01 09:00:00"):
            request, url = self._ask_and_get_url()
            due = request.date_due
            day = (due + timedelta(days=2)).date().isoformat()
            self.assertIn("later day", self._post(url, do="extend", date=day).text)
            self.assertEqual(request.date_due.date(), (due + timedelta(days=2)).date())
            with self.mock_mail_gateway(mail_unlink_sent=False):
                self.assertIn("asked them instead", self._post(url, do="forward", email="x@example.com").text)
            self.assertEqual(self.url_open(url).status_code, 404)
            new = self._new_mails.filtered(lambda mail: mail.email_to == "x@example.com")
            self.assertEqual(self.url_open(f"/dispute/answer/{self._get_token(new)}").status_code, 200)

    def test_a_colleague_answers_from_the_todo(self):
        request = self._ask(self.outsider)
        url = f"/dispute/question/{request.id}"
        self.assertIn(url, request.activity_ids.note)
        for login in (self.viewer.login, self.colleague.login):
            self.authenticate(login, login)
            self.assertEqual(self.url_open(url).status_code, 404)
        self.authenticate(self.outsider.login, self.outsider.login)
        self.assertEqual(self.url_open(url).status_code, 200)
        self.assertEqual(self.url_open("/dispute/question/999999").status_code, 404)
        page = self._post(url, do="answer", **self._values(request, choice="Nothing"))
        self.assertIn("Thank you", page.text)
        request.invalidate_recordset()
        self.assertEqual(request.state, "answered")
        self.assertFalse(request.activity_ids.filtered("active"))

    def test_whoever_works_on_the_case_notes_what_they_were_told(self):
        request = self._ask(CARRIER)
        url = request.with_user(self.clerk).action_note_answer()["url"]
        for user in (self.outsider, self.viewer):
            with self.subTest(user.login):
                self.authenticate(user.login, user.login)
                self.assertNotIn(request.name, self.url_open(url).text)
                self.assertEqual(self._post(url, do="answer", comment="Mine").status_code, 404)
        with self.assertRaises(AccessError):
            request.with_user(self.viewer).action_note_answer()
        self.assertEqual(request.state, "open")
        self.authenticate(self.clerk.login, self.clerk.login)
        self.assertIn("You note what", self.url_open(url).text)
        page = self._post(
            url, do="answer", comment="By phone: all of it", **self._values(request, choice="Nothing")
        )
        self.assertEqual(page.status_code, 200)
        request.invalidate_recordset()
        self.assertEqual(request.state, "answered")
        self.assertEqual(request.answered_by, f"{self.clerk.name}, for {CARRIER}")
        message = self.case.message_ids[0]
        self.assertEqual(message.author_id, self.clerk.partner_id)
        self.assertIn(CARRIER, message.body)
        self.assertEqual(self._post(url, do="answer", comment="Again").status_code, 404)
