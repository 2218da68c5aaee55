from odoo import http
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import RefundPortalCommon

MESSAGE = {"message_type": "comment", "subtype_xmlid": "mail.mt_comment"}


@tagged("post_install", "-at_install")
class TestAccess(RefundPortalCommon):
    """A customer reaches what is theirs, and an id alone opens nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls._create_case(cls.invoice, customer_reference="SECRET OF ACME")
        message = cls.case.message_post(
            body="See the note",
            attachments=[("answer.txt", b"the answer")],
            author_id=cls.env.user.partner_id.id,
            **MESSAGE,
        )
        note = cls.case.message_post(
            body="They always complain",
            attachments=[("internal.txt", b"ours")],
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )
        hidden = cls.case.message_post(
            body="Kept from customers", attachments=[("hidden.txt", b"ours")], **MESSAGE
        )
        hidden.is_internal = True
        cls.file = message.attachment_ids
        cls.internal_files = (note | hidden).attachment_ids
        cls.loose_file = cls.env["ir.attachment"].create(
            {"name": "loose.txt", "raw": b"ours", "res_model": "dispute.case", "res_id": cls.case.id}
        )
        other_case = cls._create_case(cls.other_invoice)
        cls.other_file = other_case.message_post(
            body="x", attachments=[("other.txt", b"of another customer")], **MESSAGE
        ).attachment_ids
        cls.other_case = other_case

    def _get_case_url(self, suffix=""):
        return f"/my/disputes/{self.case.id}{suffix}"

    def assertNoEntry(self, url):  # noqa: N802 (an assertion is named like one)
        response = self._get(url, allow_redirects=False)
        self.assertIn(response.status_code, (303, 404), url)
        if response.status_code == 303:
            path = response.headers["Location"].split("?")[0].rstrip("/")
            self.assertTrue(path.endswith(("/my", "/web/login")), response.headers["Location"])
        self.assertNotIn("SECRET OF ACME", response.text)

    # ------------------------------------------------------------
    # Case page
    # ------------------------------------------------------------

    def test_both_contacts_read_the_case(self):
        for user in (self.anna, self.bert):
            with self.subTest(user=user.login):
                self._login(user)
                self.assertIn("SECRET OF ACME", self._get(self._get_case_url()).text)

    def test_token_opens_the_case_without_login(self):
        token = self.case._portal_ensure_token()
        self.authenticate(None, None)
        response = self._get(self._get_case_url(f"?access_token={token}"))
        self.assertIn("SECRET OF ACME", response.text)
        self.assertNotIn(
            f"/my/invoices/{self.invoice.id}", response.text, "the case's token opens no invoice"
        )

    def test_others_are_sent_away(self):
        other_token = self.other_case._portal_ensure_token()
        self.case._portal_ensure_token()
        for user in (None, self.olga, self._create_clerk_without_rights()):
            if user:
                self._login(user)
            else:
                self.authenticate(None, None)
            for suffix in (
                "",
                "?access_token=",
                "?access_token=None",
                f"?access_token={other_token}",
                "?access_token=é",
            ):
                with self.subTest(user=user and user.login, suffix=suffix):
                    self.assertNoEntry(self._get_case_url(suffix))

    def _create_clerk_without_rights(self):
        return new_test_user(
            self.env, login="clerk_without_rights", password="clerk_without_rights", groups="base.group_user"
        )

    def test_ids_that_are_none(self):
        self._login(self.anna)
        for case_id in ("0", "999999999", "99999999999999999999", "-1", "abc", "1.5"):
            for suffix in ("", f"/files/{self.file.id}"):
                with self.subTest(case_id=case_id):
                    self.assertNoEntry(f"/my/disputes/{case_id}{suffix}")
            with self.subTest(invoice_id=case_id):
                self.assertNoEntry(f"/my/invoices/{case_id}/dispute")

    def test_nothing_internal_on_the_page(self):
        case = self.case
        owner = new_test_user(
            self.env,
            login="ida",
            name="Ida Internal",
            email="ida.private@example.com",
            phone="+1 555 0100",
            groups="dispute_management.group_dispute_user",
        )
        case.write(
            {
                "user_id": owner.id,
                "cause_id": self.env["dispute.cause"].create({"name": "SECRET CAUSE", "code": "SCR"}).id,
            }
        )
        case.sudo().write({"risk": 97})
        case.stage_id.sudo().write({"name": "SECRET STAGE", "public_name": False})
        self._login(self.anna)
        for url in (self._get_case_url(), "/my/disputes", f"/my/invoices/{self.invoice.id}"):
            text = self._get(url).text
            for secret in (
                "They always complain",
                "internal.txt",
                "Kept from customers",
                "hidden.txt",
                "loose.txt",
                "SECRET CAUSE",
                "SECRET STAGE",
                "ida.private",
                "555 0100",
            ):
                self.assertNotIn(secret, text, url)

    # ------------------------------------------------------------
    # Files
    # ------------------------------------------------------------

    def test_files(self):
        token = self.case._portal_ensure_token()
        own = self._get_case_url(f"/files/{self.file.id}")
        for user in (self.anna, self.bert):
            self._login(user)
            self.assertEqual(self._get(own).content, b"the answer")
            for attachment in (*self.internal_files, self.loose_file, self.other_file):
                self.assertEqual(self._get(self._get_case_url(f"/files/{attachment.id}")).status_code, 404)
        self._login(self.olga)
        self.assertEqual(self._get(own).status_code, 404)
        self.assertEqual(
            self._get(f"/my/disputes/{self.other_case.id}/files/{self.file.id}").status_code, 404
        )
        self.authenticate(None, None)
        self.assertEqual(self._get(own).status_code, 404)
        self.assertEqual(self._get(f"{own}?access_token={token}").content, b"the answer")
        self.assertEqual(self._get(f"{own}?access_token={token[::-1]}").status_code, 404)

    # ------------------------------------------------------------
    # Messages
    # ------------------------------------------------------------

    def _post_message(self, **params):
        return self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "dispute.case",
                "thread_id": self.case.id,
                "post_data": {
                    "body": "Any news?",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                },
                **params,
            },
        )

    def test_customer_writes_on_the_case(self):
        self._login(self.anna)
        self._post_message()
        message = self.case._get_portal_messages()[0]
        self.assertIn("Any news?", message.body)
        self.assertEqual(message.author_id, self.anna.partner_id)

    def test_token_holder_writes_for_the_contact(self):
        token = self.case._portal_ensure_token()
        self.authenticate(None, None)
        self._post_message(token=token)
        message = self.case._get_portal_messages()[0]
        self.assertIn("Any news?", message.body)
        self.assertEqual(message.author_id, self.case.contact_id)

    def test_our_answer_is_read(self):
        self.case.message_post(body="We are on it.", **MESSAGE)
        self._login(self.anna)
        result = self.make_jsonrpc_request(
            "/mail/chatter_fetch", {"thread_model": "dispute.case", "thread_id": self.case.id}
        )
        text = str(result)
        self.assertIn("We are on it.", text)
        self.assertNotIn("They always complain", text)
        self.assertNotIn("internal.txt", text)

    def _upload(self, name, content):
        response = self.url_open(
            "/mail/attachment/upload",
            data={
                "csrf_token": http.Request.csrf_token(self),
                "thread_model": "dispute.case",
                "thread_id": self.case.id,
                "is_pending": "true",
            },
            files={"ufile": (name, content)},
        )
        self.assertLess(response.status_code, 500)
        return response

    def test_files_of_messages_meet_the_same_limits(self):
        self._login(self.anna)
        for name, content, words in [
            ("setup.exe", b"x", "is a program"),
            ("note.pdf", b"MZ\x90", "is a program"),
            ("scan.pdf", b"\x00" * (11 * 1024 * 1024), "larger than 10 MB"),
        ]:
            with self.subTest(name=name):
                self.assertIn(words, self._upload(name, content).json()["error"])
        attachment_id = self._upload("note.txt", b"fine").json()["data"]["attachment_id"]
        self.assertEqual(self.env["ir.attachment"].sudo().browse(attachment_id).raw, b"fine")
        self._login(self.olga)
        self.assertEqual(self._upload("note.txt", b"fine").status_code, 404)

    @mute_logger("odoo.http")
    def test_another_customer_does_not(self):
        self._login(self.olga)
        before = self.case._get_portal_messages()
        with self.assertRaises(Exception):  # noqa: B017 (what the client makes of a 404 is its own)
            self._post_message()
        self.assertEqual(self.case._get_portal_messages(), before)

    # ------------------------------------------------------------
    # Filing
    # ------------------------------------------------------------

    def test_form_of_another_customers_invoice(self):
        self._login(self.olga)
        url = f"/my/invoices/{self.invoice.id}/dispute"
        token = self.invoice._portal_ensure_token()
        for query in ("", f"?access_token={token}"):
            self.assertNoEntry(url + query)
        before = self._get_cases(self.invoice)
        form_key = self._make_key(self.olga, self.invoice)
        response = self._post_form(self.invoice, form_key=form_key, access_token=token)
        self.assertEqual(response.status_code, 303)
        self.assertEqual(self._get_cases(self.invoice), before)

    def test_form_asks_for_login(self):
        self.authenticate(None, None)
        url = f"/my/invoices/{self.invoice.id}/dispute"
        response = self._get(url, allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login", response.headers["Location"])
        self.assertIn("dispute", response.headers["Location"])
        before = self._get_cases(self.invoice)
        fields = self._prepare_form(csrf_token=http.Request.csrf_token(self))
        self.url_open(url, data=fields, allow_redirects=False)
        self.assertEqual(self._get_cases(self.invoice), before)

    def test_documents_that_are_no_posted_customer_invoice(self):
        draft = self._create_customer_invoice(self.customer, post=False)
        bill = self._create_invoice_one_line(
            move_type="in_invoice", price_unit=10, partner_id=self.customer.id, post=True
        )
        refund = self._create_invoice_one_line(
            move_type="out_refund", price_unit=10, partner_id=self.customer.id, post=True
        )
        entry = self.invoice.line_ids.move_id.browse(
            self.env["account.move"].create({"move_type": "entry", "partner_id": self.customer.id}).id
        )
        self._login(self.anna)
        for move in (draft, bill, refund, entry):
            with self.subTest(move=move.move_type):
                self.assertNoEntry(f"/my/invoices/{move.id}/dispute")
                form_key = self._make_key(self.anna, move)
                self._post_form(move, form_key=form_key)
                self.assertFalse(self._get_cases(move))

    def test_invoice_of_another_company(self):
        other = self.setup_other_company()
        invoice = (
            self.env["account.move"]
            .with_company(other["company"])
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": "2026-01-01",
                    "invoice_line_ids": [Command.create({"name": "Goods", "price_unit": 100, "tax_ids": []})],
                }
            )
        )
        invoice.action_post()
        other_case = self._create_case(invoice, amount=10)
        self._login(self.anna)
        self.assertNoEntry(f"/my/invoices/{invoice.id}/dispute")
        self.assertNoEntry(f"/my/disputes/{other_case.id}")
        form_key = self._make_key(self.anna, invoice)
        self._post_form(invoice, form_key=form_key)
        self.assertEqual(self._get_cases(invoice), other_case)
        carl = self._create_portal_user(
            "carl_of_acme", "Carl of Acme", company=other["company"], parent_id=self.customer.id
        )
        self._login(carl)
        self._post_form(invoice, amount="50.00")
        self.assertEqual(self._get_cases(invoice).company_id, other["company"])
        self.assertEqual(len(self._get_cases(invoice)), 2)
        self.assertNoEntry(self._get_case_url())

    def test_portal_user_reads_no_internal_field(self):
        case = self.case.with_user(self.anna)
        self.assertEqual(case.read(["name"])[0]["name"], self.case.name)
        for field in ("user_id", "cause_id", "risk", "portal_form_key", "stage_id", "team_id"):
            with self.subTest(field=field), self.assertRaises(Exception):  # noqa: B017 (as above)
                case.read([field])
