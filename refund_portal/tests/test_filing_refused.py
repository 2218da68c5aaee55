from unittest.mock import patch

from lxml import html

from odoo import http
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import RefundPortalCommon


@tagged("post_install", "-at_install")
class TestFilingRefused(RefundPortalCommon):
    """What can't be accepted is said beside its field, what was typed stays, and nothing is written."""

    def setUp(self):
        super().setUp()
        self._login(self.anna)

    def assertRefused(self, response, field, words=""):  # noqa: N802 (an assertion is named like one)
        """The form is back with a message at ``field``, tied to it, and no case came to be."""
        self.assertEqual(response.status_code, 422)
        page = html.fromstring(response.content)
        if field == "form":
            message = page.get_element_by_id("dispute_errors")
        else:
            message = page.get_element_by_id(f"{field}_error")
            control = page.get_element_by_id(field)
            if field != "reason_id":
                self.assertEqual(control.get("aria-invalid"), "true")
                self.assertIn(f"{field}_error", control.get("aria-describedby").split())
        self.assertIn(words, message.text_content())
        self.assertFalse(self._get_cases(self.invoice))
        return page

    def test_amounts(self):
        for amount, words in [
            ("", "Enter the amount"),
            ("0", "above zero"),
            ("0.00", "above zero"),
            ("-10", "above zero"),
            ("1000.01", "At most"),
            ("99999999999999999999", "At most"),
            ("10.005", "at most 2 decimals"),
            ("10.000", "at most 2 decimals"),
            ("nan", "can't read"),
            ("inf", "can't read"),
            ("1e2", "can't read"),
            ("ten", "can't read"),
            ("<script>alert(1)</script>", "can't read"),
            ("1" * 5000, ""),
        ]:
            with self.subTest(amount=amount):
                page = self.assertRefused(self._post_form(self.invoice, amount=amount), "amount", words)
                kept = page.xpath("//input[@name='amount']/@value")
                self.assertEqual(kept, [amount[:60]] if amount else [""])

    def test_everything_typed_is_kept(self):
        page = self.assertRefused(
            self._post_form(
                self.invoice,
                amount="-5",
                description="First line\nSecond <b>line</b>",
                customer_reference='My "reference"',
                customer_wish="refund",
                files=[("note.txt", b"text")],
            ),
            "amount",
        )
        self.assertEqual(page.xpath("//input[@name='reason_id']/@value"), [str(self.reason.id)])
        self.assertEqual(page.xpath("//select[@name='customer_wish']/option[@selected]/@value"), ["refund"])
        self.assertEqual(page.xpath("//textarea")[0].text.strip(), "First line\nSecond <b>line</b>")
        self.assertEqual(page.xpath("//input[@name='customer_reference']/@value"), ['My "reference"'])
        self.assertTrue(page.xpath("//*[@id='dispute_files_lost']"), "lost files are said to be lost")
        self.assertEqual(page.xpath("//*[@autofocus]/@name"), ["amount"], "the first error takes the focus")

    def test_reasons(self):
        archived = self.reason.copy({"code": "OLD", "active": False})
        for reason_id in (
            "",
            "0",
            "abc",
            "-1",
            str(self.internal_reason.id),
            str(archived.id),
            "99999999999",
            "1;2",
        ):
            with self.subTest(reason_id=reason_id):
                self.assertRefused(
                    self._post_form(self.invoice, reason_id=reason_id), "reason_id", "Choose what"
                )

    def test_texts(self):
        self.assertRefused(self._post_form(self.invoice, description=" \n "), "description")
        self.assertRefused(self._post_form(self.invoice, description="x" * 5001), "description", "5000")
        self.assertRefused(
            self._post_form(self.invoice, customer_reference="x" * 101), "customer_reference", "100"
        )
        self.assertRefused(self._post_form(self.invoice, customer_wish="everything"), "customer_wish")

    def test_files(self):
        for files, words in [
            ([("setup.exe", b"harmless")], "setup.exe is a program"),
            ([("note.pdf", b"MZ\x90\x00" + b"\x00" * 100)], "note.pdf is a program"),
            ([("note.pdf", b"\x7fELF\x02\x01")], "is a program"),
            ([("note.txt", b"#!/bin/sh\necho\n")], "is a program"),
            ([("empty.txt", b"")], "is empty"),
            ([("fine.txt", b"text"), ("a.bat", b"x"), ("b.sh", b"y")], "b.sh is a program"),
            ([(f"{number}.txt", b"text") for number in range(11)], "at most 10 files"),
        ]:
            with self.subTest(words=words):
                self.assertRefused(self._post_form(self.invoice, files=files), "files", words)

    def test_large_file(self):
        large = b"\x00" * (30 * 1024 * 1024)
        self.assertRefused(
            self._post_form(self.invoice, files=[("scan.pdf", large)]), "files", "larger than 10 MB"
        )

    def test_size_limit_is_a_setting(self):
        self.env["ir.config_parameter"].sudo().set_param("dispute_management.max_file_mb", "1")
        files = [("scan.pdf", b"%PDF" + b"\x00" * 1024 * 1024)]
        self.assertRefused(self._post_form(self.invoice, files=files), "files", "larger than 1 MB")
        for nonsense in ("", "many", "-3", "0"):
            self.env["ir.config_parameter"].sudo().set_param("dispute_management.max_file_mb", nonsense)
            self.assertEqual(self.env["dispute.file.rules"]._get_limits()["max_file_mb"], 10)

    def test_invoice_that_can_no_longer_be_disputed(self):
        form_key = self._get_form_key(self.invoice)
        self.invoice.button_draft()
        page = self.assertRefused(self._post_form(self.invoice, form_key=form_key), "form", "draft")
        self.assertEqual(page.xpath("//input[@name='amount']/@value"), ["100.00"])
        self.invoice.button_cancel()
        self.assertRefused(self._post_form(self.invoice, form_key=form_key), "form", "cancelled")

    def test_credited_invoice(self):
        form_key = self._get_form_key(self.invoice)
        self._reverse_invoice(self.invoice, post=True)
        self.assertRefused(self._post_form(self.invoice, form_key=form_key), "form", "Nothing is left")
        page = self._get_page(f"/my/invoices/{self.invoice.id}/dispute")
        self.assertTrue(page.xpath("//*[@id='dispute_refused']"))
        self.assertFalse(page.xpath("//form[contains(@class, 'o_dispute_form')]"))

    def test_disputable_amount_taken_meanwhile(self):
        form_key = self._get_form_key(self.invoice)
        first = self._create_case(self.invoice, amount=950)
        response = self._post_form(self.invoice, form_key=form_key, amount="100.00")
        self.assertEqual(response.status_code, 422)
        self.assertIn(
            "50.00", html.fromstring(response.content).get_element_by_id("amount_error").text_content()
        )
        self.assertEqual(self._get_cases(self.invoice), first)

    def test_form_key_must_be_ours(self):
        others = self._make_key(self.bert, self.invoice)
        elsewhere = self._make_key(self.anna, self.other_invoice)
        for form_key in ("", "x", ".", "abc.def", others, elsewhere, "ключ.ключ", "x" * 9000):
            with self.subTest(form_key=form_key[:20]):
                self.assertRefused(self._post_form(self.invoice, form_key=form_key), "form", "out of date")

    def test_refusal_of_the_model_is_shown_and_nothing_stays(self):
        with patch.object(type(self.env["dispute.portal.filing"]), "_attach", _refuse):
            self.assertRefused(self._post_form(self.invoice), "form", "Not today.")

    @mute_logger("odoo.http")
    def test_hostile_posts(self):
        url = f"/my/invoices/{self.invoice.id}/dispute"
        token = {"csrf_token": http.Request.csrf_token(self)}
        form_key = self._get_form_key(self.invoice)
        for name, kwargs, status in [
            ("no token", {"data": self._prepare_form(form_key=form_key)}, 422),
            ("wrong token", {"data": self._prepare_form(form_key=form_key, csrf_token="abc")}, 422),
            ("nothing else", {"data": token}, 422),
            (
                "null bytes",
                {"data": self._prepare_form(**token, form_key=form_key, description="\x00", amount="\x00")},
                422,
            ),
            (
                "repeated fields",
                {
                    "data": [
                        *token.items(),
                        ("form_key", form_key),
                        ("amount", "5"),
                        ("amount", "6"),
                        ("reason_id", ""),
                    ]
                },
                422,
            ),
            (
                "files as fields",
                {
                    "data": {**token, "form_key": form_key},
                    "files": [("amount", ("a.txt", b"5")), ("description", ("d.txt", b"x"))],
                },
                422,
            ),
            ("fields as files", {"data": {**token, "form_key": form_key, "files": "text"}}, 422),
            (
                "a long text",
                {"data": self._prepare_form(**token, form_key=form_key, description="x" * 2_000_000)},
                422,
            ),
        ]:
            with self.subTest(name):
                self.assertEqual(self.url_open(url, **kwargs).status_code, status)
                self.assertFalse(self._get_cases(self.invoice))

    def test_get_changes_nothing(self):
        form_key = self._get_form_key(self.invoice)
        query = "&".join(f"{key}={value}" for key, value in self._prepare_form(form_key=form_key).items())
        self._get(f"/my/invoices/{self.invoice.id}/dispute?{query}")
        self.assertFalse(self._get_cases(self.invoice))


def _refuse(self, case, uploads):
    raise UserError(self.env._("Not today."))
